using AfkGitHubApp.Core.Rendering;

namespace AfkGitHubApp.Ports;

/// <summary>What the reader of a failure must do next.</summary>
public enum FailureKind
{
    /// <summary>Ask again later: network, 5xx, a lost race (409).</summary>
    Transient,

    /// <summary>Ask again after <see cref="GitHubFailure.RetryAfter"/>: 403 or 429 with a rate limit's marks. Nothing was performed.</summary>
    RateLimited,

    /// <summary>GitHub refused this request for good: 403, 422, 410 and the like.</summary>
    Refused,

    /// <summary>There is no such thing, or it is hidden from us (404).</summary>
    NotFound,

    /// <summary>Our access is gone or our credentials are wrong: suspended, uninstalled, 401. A person has to act.</summary>
    AccessGone,

    /// <summary>The thing lives elsewhere now: a redirect, or another repository id than asked for.</summary>
    Moved,

    /// <summary>We sent what GitHub does not understand (400), or could not read its answer.</summary>
    Bug,
}

/// <summary>A request to GitHub that did not succeed; the only exception the adapters let through apart from cancellation.</summary>
public sealed class GitHubFailure(FailureKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    private const int LongestAnswer = 200;

    /// <summary>What GitHub says to an App without the permission: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api</summary>
    private const string WithoutPermission = "not accessible by integration";

    /// <summary>What to do next.</summary>
    public FailureKind Kind { get; } = kind;

    /// <summary>HTTP status; null when no answer came.</summary>
    public int? StatusCode { get; init; }

    /// <summary>GitHub's own words, a bounded stranger's text; null when it gave none.</summary>
    public string? Reason { get; init; }

    /// <summary>How long to leave GitHub alone; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>GitHub's <c>x-github-request-id</c>, for support; null when no answer came.</summary>
    public string? RequestId { get; init; }

    /// <summary>GitHub's clock when it answered, to the second; null when it did not say.</summary>
    public DateTimeOffset? ServerTime { get; init; }

    /// <summary>Where a redirect points to. It may be signed: it is never logged.</summary>
    internal Uri? Location { get; init; }

    /// <summary>Whether the request may have been performed all the same (no answer, or 5xx after sending).</summary>
    public bool Ambiguous { get; init; }

    /// <summary>The answer for a person: one bounded line without a full stop, not escaped, with the permission where it is the lack of it that GitHub tells.</summary>
    /// <param name="permission">What the request takes, such as <c>issues: write</c>.</param>
    public string Answer(string permission) => Reason is not { Length: > 0 } words ? $"it answers {StatusCode}"
        : words.Contains(WithoutPermission, StringComparison.OrdinalIgnoreCase) ? $"{Markdown.Plain(words, LongestAnswer)}; the App needs {permission}"
        : Markdown.Plain(words.TrimEnd('.'), LongestAnswer);
}
