using System.Text;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Remembering;

/// <summary>What is in flight and what happened last, as plain text.</summary>
public static class Board
{
    private const int LastTicks = 30;

    /// <summary>The board now.</summary>
    public static async Task<string> TextAsync(IRecordStore records, ITickHistory history, Gates gates, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(gates);
        var text = new StringBuilder();
        var current = gates.Current;
        text.AppendLine($"AfkGitHubApp  kill switch {(current.KillSwitch ? "on" : "off")}, {current.Allowlist.Length} repositories on the allowlist").AppendLine();
        foreach (var record in await records.AllAsync(cancellationToken))
        {
            text.AppendLine(record.CurrentRun is { } run
                ? $"{record.Repository}#{run.IssueNumber}  run {run.Id}  turn {run.Turns.Length}  {(run.Commit is { } commit ? "pushed " + commit.Sha[..12] : "nothing pushed")}"
                : $"{record.Repository}  nothing in flight");
        }

        text.AppendLine();
        foreach (var tick in await history.LatestAsync(LastTicks, cancellationToken))
        {
            text.AppendLine($"{tick.At:u}  {tick.Repository}{(tick.Issue is { } issue ? $"#{issue}" : "")}  {tick.Action ?? "-"}: {tick.Why}  [{tick.Trigger}]");
        }

        return text.ToString();
    }
}
