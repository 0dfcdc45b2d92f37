using System.Collections.Immutable;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Observing;

/// <summary>An issue that may start now.</summary>
/// <param name="Facts">The gates' view of it.</param>
/// <param name="Issue">The issue as read for the trust check; the first prompt is built from this same read.</param>
/// <param name="Run">The run its labelling authorises.</param>
/// <param name="AuthorisedBy">Who labelled it.</param>
public sealed record Startable(ReadyIssue Facts, IssueSnapshot Issue, RunId Run, Person AuthorisedBy)
{
    /// <summary>A comment of ours under it that names problems of the repository's settings; null = none was seen.</summary>
    public long? SettingsNotice { get; init; }
}

/// <summary>What the poller found.</summary>
/// <param name="Next">The issue to start; null when none may.</param>
/// <param name="HeldBack">Every other issue that is ready or that a command asks for, and its gate.</param>
public sealed record ReadyReading(Startable? Next, IReadOnlyList<HeldBack> HeldBack)
{
    /// <summary>Runs asked for by command that will never start: the issue is closed or gone, or that command had its run.</summary>
    public IReadOnlyList<RetryOrder> Over { get; init; } = [];
}

/// <summary>
/// Reads ready issues and holds them against the gates, cheapest facts first: trust and blockers are asked only of an issue that would
/// otherwise start. The sentences are <see cref="DispatchPolicy"/>'s.
/// </summary>
public sealed class ReadyIssues(ITracker tracker, IGitHubApp app, Gates gates, MarkerKeys keys)
{
    /// <summary>Looks at one repository's ready issues.</summary>
    /// <param name="record">The repository's bookkeeping.</param>
    /// <param name="settings">What counts for the repository now.</param>
    /// <param name="everyIssue">True asks the costly facts of every issue, for <c>explain</c>; false stops at the first that may start.</param>
    /// <param name="cancellationToken">Ends it between requests.</param>
    public async Task<ReadyReading> ReadAsync(RepositoryRecord record, RepositorySettings settings, bool everyIssue, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(settings);
        var policy = settings.Name(gates.Current);
        var repository = record.Repository;
        var listed = await tracker.ListIssuesAsync(repository, policy.ReadyLabel, openOnly: true, cancellationToken);
        var (retries, over) = await RetriesAsync(record, cancellationToken);
        var ordered = DispatchPolicy.Order(retries.Values.Select(retry => new ReadyIssue
        {
            Repository = repository.FullName,
            Number = retry.Issue.Number,
            Labels = retry.Issue.Labels,
            IsRetry = true,
            SettingsProblem = settings.Broken,
            TrunkFrozenBy = record.FrozenTrunk?.IssueNumber,
        }).Concat(listed.Where(issue => !retries.ContainsKey(issue.Number)).Select(issue => new ReadyIssue
        {
            Repository = repository.FullName,
            Number = issue.Number,
            Labels = issue.Labels,
            IsOpen = issue.IsOpen,
            IsPullRequest = issue.IsPullRequest,
            SettingsProblem = settings.Broken,
            TrunkFrozenBy = record.FrozenTrunk?.IssueNumber,
        })));

        var busyWith = record.CurrentRun is { } run ? $"#{run.IssueNumber} is in progress"
            : record.Lingering is { } lingering ? $"old turn {lingering.Turn} not ended"
            : ordered.FirstOrDefault(issue => issue.Labels.Contains(policy.InProgressLabel, StringComparer.OrdinalIgnoreCase)) is { } marked ? $"#{marked.Number} is in progress"
            : null;
        Startable? next = null;
        var heldBack = new List<HeldBack>();
        foreach (var issue in ordered)
        {
            // Everything but the costly facts first.
            var why = DispatchPolicy.HeldBackBy(issue with { LabeledByTrusted = true }, policy, busyWith);
            if (why is null || (everyIssue && next is null))
            {
                // A list that shifts between two pages names an issue twice: only what both say is known.
                var same = listed.Where(each => each.Number == issue.Number).ToList();
                var retry = retries.GetValueOrDefault(issue.Number);
                var spared = retry is null ? new Spared(same.TrueForAll(each => each.Blockers == 0), same.TrueForAll(each => each.Comments == 0)) : new Spared(Blockers: false, Comments: false);
                (var startable, why, var hadItsRun) = await AskAsync(record, issue, retry, spared, policy, busyWith, cancellationToken);
                if (hadItsRun && retry is not null)
                {
                    over.Add(retry.Order);
                    continue;
                }

                if (startable is not null)
                {
                    next = startable;
                    busyWith = $"#{issue.Number} goes first";
                    continue;
                }
            }

            heldBack.Add(new(issue.Number, why!));
        }

        return new(next, heldBack) { Over = over };
    }

