namespace AfkGitHubApp.Scheduling;

/// <summary>
/// The store could not be asked, or did not answer in time; whether it did what it was asked is not known. Whoever holds a lease has lost it
/// with that; whoever only told it something says so to the sender.
/// </summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
