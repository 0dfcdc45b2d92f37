using System.Collections.Immutable;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Commands;

/// <summary>A command, or an attempt at one, by a person who may write to the repository.</summary>
/// <param name="Comment">REST id of the comment.</param>
/// <param name="Node">Node id of the comment.</param>
/// <param name="Issue">The issue it stands under, or the pull request of the run in flight; it speaks of no other.</param>
/// <param name="At">When it was written.</param>
/// <param name="By">Who wrote it.</param>
/// <param name="Reading">What was understood.</param>
public sealed record GivenCommand(long Comment, string Node, int Issue, DateTimeOffset At, Person By, SlashCommandReading Reading)
{
    /// <summary>Most runs asked for that wait at a time; beyond it the oldest is dropped.</summary>
    public const int MostRetries = 16;

    /// <summary>
    /// Whether the store knew no earlier reading. Then this command may have been obeyed before: nothing is done to a run that is younger, and
    /// whatever else it does is the same when it is done twice.
    /// </summary>
    public bool Cold { get; init; }

    /// <summary>Whether it carries an answer of whomever already.</summary>
    public bool IsAnswered { get; init; }

    /// <summary>Whether our own words stand on GitHub that say it is not obeyed: what was decided before the store forgot it stays decided.</summary>
    public bool IsRefused { get; init; }

    /// <summary>What the bookkeeping becomes by it, its answer included.</summary>
    public RepositoryRecord Obey(RepositoryRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var (obeyed, problem) = (Reading.Command, IsRefused) switch
        {
            ({ } command, false) => Obey(record, command),
            _ => (record, Reading.Problem ?? "It was not obeyed when it was given."),
        };
        return Cold && IsAnswered ? obeyed : obeyed with { Commands = obeyed.Commands! with { Replies = obeyed.Commands.Replies.Add(new(Comment, Node, Issue, Reading.Command?.Verb, problem) { MayStand = Cold }) } };
    }

    private (RepositoryRecord Record, string? Problem) Obey(RepositoryRecord record, SlashCommand command) => command.Verb switch
    {
        SlashVerb.Stop => (Stop(record), null),
        SlashVerb.Retry => Retry(record),
        SlashVerb.Extend => Extend(record, command.Turns),
        SlashVerb.Release => (record with { FrozenTrunk = null }, null),
        _ => (record, null),
    };

    private InFlightRun? RunOf(RepositoryRecord record) =>
        record.CurrentRun is { Concluding: null } run && run.IsUnder(Issue) && (!Cold || run.StartedAt < At) ? run : null;

    /// <summary>Nothing in flight is what was wanted, too: a brake has no wrong moment.</summary>
    private RepositoryRecord Stop(RepositoryRecord record)
    {
        var issue = record.CurrentRun is { } current && current.IsUnder(Issue) ? current.IssueNumber : Issue;
        record = record with { Retries = record.Retries.RemoveAll(order => order.Issue == issue && order.At <= At) };
        return RunOf(record) is { } run ? record.With(run with { StopRequested = run.StopRequested ?? $"{By.Login} stopped the run" }) : record;
    }

    private (RepositoryRecord Record, string? Problem) Retry(RepositoryRecord record)
    {
        var order = new RetryOrder(Node, Issue, At, By);
        if (record.EndedRuns.Contains(order.Run) || record.CurrentRun?.Id == order.Run)
        {
            return (record, null);
        }

        if (record.CurrentRun is { Concluding: null } run && run.IsUnder(Issue))
        {
            return (record, "A run of this issue is in flight; `/afk stop` ends it, `/afk extend <n>` allows it more corrective turns.");
        }

        var orders = record.Retries.RemoveAll(each => each.Issue == Issue).Add(order);
        return (record with { Retries = orders.Length > MostRetries ? orders.RemoveAt(0) : orders }, null);
    }

    private (RepositoryRecord Record, string? Problem) Extend(RepositoryRecord record, int turns) => RunOf(record) switch
    {
        null => (record, "No run of this issue is in flight that could be extended; `/afk retry` asks for a new one."),
        { } known when known.Extensions.Any(each => each.Comment == Comment) => (record, null),
        { } run => (record.With(run with { Extensions = run.Extensions.Add(new(Comment, turns)) }), null),
    };
}
