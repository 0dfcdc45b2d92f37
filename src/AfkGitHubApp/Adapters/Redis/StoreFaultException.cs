namespace AfkGitHubApp.Adapters.Redis;

/// <summary>Redis is there and refuses what was asked for good: damaged keys, or a bug of ours. Asking again would be refused again.</summary>
public sealed class StoreFaultException(string message, Exception inner) : Exception(message, inner);
