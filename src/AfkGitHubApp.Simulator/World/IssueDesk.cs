using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.Http;

namespace AfkGitHubApp.Simulator.World;

/// <summary>Issues, labels, comments, reactions, dependencies. Every change leaves an event, a journal entry and a webhook, as on GitHub.</summary>
internal sealed class IssueDesk(WorldState world)
{
    public Issue Open(Repository repository, Account by, string title, string? body, IEnumerable<string> labels)
    {
        var issue = new Issue(world.Ids.Next("issue"), repository.NextNumber(), by, title, body, world.Now) { Via = WorldState.ViaOf(by) };
        repository.Add(issue);
        world.Record(new IssueOpened(by.Login, repository.FullName, issue.Number));
        Emit(repository, issue, by, "opened");
        AddLabels(repository, issue, by, labels);
        return issue;
    }

    public Label EnsureLabel(Repository repository, string name, Account by, string color = "ededed", string? description = null)
    {
        if (repository.Labels.TryGetValue(name, out var known))
        {
            return known;
        }

        var label = new Label(world.Ids.Next("label"), name, color, description);
        repository.Labels.Add(name, label);
        world.Record(new LabelCreated(by.Login, repository.FullName, name));
        return label;
    }

    public void AddLabels(Repository repository, Issue issue, Account by, IEnumerable<string> names)
    {
        foreach (var name in names.Where(name => !issue.HasLabel(name)).ToList())
        {
            var label = EnsureLabel(repository, name, by);
            issue.Labels.Add(label.Name);
            Append(issue, by, "labeled", entry => entry with { Label = label.Name, LabelColor = label.Color });
            world.Record(new LabelAdded(by.Login, repository.FullName, issue.Number, label.Name));
            Emit(repository, issue, by, "labeled", payload => payload["label"] = world.Render().Label(repository, label));
        }
    }

    public bool RemoveLabel(Repository repository, Issue issue, Account by, string name)
    {
        var position = issue.Labels.FindIndex(label => string.Equals(label, name, StringComparison.OrdinalIgnoreCase));
        if (position < 0)
        {
            return false;
        }

        var label = repository.Labels[name];
        issue.Labels.RemoveAt(position);
        Append(issue, by, "unlabeled", entry => entry with { Label = label.Name, LabelColor = label.Color });
        world.Record(new LabelRemoved(by.Login, repository.FullName, issue.Number, label.Name));
        Emit(repository, issue, by, "unlabeled", payload => payload["label"] = world.Render().Label(repository, label));
        return true;
    }

    public void Close(Repository repository, Issue issue, Account by, string reason, string? commitSha = null)
    {
        if (!issue.Open)
        {
            return;
        }

        issue.Open = false;
        issue.StateReason = reason;
        issue.ClosedAt = world.Now;
        issue.ClosedBy = by;
        Append(issue, by, "closed", entry => entry with { CommitSha = commitSha, StateReason = reason });
        world.Record(new IssueClosed(by.Login, repository.FullName, issue.Number, reason, commitSha));
        Emit(repository, issue, by, "closed");
    }

    public void Reopen(Repository repository, Issue issue, Account by)
    {
        if (issue.Open)
        {
            return;
        }

        issue.Open = true;
        issue.StateReason = "reopened";
        issue.ClosedAt = null;
        issue.ClosedBy = null;
        Append(issue, by, "reopened", entry => entry with { StateReason = "reopened" });
        world.Record(new IssueReopened(by.Login, repository.FullName, issue.Number));
        Emit(repository, issue, by, "reopened");
    }

