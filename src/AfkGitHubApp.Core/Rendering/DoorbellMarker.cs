using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Rendering;

/// <summary>
/// The hidden line by which a doorbell is found again, so that a run rings once whatever is lost. Signed and bound to repository, issue and
/// run; that the comment is our own bot's is the reader's to check, since anybody can copy a line.
/// </summary>
public sealed class DoorbellMarker
{
    private const string Closing = " -->";
    private readonly string _name;

    private DoorbellMarker(string name) => _name = name;

    /// <summary>Of the doorbell of record: the run's end.</summary>
    public static DoorbellMarker OfRecord { get; } = new("afk-doorbell");

    /// <summary>Of the one that asks a person to merge.</summary>
    public static DoorbellMarker Ready { get; } = new("afk-ready");

    /// <summary>The line for this run's doorbell.</summary>
    public string Write(RunId run, long repositoryId, long issueId, MarkerKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return $"<!-- {_name}:{run} {keys.SignDoorbell(Signed(run, repositoryId, issueId))}{Closing}";
    }

    /// <summary>Whether <paramref name="body"/> carries the doorbell of exactly this run on exactly this issue.</summary>
    public bool IsIn(string? body, RunId run, long repositoryId, long issueId, MarkerKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (body is null)
        {
            return false;
        }

        var opening = $"<!-- {_name}:{run} ";
        var start = body.IndexOf(opening, StringComparison.Ordinal);
        while (start >= 0)
        {
            var signature = start + opening.Length;
            var end = body.IndexOf(Closing, signature, StringComparison.Ordinal);
            if (end < 0)
            {
                return false;
            }

            if (keys.VerifyDoorbell(Signed(run, repositoryId, issueId), body[signature..end]))
            {
                return true;
            }

            start = body.IndexOf(opening, signature, StringComparison.Ordinal);
        }

        return false;
    }

    private string Signed(RunId run, long repositoryId, long issueId) => $"{_name} v1 {repositoryId} {issueId} {run}";
}
