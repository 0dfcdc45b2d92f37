using System;
using System.Collections.Generic;
using System.Text;

namespace Octokit.Internal;

/// <summary>Writes the Authorization header that fits the credentials.</summary>
internal static class CredentialHeader
{
    internal static void Apply(Request request, Credentials credentials)
    {
        if (credentials.AuthenticationType is AuthenticationType.Anonymous)
        {
            return;
        }

        request.Headers["Authorization"] = credentials.AuthenticationType switch
        {
            AuthenticationType.Basic => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Login(credentials)}:{credentials.Password}"))}",
            AuthenticationType.Oauth => $"Token {Token(credentials)}",
            AuthenticationType.Bearer => $"Bearer {Token(credentials)}",
            _ => throw new KeyNotFoundException($"No way to authenticate as '{credentials.AuthenticationType}'."),
        };
    }

    private static string Login(Credentials credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials.Login);
        return credentials.Login;
    }

    private static string Token(Credentials credentials) => credentials.Login is null
        ? credentials.Password
        : throw new InvalidOperationException("The Login is not null for a token authentication request. You probably did something wrong.");
}