    /// <summary>The issues that commands ask for, and the commands that nothing can come of any more.</summary>
    private async Task<(Dictionary<int, Retry> Retries, List<RetryOrder> Over)> RetriesAsync(RepositoryRecord record, CancellationToken cancellationToken)
    {
        var (retries, over) = (new Dictionary<int, Retry>(), new List<RetryOrder>());
        foreach (var order in record.Retries)
        {
            try
            {
                var issue = await tracker.ReadIssueAsync(record.Repository, order.Issue, branch: null, commit: null, cancellationToken);
                if (issue.IsOpen && !record.EndedRuns.Contains(order.Run))
                {
                    retries[order.Issue] = new(order, issue);
                    continue;
                }
            }
            catch (GitHubFailure failure) when (failure.Kind is FailureKind.NotFound)
            {
                // Deleted or transferred.
            }

            over.Add(order);
        }

        return (retries, over);
    }

    private async Task<Asked> AskAsync(RepositoryRecord record, ReadyIssue issue, Retry? retry, Spared spared, DispatchGates policy, string? busyWith, CancellationToken cancellationToken)
    {
        var repository = record.Repository;
        var snapshot = retry?.Issue ?? await tracker.ReadIssueAsync(repository, issue.Number, branch: null, commit: null, cancellationToken);
        if (!string.Equals(snapshot.RepositoryName, repository.FullName, StringComparison.OrdinalIgnoreCase))
        {
            // GraphQL follows a rename. Whether the new name is allowed is not known here, and nothing is started under the old one.
            throw new GitHubFailure(FailureKind.Moved, $"{repository} is now {snapshot.RepositoryName}");
        }

        if (snapshot.IsArchived)
        {
            return new(null, "the repository is archived");
        }

        var us = await app.IdentityAsync(cancellationToken);
        issue = issue with { Labels = snapshot.Labels, IsOpen = snapshot.IsOpen };

        var authorised = retry?.Order is { } order
            ? new Authorisation(order.Comment, order.At, new Actor(order.By.Id, order.By.Login, IsPerson: true), "the command was given", "give it again")
            : Labelling(snapshot, policy.ReadyLabel);
        if (authorised is not { Actor: { Id: { } actorId } actor })
        {
            return new(null, DispatchPolicy.HeldBackBy(issue with { TrustProblem = "who applied the label could not be learned" }, policy, busyWith));
        }

        var runId = RunId.FromEvent(authorised.Event);
        var person = new Person(actorId, actor.Login);
        issue = issue with { LabeledByUs = actorId == us.BotId, HadItsRun = record.EndedRuns.Contains(runId) };
        if (DispatchPolicy.HeldBackBy(issue with { LabeledByTrusted = true }, policy, busyWith) is { } cheap)
        {
            return new(null, cheap);
        }

        issue = issue with { TrustProblem = await DistrustAsync(repository, snapshot, authorised, person, actor, cancellationToken) };
        issue = issue with { LabeledByTrusted = issue.TrustProblem is null };
        if (DispatchPolicy.HeldBackBy(issue, policy, busyWith) is { } untrusted)
        {
            return new(null, untrusted);
        }

        issue = issue with { OpenBlockers = await BlockersAsync(repository, snapshot, spared, cancellationToken) };
        if (DispatchPolicy.HeldBackBy(issue, policy, busyWith) is { } blocked)
        {
            return new(null, blocked);
        }

        // A store that was emptied does not know its ended runs; their markers do.
        var comments = spared.Comments ? [] : await tracker.OwnCommentsAsync(repository, issue.Number, cancellationToken);
        issue = issue with { HadItsRun = comments.Any(comment => IsMarkerOf(comment, repository, snapshot, runId)) };
        return DispatchPolicy.HeldBackBy(issue, policy, busyWith) is { } had
            ? new(null, had, issue.HadItsRun)
            : new(new Startable(issue, snapshot, runId, person) { SettingsNotice = comments.LastOrDefault(comment => SettingsNoticeText.Names(comment.Body) is not null)?.Id }, null);
    }

    private static Authorisation? Labelling(IssueSnapshot issue, string readyLabel) =>
        issue.Events.LastOrDefault(each => each.Kind is IssueEventKind.Labeled && string.Equals(each.Label, readyLabel, StringComparison.OrdinalIgnoreCase)) is { } labelled
            ? new(labelled.NodeId, labelled.At, labelled.Actor, "the label was applied", "label it again")
            : null;

