using System.Globalization;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Adapters.Agents.T3Code;

/// <summary>
/// A turn's place on the server. All ids come from the TurnId, which is saved before anything is sent: a command whose answer was lost is sent
/// again under the same id, and the server's receipt makes that harmless.
/// </summary>
/// <param name="Thread">The run's thread, named by the turn that made it: a run whose thread has vanished gets one of another name.</param>
/// <param name="Ordinal">Which turn of the run.</param>
internal readonly record struct T3Turn(string Thread, int Ordinal)
{
    private const string HandlePrefix = "t3:";
    private const string MessageMark = "-m";

    /// <summary>The user message that is this turn's prompt; the ids of its commands begin with it.</summary>
    public string Message => $"{Thread}{MessageMark}{Ordinal.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The handle the product keeps; no workflow run's id looks like it.</summary>
    public string Handle => HandlePrefix + Message;

    /// <summary>What the ids of all threads of a repository begin with.</summary>
    public static string ThreadsOf(RepositoryKey repository) => $"afk-{repository.Id.ToString(CultureInfo.InvariantCulture)}-";

    /// <summary>The thread that this turn would make.</summary>
    public static string ThreadOf(RepositoryKey repository, TurnId turn) => ThreadsOf(repository) + turn;

    /// <summary>The project that this turn would make; one that is there already keeps its own id.</summary>
    public static string ProjectOf(RepositoryKey repository, TurnId turn) => $"afk-project-{repository.Id.ToString(CultureInfo.InvariantCulture)}-{turn}";

    /// <summary>Which turn made a thread of this repository; null when it is none of ours.</summary>
    public static TurnId? MakerOf(RepositoryKey repository, string thread) =>
        ThreadsOf(repository) is var prefix && thread.StartsWith(prefix, StringComparison.Ordinal) ? TurnId.TryParse(thread[prefix.Length..]) : null;

    /// <summary>Whether a thread's handle is one of this backend's.</summary>
    public static bool IsHandle(string handle) => handle.StartsWith(HandlePrefix, StringComparison.Ordinal);

    /// <summary>Reads a handle; null when it is none.</summary>
    public static T3Turn? OfHandle(string handle) => IsHandle(handle) ? OfMessage(handle[HandlePrefix.Length..]) : null;

    /// <summary>Reads a message's id; null when it is none of ours.</summary>
    public static T3Turn? OfMessage(string message) =>
        message.LastIndexOf(MessageMark, StringComparison.Ordinal) is > 0 and var at
        && int.TryParse(message.AsSpan(at + MessageMark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) && ordinal > 0
            ? new T3Turn(message[..at], ordinal)
            : null;
}
