using System;
using System.Threading.Tasks;

namespace Octokit.Internal;

/// <summary>Always answers with the same credentials.</summary>
public class InMemoryCredentialStore : ICredentialStore
{
    private readonly Credentials credentials;

    public InMemoryCredentialStore(Credentials credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        this.credentials = credentials;
    }

    public Task<Credentials> GetCredentials() => Task.FromResult(credentials);
}
