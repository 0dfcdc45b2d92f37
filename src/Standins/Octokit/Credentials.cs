using System;
using System.Threading.Tasks;

namespace Octokit;

/// <summary>How a request proves who sends it.</summary>
public enum AuthenticationType
{
    Anonymous,
    Basic,
    Oauth,
    Bearer,
}

/// <summary>A login with a password, or a token. Empty text is refused with <see cref="ArgumentException"/>.</summary>
public class Credentials
{
    public static readonly Credentials Anonymous = new();

    public Credentials(string login, string password)
        : this(login, password, AuthenticationType.Basic)
    {
    }

    public Credentials(string login, string password, AuthenticationType authenticationType)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(login);
        ArgumentException.ThrowIfNullOrWhiteSpace(password);
        Login = login;
        Password = password;
        AuthenticationType = authenticationType;
    }

    public Credentials(string token)
        : this(token, AuthenticationType.Oauth)
    {
    }

    public Credentials(string token, AuthenticationType authenticationType)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(token);
        Password = token;
        AuthenticationType = authenticationType;
    }

    private Credentials() => AuthenticationType = AuthenticationType.Anonymous;

    public string Login { get; private set; }

    public string Password { get; private set; }

    public AuthenticationType AuthenticationType { get; private set; }
}

/// <summary>Asked for credentials before every request; an answer of null means anonymous.</summary>
public interface ICredentialStore
{
    Task<Credentials> GetCredentials();
}