    public void Edit(Repository repository, Issue issue, Account by, string? title, string? body)
    {
        var changes = new JsonObject();
        if (title is not null && title != issue.Title)
        {
            changes["title"] = new JsonObject { ["from"] = issue.Title };
            var previous = issue.Title;
            issue.Title = title;
            Append(issue, by, "renamed", entry => entry with { Rename = (previous, title) });
        }

        if (body is not null && body != issue.Body)
        {
            changes["body"] = new JsonObject { ["from"] = issue.Body };
            issue.Body = body;
            // GitHub counts only the text as an edit; a new title is an event of its own.
            if (issue.Edits.Count == 0)
            {
                issue.Edits.Add(new TextEdit(world.Ids.Next("edit"), issue.CreatedAt, issue.Author));
            }

            issue.Edits.Add(new TextEdit(world.Ids.Next("edit"), world.Now, by));
            issue.LastEditedAt = world.Now;
            issue.Editor = by;
        }

        if (changes.Count == 0)
        {
            return;
        }

        issue.UpdatedAt = world.Now;
        world.Record(new IssueEdited(by.Login, repository.FullName, issue.Number));
        Emit(repository, issue, by, "edited", payload => payload["changes"] = changes);
    }

    public void Delete(Repository repository, Issue issue, Account by)
    {
        issue.Deleted = true;
        world.Record(new IssueDeleted(by.Login, repository.FullName, issue.Number));
        Emit(repository, issue, by, "deleted");
    }

    public Issue Transfer(Repository from, Issue issue, Repository to, Account by)
    {
        var moved = new Issue(world.Ids.Next("issue"), to.NextNumber(), issue.Author, issue.Title, issue.Body, issue.CreatedAt);
        to.Add(moved);
        issue.MovedTo = (to.Id, moved.Number);
        Emit(from, issue, by, "transferred", payload => payload["changes"] = new JsonObject
        {
            ["new_issue"] = world.Render().Issue(to, moved),
            ["new_repository"] = world.Render().Repository(to),
        });
        return moved;
    }

    public IssueComment Comment(Repository repository, Issue issue, Account by, string body)
    {
        var comment = new IssueComment(world.Ids.Next("comment"), issue.Number, by, body, WorldState.ViaOf(by), world.Now);
        issue.Comments.Add(comment);
        issue.Events.Add(new IssueEvent(comment.Id, "commented", by, comment.Via, world.Now) { Comment = comment });
        issue.UpdatedAt = world.Now;
        world.Record(new CommentCreated(by.Login, repository.FullName, issue.Number, comment.Id, body));
        EmitComment(repository, issue, comment, by, "created");
        return comment;
    }

    public void EditComment(Repository repository, Issue issue, IssueComment comment, Account by, string body)
    {
        var before = comment.Body;
        comment.Body = body;
        comment.UpdatedAt = world.Now;
        world.Record(new CommentEdited(by.Login, repository.FullName, issue.Number, comment.Id, body));
        EmitComment(repository, issue, comment, by, "edited", payload => payload["changes"] = new JsonObject { ["body"] = new JsonObject { ["from"] = before } });
    }

    public void DeleteComment(Repository repository, Issue issue, IssueComment comment, Account by)
    {
        issue.Comments.Remove(comment);
        issue.Events.RemoveAll(entry => entry.Comment == comment);
        world.Record(new CommentDeleted(by.Login, repository.FullName, issue.Number, comment.Id));
        EmitComment(repository, issue, comment, by, "deleted");
    }

    /// <summary>Adds a reaction unless the same one is there already; the second value tells which.</summary>
    public (Reaction Reaction, bool Created) React(Repository repository, Issue issue, List<Reaction> reactions, Account by, string content)
    {
        if (reactions.Find(reaction => reaction.User == by && reaction.Content == content) is { } known)
        {
            return (known, false);
        }

        var added = new Reaction(world.Ids.Next("reaction"), by, content, world.Now);
        reactions.Add(added);
        world.Record(new ReactionAdded(by.Login, repository.FullName, issue.Number, content));
        return (added, true);
    }

    public void AddBlocker(Repository repository, Issue issue, Repository blockerRepository, Issue blocker, Account by)
    {
        if (issue.BlockedBy.Contains((blockerRepository.Id, blocker.Number)))
        {
            return;
        }

        issue.BlockedBy.Add((blockerRepository.Id, blocker.Number));
        blocker.Blocking.Add((repository.Id, issue.Number));
        world.Record(new BlockerAdded(by.Login, repository.FullName, issue.Number, $"{blockerRepository.FullName}#{blocker.Number}"));
        EmitDependency(repository, issue, blockerRepository, blocker, by, "added");
    }

