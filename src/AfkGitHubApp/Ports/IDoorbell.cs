using AfkGitHubApp.Core.Rendering;

namespace AfkGitHubApp.Ports;

/// <summary>A channel beside the issue comment, by the operator's name for it. Called by performers only, and by whoever the operator asks to test it.</summary>
public interface IDoorbell
{
    /// <summary>The operator's name for it, in small letters.</summary>
    string Name { get; }

    /// <summary>What it is, for people: its kind and where it goes, without anything secret.</summary>
    string Description { get; }

    /// <summary>Rings once; returns when the other side has taken it. What it was given before under the same id it may be given again.</summary>
    /// <exception cref="DoorbellFailure">The other side has not taken it, as far as is known.</exception>
    Task RingAsync(Notification notification, CancellationToken cancellationToken);
}

/// <summary>A doorbell that did not ring. The message holds nothing secret.</summary>
/// <param name="message">What happened, for people.</param>
/// <param name="innerException">The cause.</param>
public sealed class DoorbellFailure(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether asking again would be answered the same.</summary>
    public bool IsFinal { get; init; }

    /// <summary>How long the other side wants to be left alone; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