    /// <summary>
    /// What must be closed first, by GitHub's own dependencies and by the issue's text. Of a text's issue that cannot be read nobody can say
    /// that it is closed: it holds back, and says so.
    /// </summary>
    private async Task<ImmutableArray<string>> BlockersAsync(RepositoryKey repository, IssueSnapshot issue, Spared spared, CancellationToken cancellationToken)
    {
        var native = spared.Blockers ? [] : await tracker.OpenBlockersAsync(repository, issue.Number, cancellationToken);
        var named = BlockedBy.Read(issue.Body, repository.FullName, issue.Number, issue.Url)
            .Where(reference => !native.Contains(reference.From(repository.FullName), StringComparer.OrdinalIgnoreCase)).ToList();
        var states = named.Count == 0 ? [] : await tracker.StatesAsync(repository, named, cancellationToken);
        return
        [
            .. native,
            .. states.Where(each => each.IsOpen is not false).Select(each => each.Reference.From(repository.FullName) + (each.IsOpen is null ? " (which cannot be read)" : "")),
        ];
    }

    private bool IsMarkerOf(OwnComment comment, RepositoryKey repository, IssueSnapshot issue, RunId run) =>
        RunMarker.TryRead(comment.Body, repository.Id, issue.IssueId, keys, out var marked) is MarkerReading.Read && marked!.Id == run;

    /// <summary>
    /// Why the labelling or the text is not trusted; null when both are. Asked live and by id: the labeller has write permission, and nobody
    /// without it changed title or body afterwards.
    /// </summary>
    private async Task<string?> DistrustAsync(RepositoryKey repository, IssueSnapshot issue, Authorisation authorised, Person person, Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsPerson)
        {
            return $"{authorised.What} by {actor.Login}, which is not a person";
        }

        if (!await tracker.MayWriteAsync(repository, person, cancellationToken))
        {
            return $"{authorised.What} by {actor.Login}, who may not write to this repository";
        }

        if (issue.LastEditedAt >= authorised.At)
        {
            if (!ShowsEditsSince(issue, authorised.At))
            {
                return $"the text was edited after {authorised.What}, and GitHub does not show by whom in all; {authorised.Again} to trust the new text";
            }

            foreach (var editor in issue.Edits.Where(edit => edit.At >= authorised.At).Select(edit => edit.Editor).Append(issue.Editor).Distinct())
            {
                if (!await MayWriteAsync(repository, editor, cancellationToken))
                {
                    return $"the text was edited after {authorised.What}, by {editor?.Login ?? "an unknown account"}; {authorised.Again} to trust the new text";
                }
            }
        }

        if (issue.EventsAreCut && !issue.Events.Any(each => each.At < authorised.At))
        {
            // Renamings since could have been pushed out of what is read.
            return $"too much has happened to the issue since {authorised.What}; {authorised.Again}";
        }

        foreach (var renamed in issue.Events.Where(each => each.Kind is IssueEventKind.Renamed && each.At >= authorised.At))
        {
            if (!await MayWriteAsync(repository, renamed.Actor, cancellationToken))
            {
                return $"the title was changed after {authorised.What}, by {renamed.Actor?.Login ?? "an unknown account"}; {authorised.Again} to trust the new title";
            }
        }

        return null;
    }

    /// <summary>Whether no edit since then is missing, whichever end of a cut list is shown: the newest is there, and where it is cut one from before.</summary>
    private static bool ShowsEditsSince(IssueSnapshot issue, DateTimeOffset since) =>
        issue.Edits.Any(edit => edit.At == issue.LastEditedAt) && (!issue.EditsAreCut || issue.Edits.Any(edit => edit.At < since));

    private async Task<bool> MayWriteAsync(RepositoryKey repository, Actor? actor, CancellationToken cancellationToken) =>
        actor is { Id: { } id, IsPerson: true } && await tracker.MayWriteAsync(repository, new Person(id, actor.Login), cancellationToken);

    /// <summary>What authorises a run, in the words of the sentences about it.</summary>
    private sealed record Authorisation(string Event, DateTimeOffset At, Actor? Actor, string What, string Again);

    /// <summary>A run asked for by command, and its issue.</summary>
    private sealed record Retry(RetryOrder Order, IssueSnapshot Issue);

    /// <summary>What came of asking: one of the first two.</summary>
    private sealed record Asked(Startable? Startable, string? Why, bool HadItsRun = false);

    /// <summary>Questions the list has answered already: that there are none of them.</summary>
    private sealed record Spared(bool Blockers, bool Comments);
}