    public bool RemoveBlocker(Repository repository, Issue issue, Repository blockerRepository, Issue blocker, Account by)
    {
        if (!issue.BlockedBy.Remove((blockerRepository.Id, blocker.Number)))
        {
            return false;
        }

        blocker.Blocking.Remove((repository.Id, issue.Number));
        world.Record(new BlockerRemoved(by.Login, repository.FullName, issue.Number, $"{blockerRepository.FullName}#{blocker.Number}"));
        EmitDependency(repository, issue, blockerRepository, blocker, by, "removed");
        return true;
    }

    /// <summary>The issues behind <see cref="Issue.BlockedBy"/> or <see cref="Issue.Blocking"/>.</summary>
    public IEnumerable<(Repository Repository, Issue Issue)> Find(List<(long RepositoryId, int Number)> keys) =>
        keys
            .Select(key => world.FindRepository(key.RepositoryId) is { } repository && repository.Issues.TryGetValue(key.Number, out var issue) ? (repository, issue) : default)
            .Where(pair => pair.repository is not null);

    /// <summary>What GitHub does with <c>#n</c> in a commit: a reference everywhere, and on the default branch a closing keyword closes.</summary>
    public void ReadCommit(Repository repository, Commit commit, Account by, bool onDefaultBranch)
    {
        foreach (var mention in CommitMentions.In(commit.Message))
        {
            if (!repository.Issues.TryGetValue(mention.Number, out var issue) || issue.Deleted)
            {
                continue;
            }

            Append(issue, by, "referenced", entry => entry with { CommitSha = commit.Sha });
            if (mention.Closes && onDefaultBranch && issue.PullRequest is null)
            {
                Close(repository, issue, by, "completed", commit.Sha);
            }
        }
    }

    public void Append(Issue issue, Account by, string kind, Func<IssueEvent, IssueEvent>? more = null)
    {
        var entry = new IssueEvent(world.Ids.Next("event"), kind, by, WorldState.ViaOf(by), world.Now);
        issue.Events.Add(more is null ? entry : more(entry));
        issue.UpdatedAt = world.Now;
    }

    private void Emit(Repository repository, Issue issue, Account by, string action, Action<JsonObject>? more = null)
    {
        var render = world.Render();
        if (issue.PullRequest is not null)
        {
            world.Pulls.Emit(repository, issue, by, action, more);
            return;
        }

        var payload = new JsonObject { ["issue"] = render.Issue(repository, issue) };
        more?.Invoke(payload);
        world.Webhooks.Emit("issues", action, repository, by, payload);
    }

    private void EmitComment(Repository repository, Issue issue, IssueComment comment, Account by, string action, Action<JsonObject>? more = null)
    {
        var render = world.Render();
        var payload = new JsonObject { ["issue"] = render.Issue(repository, issue), ["comment"] = render.Comment(repository, issue, comment) };
        more?.Invoke(payload);
        world.Webhooks.Emit("issue_comment", action, repository, by, payload);
    }

    private void EmitDependency(Repository repository, Issue issue, Repository blockerRepository, Issue blocker, Account by, string what)
    {
        var render = world.Render();
        JsonObject Payload(string side, Repository other) => new()
        {
            ["blocked_issue_id"] = issue.Id,
            ["blocked_issue"] = render.Issue(repository, issue),
            ["blocking_issue_id"] = blocker.Id,
            ["blocking_issue"] = render.Issue(blockerRepository, blocker),
            [side] = render.Repository(other),
        };
        world.Webhooks.Emit("issue_dependencies", $"blocked_by_{what}", repository, by, Payload("blocking_issue_repo", blockerRepository));
        world.Webhooks.Emit("issue_dependencies", $"blocking_{what}", blockerRepository, by, Payload("blocked_issue_repo", repository));
    }
}
