using System.Globalization;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http.GraphQl;

/// <summary>A type of GitHub's schema, as far as it is modelled; <paramref name="Members"/> are the possible types of an interface or union.</summary>
internal sealed record GraphQlType(string Name, IReadOnlyDictionary<string, GraphQlField> Fields, IReadOnlyList<string> Members);

/// <summary>A field. <paramref name="Type"/> is null for a scalar or enum.</summary>
internal sealed record GraphQlField(string? Type, bool IsList, IReadOnlyDictionary<string, bool> Arguments, Func<GraphQlCall, object?> Resolve);

/// <summary>One field being resolved.</summary>
internal sealed record GraphQlCall(WorldState World, AccessToken Token, object? Source, IReadOnlyDictionary<string, object?> Arguments)
{
    public Render Render => World.Render();

    public string? Text(string name) => Arguments.GetValueOrDefault(name) switch { string text => text, EnumWord word => word.Name, _ => null };

    public int? Number(string name) => Arguments.GetValueOrDefault(name) is long number ? (int)number : null;
}

/// <summary>The answer "no such thing": GraphQL gives it as an error of type NOT_FOUND next to null data.</summary>
internal sealed class GraphQlNotFoundException(string message, string type = "NOT_FOUND") : Exception(message)
{
    public string Type => type;
}

/// <summary>
/// The part of GitHub's public schema that the simulator knows, by the names of npm <c>@octokit/graphql-schema</c> 15.26.1.
/// A field that is not listed here is refused as unknown, even where GitHub has it: add it here with its real name before using it.
/// </summary>
internal static class GraphQlSchema
{
    private static readonly Dictionary<string, string> ItemTypes = new(StringComparer.Ordinal)
    {
        ["LABELED_EVENT"] = "labeled",
        ["UNLABELED_EVENT"] = "unlabeled",
        ["CLOSED_EVENT"] = "closed",
        ["REOPENED_EVENT"] = "reopened",
        ["RENAMED_TITLE_EVENT"] = "renamed",
        ["REFERENCED_EVENT"] = "referenced",
        ["ISSUE_COMMENT"] = "commented",
    };

    public static IReadOnlyDictionary<string, GraphQlType> Types { get; } = Build().ToDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>The concrete type of a resolved object.</summary>
    public static string TypeOf(object value) => value switch
    {
        WorldState => "Query",
        (Repository, Issue { PullRequest: not null }) => "PullRequest",
        (Repository, Issue) => "Issue",
        (Repository, Label) => "Label",
        TextEdit => "UserContentEdit",
        (Repository, Issue, IssueEvent { Kind: var kind }) => kind switch
        {
            "labeled" => "LabeledEvent",
            "unlabeled" => "UnlabeledEvent",
            "closed" => "ClosedEvent",
            "reopened" => "ReopenedEvent",
            "renamed" => "RenamedTitleEvent",
            "commented" => "IssueComment",
            _ => "ReferencedEvent",
        },
        Repository => "Repository",
        Account { Kind: AccountKind.Bot } => "Bot",
        Account { Kind: AccountKind.Organization } => "Organization",
        Account => "User",
        BranchHead => "Ref",
        (Repository, Commit) => "Commit",
        FileEntry => "TreeEntry",
        BlobOf => "Blob",
        Versions => "CommitHistoryConnection",
        (Repository, Deployment) => "Deployment",
        DeploymentStatus => "DeploymentStatus",
        EnvironmentOf => "Environment",
        Connection connection => connection.TypeName,
        LatestStatuses => "Status",
        CommitStatus => "StatusContext",
        PageOf => "PageInfo",
        RateWindow => "RateLimit",
        _ => throw new InvalidOperationException($"No GraphQL type for {value.GetType().Name}."),
    };

    private static IEnumerable<GraphQlType> Build()
    {
        yield return Type("Query",
            Object("repository", "Repository", RepositoryOf, ("owner", true), ("name", true), ("followRenames", false)),
            Object("rateLimit", "RateLimit", call => call.Token.Installation.GraphQl, ("dryRun", false)));
        yield return Type("RateLimit",
            Scalar("limit", call => call.World.Options.RequestsPerHour),
            Scalar("cost", _ => 1),
            Scalar("nodeCount", _ => 1),
            Scalar("used", call => ((RateWindow)call.Source!).Used),
            Scalar("remaining", call => call.World.Options.RequestsPerHour - ((RateWindow)call.Source!).Used),
            Scalar("resetAt", call => Render.Time(((RateWindow)call.Source!).ResetsAt)));
        yield return Type("Repository",
            Of<Repository>("id", one => one.NodeId),
            Of<Repository>("databaseId", one => one.Id),
            Of<Repository>("name", one => one.Name),
            Of<Repository>("nameWithOwner", one => one.FullName),
            Of<Repository>("viewerDefaultMergeMethod", _ => "MERGE"),
            Of<Repository>("isArchived", one => one.Archived),
            Of<Repository>("isDisabled", _ => false),
            Of<Repository>("isPrivate", one => one.Private),
            Of<Repository>("visibility", one => one.Private ? "PRIVATE" : "PUBLIC"),
            Scalar("url", call => $"{call.Render.Html}/{((Repository)call.Source!).FullName}"),
            Object("owner", "RepositoryOwner", call => ((Repository)call.Source!).Owner),
            Object("defaultBranchRef", "Ref", call => new BranchHead((Repository)call.Source!, ((Repository)call.Source!).DefaultBranch)),
            Object("ref", "Ref", Reference, ("qualifiedName", true)),
            Object("object", "GitObject", GitObjectOf, ("expression", false), ("oid", false)),
            Object("deployments", "DeploymentConnection", DeploymentsOf, ("environments", false), ("first", false), ("last", false), ("after", false), ("before", false)),
            Object("environments", "EnvironmentConnection", EnvironmentsOf, ("first", false), ("last", false), ("after", false), ("before", false)),
            Object("pullRequest", "PullRequest", PullRequestOf, ("number", true)),
            Object("issue", "Issue", IssueOf, ("number", true)),
            Object("issueOrPullRequest", "IssueOrPullRequest", IssueOrPullRequestOf, ("number", true)));
        yield return Abstract("IssueOrPullRequest", ["Issue", "PullRequest"]);
        yield return Type("Ref",
            Of<BranchHead>("id", one => $"REF_{one.Repository.Id}_{one.Name}"),
            Of<BranchHead>("name", one => one.Name),
            Of<BranchHead>("prefix", _ => "refs/heads/"),
            Object("target", "GitObject", call => ((BranchHead)call.Source!).Target));
        yield return Abstract("GitObject", ["Commit", "Blob"],
            Scalar("oid", _ => null),
            Scalar("abbreviatedOid", _ => null));
        yield return Type("Commit",
            Of<(Repository, Commit Commit)>("id", one => $"C_{one.Commit.Sha}"),
            Of<(Repository, Commit Commit)>("oid", one => one.Commit.Sha),
            Of<(Repository, Commit Commit)>("abbreviatedOid", one => one.Commit.Sha[..7]),
            Of<(Repository, Commit Commit)>("message", one => one.Commit.Message),
            Of<(Repository, Commit Commit)>("messageHeadline", one => one.Commit.Message.Split('\n')[0]),
            Of<(Repository, Commit Commit)>("committedDate", one => Render.Time(one.Commit.Date)),
            Object("status", "Status", StatusOf),
            Object("associatedPullRequests", "PullRequestConnection", PullRequestsOf, ("first", false), ("last", false), ("after", false), ("before", false), ("orderBy", false)),
            Object("file", "TreeEntry", FileOf, ("path", true)),
            Object("history", "CommitHistoryConnection", HistoryOf, ("first", false), ("path", false)),
            Scalar("url", call => call.Source is (Repository repository, Commit commit) ? $"{call.Render.Html}/{repository.FullName}/commit/{commit.Sha}" : null));
        yield return Type("EnvironmentConnection", [.. ConnectionFields("Environment")]);
        yield return Type("Environment", Of<EnvironmentOf>("name", one => one.Name));
        yield return Type("DeploymentConnection", [.. ConnectionFields("Deployment")]);
        yield return Type("Deployment",
            Of<(Repository, Deployment One)>("id", one => one.One.NodeId),
            Of<(Repository, Deployment One)>("commitOid", one => one.One.Sha),
            Of<(Repository, Deployment One)>("environment", one => one.One.Environment),
            Of<(Repository, Deployment One)>("createdAt", one => Render.Time(one.One.CreatedAt)),
            Object("latestStatus", "DeploymentStatus", call => (((Repository, Deployment))call.Source!).Item2.Statuses.LastOrDefault()));
        yield return Type("DeploymentStatus",
            Of<DeploymentStatus>("id", one => one.NodeId),
            Of<DeploymentStatus>("state", one => one.State.ToUpperInvariant()),
            Of<DeploymentStatus>("logUrl", one => one.LogUrl),
            Of<DeploymentStatus>("environmentUrl", _ => null),
            Of<DeploymentStatus>("createdAt", one => Render.Time(one.CreatedAt)));
        yield return Type("CommitHistoryConnection",
            ("nodes", new GraphQlField("Commit", IsList: true, Arguments([]), call => ((Versions)call.Source!).Commits)),
            Of<Versions>("totalCount", one => one.Commits.Count));
        yield return Type("TreeEntry",
            Of<FileEntry>("path", one => one.Path),
            Of<FileEntry>("type", _ => "blob"),
            Of<FileEntry>("size", one => one.Blob.Bytes),
            Object("object", "GitObject", call => ((FileEntry)call.Source!).Blob));
        yield return Type("Blob",
            Of<BlobOf>("oid", one => IdSource.TreeSha(one.Content)),
            Of<BlobOf>("abbreviatedOid", one => IdSource.TreeSha(one.Content)[..7]),
            Of<BlobOf>("byteSize", one => one.Bytes),
            Of<BlobOf>("isBinary", one => one.IsBinary),
            Of<BlobOf>("isTruncated", one => one.Bytes > BlobOf.Shown),
            Of<BlobOf>("text", one => one.IsBinary ? null : one.Bytes > BlobOf.Shown ? one.Content[..BlobOf.Shown] : one.Content));
        yield return Type("Status",
            ("contexts", new GraphQlField("StatusContext", IsList: true, Arguments([]), call => ((LatestStatuses)call.Source!).All.Cast<object>().ToList())));
        yield return Type("StatusContext",
            Of<CommitStatus>("context", one => one.Context),
            Of<CommitStatus>("description", one => one.Description),
            Of<CommitStatus>("state", one => one.State.ToUpperInvariant()),
            Of<CommitStatus>("targetUrl", one => one.TargetUrl));
        yield return IssueType();
        yield return Abstract("Actor", ["User", "Bot", "Organization", "Mannequin", "EnterpriseUserAccount"], [.. ActorFields(withLogin: true)]);
        yield return Abstract("RepositoryOwner", ["User", "Organization"], [.. ActorFields(withLogin: true), Of<Account>("id", one => one.NodeId)]);
        foreach (var name in (string[])["User", "Bot", "Organization", "Mannequin"])
        {
            yield return Type(name, [.. ActorFields(withLogin: true), Of<Account>("id", one => one.NodeId), Of<Account>("databaseId", one => one.Id)]);
        }

        yield return Type("EnterpriseUserAccount", [.. ActorFields(withLogin: true), Of<Account>("id", one => one.NodeId)]);
        yield return Type("Label",
            Of<(Repository, Label Label)>("id", one => one.Label.NodeId),
            Of<(Repository, Label Label)>("name", one => one.Label.Name),
            Of<(Repository, Label Label)>("color", one => one.Label.Color),
            Of<(Repository, Label Label)>("description", one => one.Label.Description));
        yield return Type("LabelConnection", [.. ConnectionFields("Label")]);
        yield return Type("UserContentEditConnection", [.. ConnectionFields("UserContentEdit")]);
        yield return Type("UserContentEdit",
            Of<TextEdit>("id", one => one.NodeId),
            Of<TextEdit>("createdAt", one => Render.Time(one.At)),
            Of<TextEdit>("editedAt", one => Render.Time(one.At)),
            Object("editor", "Actor", call => ((TextEdit)call.Source!).Editor));
        yield return Type("IssueCommentConnection", [.. ConnectionFields("IssueComment")]);
        yield return Type("IssueTimelineItemsConnection", [.. ConnectionFields("IssueTimelineItems"), Of<Connection>("filteredCount", one => one.All.Count), Of<Connection>("pageCount", one => one.Shown.Count)]);
        yield return Type("PageInfo",
            Of<PageOf>("hasNextPage", one => one.HasNext),
            Of<PageOf>("hasPreviousPage", one => one.HasPrevious),
            Of<PageOf>("startCursor", one => one.Start),
            Of<PageOf>("endCursor", one => one.End));
        yield return Abstract("IssueTimelineItems", ["LabeledEvent", "UnlabeledEvent", "ClosedEvent", "ReopenedEvent", "RenamedTitleEvent", "ReferencedEvent", "IssueComment"]);
        yield return Type("LabeledEvent", [.. EventFields(), Object("label", "Label", LabelOfEvent)]);
        yield return Type("UnlabeledEvent", [.. EventFields(), Object("label", "Label", LabelOfEvent)]);
        yield return Type("ClosedEvent", [.. EventFields(), OfEvent("stateReason", entry => Reason(entry.StateReason)), Object("closer", "Closer", CloserOf)]);
        yield return Type("ReopenedEvent", [.. EventFields(), OfEvent("stateReason", entry => Reason(entry.StateReason))]);
        yield return Type("RenamedTitleEvent", [.. EventFields(), OfEvent("previousTitle", entry => entry.Rename?.From), OfEvent("currentTitle", entry => entry.Rename?.To)]);
        yield return Type("ReferencedEvent", [.. EventFields(), Object("commit", "Commit", CloserOf)]);
        yield return Type("IssueComment",
            OfEvent("id", entry => entry.Comment!.NodeId),
            OfEvent("fullDatabaseId", entry => entry.Comment!.Id.ToString(CultureInfo.InvariantCulture)),
            OfEvent("body", entry => entry.Comment!.Body),
            OfEvent("createdAt", entry => Render.Time(entry.Comment!.CreatedAt)),
            OfEvent("updatedAt", entry => Render.Time(entry.Comment!.UpdatedAt)),
            Object("author", "Actor", call => EventOf(call).Comment!.Author));
        yield return Abstract("Closer", ["Commit", "PullRequest", "ProjectV2"]);
        yield return Type("PullRequest",
            OfIssue("id", issue => issue.NodeId),
            OfIssue("number", issue => issue.Number),
            OfIssue("title", issue => issue.Title),
            Object("mergeCommit", "Commit", call => SourceOf(call) is var (at, pull) && pull.PullRequest!.MergeCommitSha is { } sha ? (at, at.Commits[sha]) : null),
            Scalar("merged", call => SourceOf(call).Issue.PullRequest!.MergedAt is not null),
            Scalar("isCrossRepository", call => SourceOf(call).Issue.PullRequest!.Fork is not null),
            Object("headRepository", "Repository", call => SourceOf(call) is var (at, pull) ? pull.PullRequest!.Fork ?? at : null),
            OfIssue("baseRefName", issue => issue.PullRequest!.BaseBranch),
            Object("author", "Actor", call => SourceOf(call).Issue.Author),
            OfIssue("isInMergeQueue", issue => issue.PullRequest!.IsQueued),
            Scalar("mergeStateStatus", call => SourceOf(call) is var (at, pull) ? MergeDesk.StateOf(at, pull.PullRequest!) : null),
            Scalar("reviewDecision", call => SourceOf(call) is var (at, pull) ? MergeDesk.ReviewsOf(at, pull.PullRequest!) : null),
            OfIssue("state", issue => issue.PullRequest!.MergedAt is not null ? "MERGED" : issue.Open ? "OPEN" : "CLOSED"));
        yield return Type("PullRequestConnection", [.. ConnectionFields("PullRequest")]);
        yield return Type("ProjectV2", Scalar("id", _ => null));
        yield return Abstract("Node", ["Repository", "Ref", "Commit", "Issue", "User", "Bot", "Organization", "Mannequin", "Label", "LabeledEvent", "UnlabeledEvent", "ClosedEvent", "ReopenedEvent", "RenamedTitleEvent", "ReferencedEvent", "IssueComment", "PullRequest", "ProjectV2"],
            Scalar("id", _ => null));
    }

    private static GraphQlType IssueType() => Type("Issue",
        OfIssue("id", issue => issue.NodeId),
        OfIssue("databaseId", issue => issue.Id),
        OfIssue("fullDatabaseId", issue => issue.Id.ToString()),
        OfIssue("number", issue => issue.Number),
        OfIssue("title", issue => issue.Title),
        OfIssue("body", issue => issue.Body ?? string.Empty),
        OfIssue("state", issue => issue.Open ? "OPEN" : "CLOSED"),
        OfIssue("closed", issue => !issue.Open),
        OfIssue("stateReason", issue => Reason(issue.StateReason)),
        OfIssue("locked", issue => issue.Locked),
        OfIssue("createdAt", issue => Render.Time(issue.CreatedAt)),
        OfIssue("updatedAt", issue => Render.Time(issue.UpdatedAt)),
        OfIssue("closedAt", issue => Render.Time(issue.ClosedAt)),
        OfIssue("lastEditedAt", issue => Render.Time(issue.LastEditedAt)),
        OfIssue("includesCreatedEdit", issue => issue.LastEditedAt is not null),
        Scalar("url", call => call.Source is (Repository repository, Issue issue) ? $"{call.Render.Html}/{repository.FullName}/issues/{issue.Number}" : null),
        Object("repository", "Repository", call => SourceOf(call).Repository),
        Object("author", "Actor", call => SourceOf(call).Issue.Author),
        Object("editor", "Actor", call => SourceOf(call).Issue.Editor),
        Object("labels", "LabelConnection", Labels, ("first", false), ("last", false), ("after", false), ("before", false), ("orderBy", false)),
        Object("comments", "IssueCommentConnection", Comments, ("first", false), ("last", false), ("after", false), ("before", false), ("orderBy", false)),
        Object("userContentEdits", "UserContentEditConnection", Edits, ("first", false), ("last", false), ("after", false), ("before", false)),
        Object("timelineItems", "IssueTimelineItemsConnection", Timeline, ("first", false), ("last", false), ("after", false), ("before", false), ("itemTypes", false), ("since", false), ("skip", false)));

    private static object RepositoryOf(GraphQlCall call)
    {
        var name = $"{call.Text("owner")}/{call.Text("name")}";
        return call.World.FindRepository(name) is { } repository && call.Token.Covers(repository.Id)
            ? repository
            : throw new GraphQlNotFoundException($"Could not resolve to a Repository with the name '{name}'.");
    }

    private static object? Reference(GraphQlCall call)
    {
        var repository = (Repository)call.Source!;
        var name = call.Text("qualifiedName") ?? string.Empty;
        name = name.StartsWith("refs/heads/", StringComparison.Ordinal) ? name[11..] : name.StartsWith("heads/", StringComparison.Ordinal) ? name[6..] : name;
        return repository.Branches.ContainsKey(name) ? new BranchHead(repository, name) : null;
    }

    private static object? StatusOf(GraphQlCall call)
    {
        var (repository, commit) = ((Repository, Commit))call.Source!;
        if (!call.Token.Allows("statuses", "read"))
        {
            throw new GraphQlNotFoundException("Resource not accessible by integration", "FORBIDDEN");
        }

        var latest = repository.Statuses.Where(status => status.Sha == commit.Sha).GroupBy(status => status.Context, StringComparer.Ordinal).Select(group => group.Last()).ToList();
        return latest.Count == 0 ? null : new LatestStatuses(latest);
    }

    /// <summary>The merged ones that brought the commit; as long as it is not on the default branch also open ones whose head it is.</summary>
    private static Connection PullRequestsOf(GraphQlCall call)
    {
        if (!call.Token.Allows("pull_requests", "read"))
        {
            throw new GraphQlNotFoundException("Resource not accessible by integration", "FORBIDDEN");
        }

        var (repository, commit) = ((Repository, Commit))call.Source!;
        var found = repository.PullRequests.Where(issue => issue.PullRequest is { } pull && (pull.Brought.Contains(commit.Sha, StringComparer.Ordinal) || (issue.Open && pull.HeadSha == commit.Sha)));
        return Connection.Of("PullRequestConnection", "associatedPullRequests", [.. found.Select(issue => (object)(repository, issue))], call);
    }

    /// <summary>In their order of time, as GitHub lists them where no order is asked for.</summary>
    private static Connection DeploymentsOf(GraphQlCall call)
    {
        if (!call.Token.Allows("deployments", "read"))
        {
            throw new GraphQlNotFoundException("Resource not accessible by integration", "FORBIDDEN");
        }

        var repository = (Repository)call.Source!;
        var wanted = call.Arguments.GetValueOrDefault("environments") is List<object?> names ? names.OfType<string>().ToHashSet(StringComparer.Ordinal) : null;
        return Connection.Of("DeploymentConnection", "deployments", [.. repository.Deployments.Where(one => wanted is null || wanted.Contains(one.Environment)).Select(one => (object)(repository, one))], call);
    }

    private static Connection EnvironmentsOf(GraphQlCall call) =>
        Connection.Of("EnvironmentConnection", "environments", [.. ((Repository)call.Source!).Environments.Order(StringComparer.Ordinal).Select(name => (object)new EnvironmentOf(name))], call);

    private static object PullRequestOf(GraphQlCall call)
    {
        var repository = (Repository)call.Source!;
        var number = call.Number("number") ?? 0;
        return call.Token.Allows("pull_requests", "read") && repository.Issues.TryGetValue(number, out var found) && found is { PullRequest: not null }
            ? (repository, found)
            : throw new GraphQlNotFoundException($"Could not resolve to a PullRequest with the number of {number}.");
    }

    /// <summary>Only what names a commit is known: <c>HEAD</c>, a branch, a commit id.</summary>
    private static object? GitObjectOf(GraphQlCall call)
    {
        var repository = (Repository)call.Source!;
        RefuseWithoutContents(call);
        var name = call.Text("oid") ?? call.Text("expression") ?? string.Empty;
        return (name == "HEAD" ? repository.Head : GitDesk.Resolve(repository, name)) is { } commit ? (repository, commit) : null;
    }

    private static FileEntry? FileOf(GraphQlCall call)
    {
        RefuseWithoutContents(call);
        var (_, commit) = ((Repository, Commit))call.Source!;
        var path = call.Text("path") ?? string.Empty;
        return commit.Files.TryGetValue(path, out var text) ? new FileEntry(path, new BlobOf(text)) : null;
    }

    /// <summary>The commits that changed a path, newest first, along the first parents.</summary>
    private static Versions HistoryOf(GraphQlCall call)
    {
        RefuseWithoutContents(call);
        var (repository, commit) = ((Repository, Commit))call.Source!;
        var path = call.Text("path");
        var found = new List<object>();
        for (var at = commit; at is not null; at = at.Parents.Count == 0 ? null : repository.Commits[at.Parents[0]])
        {
            var before = at.Parents.Count == 0 ? null : repository.Commits[at.Parents[0]].Files.GetValueOrDefault(path ?? string.Empty);
            if (path is null || at.Files.GetValueOrDefault(path) != before)
            {
                found.Add((repository, at));
            }
        }

        return new Versions([.. found.Take(call.Number("first") ?? 100)]);
    }

    private static void RefuseWithoutContents(GraphQlCall call)
    {
        if (!call.Token.Allows("contents", "read"))
        {
            throw new GraphQlNotFoundException("Resource not accessible by integration", "FORBIDDEN");
        }
    }

    private static object IssueOf(GraphQlCall call)
    {
        var repository = (Repository)call.Source!;
        var number = call.Number("number") ?? 0;
        if (!call.Token.Allows("issues", "read"))
        {
            throw new GraphQlNotFoundException("Resource not accessible by integration", "FORBIDDEN");
        }

        return repository.Issues.TryGetValue(number, out var issue) && issue is { Deleted: false, MovedTo: null, PullRequest: null }
            ? (repository, issue)
            : throw new GraphQlNotFoundException($"Could not resolve to an Issue with the number of {number}.");
    }

    private static object IssueOrPullRequestOf(GraphQlCall call)
    {
        var repository = (Repository)call.Source!;
        var number = call.Number("number") ?? 0;
        return call.Token.Allows("issues", "read") && repository.Issues.TryGetValue(number, out var found) && found is { Deleted: false, MovedTo: null }
            ? (repository, found)
            : throw new GraphQlNotFoundException($"Could not resolve to an issue or pull request with the number of {number}.");
    }

    private static Connection Labels(GraphQlCall call)
    {
        var (repository, issue) = SourceOf(call);
        return Connection.Of("LabelConnection", "labels", [.. issue.Labels.Select(name => (object)(repository, repository.Labels[name]))], call);
    }

    private static Connection Comments(GraphQlCall call)
    {
        var (repository, issue) = SourceOf(call);
        return Connection.Of("IssueCommentConnection", "comments", [.. issue.Events.Where(entry => entry.Comment is not null).Select(entry => (object)(repository, issue, entry))], call);
    }

    private static Connection Edits(GraphQlCall call)
    {
        var edits = SourceOf(call).Issue.Edits.AsEnumerable();
        return Connection.Of("UserContentEditConnection", "userContentEdits", [.. call.World.EditsOldestFirst ? edits : edits.Reverse()], call);
    }

    private static Connection Timeline(GraphQlCall call)
    {
        var (repository, issue) = SourceOf(call);
        var wanted = call.Arguments.GetValueOrDefault("itemTypes") is List<object?> types
            ? types.Select(type => type switch { EnumWord word => word.Name, string text => text, _ => string.Empty }).Select(name => ItemTypes.GetValueOrDefault(name, name)).ToHashSet(StringComparer.Ordinal)
            : ItemTypes.Values.ToHashSet(StringComparer.Ordinal);
        var items = issue.Events.Where(entry => wanted.Contains(entry.Kind)).Select(entry => (object)(repository, issue, entry)).ToList();
        return Connection.Of("IssueTimelineItemsConnection", "timelineItems", items, call);
    }

    private static object? LabelOfEvent(GraphQlCall call)
    {
        var (repository, _, entry) = ((Repository, Issue, IssueEvent))call.Source!;
        return (repository, repository.Labels.GetValueOrDefault(entry.Label!) ?? new Label(0, entry.Label!, entry.LabelColor ?? "ededed", null));
    }

    private static object? CloserOf(GraphQlCall call)
    {
        var (repository, _, entry) = ((Repository, Issue, IssueEvent))call.Source!;
        return entry.CommitSha is { } sha && repository.Commits.TryGetValue(sha, out var commit) ? (repository, commit) : null;
    }

    /// <summary>The enum has three words; GitHub's REST API knows <c>duplicate</c> besides.</summary>
    private static string? Reason(string? reason) => reason?.ToUpperInvariant();

    private static (Repository Repository, Issue Issue) SourceOf(GraphQlCall call) => ((Repository, Issue))call.Source!;

    private static IssueEvent EventOf(GraphQlCall call) => (((Repository, Issue, IssueEvent))call.Source!).Item3;

    private static IEnumerable<(string, GraphQlField)> ActorFields(bool withLogin)
    {
        if (withLogin)
        {
            yield return Of<Account>("login", one => one.GraphQlLogin);
        }

        yield return Scalar("avatarUrl", call => $"{call.Render.Html}/avatars/{((Account)call.Source!).Id}");
        yield return Of<Account>("resourcePath", one => $"/{one.GraphQlLogin}");
        yield return Scalar("url", call => $"{call.Render.Html}/{((Account)call.Source!).GraphQlLogin}");
    }

    private static IEnumerable<(string, GraphQlField)> EventFields()
    {
        yield return OfEvent("id", entry => entry.NodeId);
        yield return OfEvent("createdAt", entry => Render.Time(entry.CreatedAt));
        yield return Object("actor", "Actor", call => EventOf(call).Actor);
    }

    private static IEnumerable<(string, GraphQlField)> ConnectionFields(string node)
    {
        yield return ("nodes", new GraphQlField(node, IsList: true, Arguments([]), call => ((Connection)call.Source!).Shown));
        yield return Of<Connection>("totalCount", one => one.All.Count);
        yield return Object("pageInfo", "PageInfo", call => ((Connection)call.Source!).Page);
    }

    private static GraphQlType Type(string name, params (string Name, GraphQlField Field)[] fields) =>
        new(name, fields.ToDictionary(field => field.Name, field => field.Field, StringComparer.Ordinal), []);

    private static GraphQlType Abstract(string name, string[] members, params (string Name, GraphQlField Field)[] fields) =>
        new(name, fields.ToDictionary(field => field.Name, field => field.Field, StringComparer.Ordinal), members);

    private static (string, GraphQlField) Scalar(string name, Func<GraphQlCall, object?> resolve) => (name, new GraphQlField(null, IsList: false, Arguments([]), resolve));

    private static (string, GraphQlField) Of<T>(string name, Func<T, object?> read) => Scalar(name, call => read((T)call.Source!));

    private static (string, GraphQlField) OfIssue(string name, Func<Issue, object?> read) => Scalar(name, call => read(SourceOf(call).Issue));

    private static (string, GraphQlField) OfEvent(string name, Func<IssueEvent, object?> read) => Scalar(name, call => read(EventOf(call)));

    private static (string, GraphQlField) Object(string name, string type, Func<GraphQlCall, object?> resolve, params (string Name, bool Required)[] arguments) =>
        (name, new GraphQlField(type, IsList: false, Arguments(arguments), resolve));

    private static Dictionary<string, bool> Arguments((string Name, bool Required)[] arguments) => arguments.ToDictionary(pair => pair.Name, pair => pair.Required, StringComparer.Ordinal);

    internal sealed record BranchHead(Repository Repository, string Name)
    {
        public (Repository, Commit) Target => (Repository, Repository.Commits[Repository.Branches[Name]]);
    }

    internal sealed record LatestStatuses(IReadOnlyList<CommitStatus> All);

    internal sealed record EnvironmentOf(string Name);

    internal sealed record FileEntry(string Path, BlobOf Blob);

    internal sealed record BlobOf(string Content)
    {
        /// <summary>GitHub shows a text up to half a megabyte.</summary>
        public const int Shown = 512 * 1024;

        public int Bytes => System.Text.Encoding.UTF8.GetByteCount(Content);

        public bool IsBinary => Content.Contains('\0', StringComparison.Ordinal);
    }

    internal sealed record Versions(IReadOnlyList<object> Commits);

    internal sealed record PageOf(bool HasNext, bool HasPrevious, string? Start, string? End);

    internal sealed record Connection(string TypeName, IReadOnlyList<object> All, IReadOnlyList<object> Shown, PageOf Page)
    {
        public static Connection Of(string typeName, string field, IReadOnlyList<object> all, GraphQlCall call)
        {
            var first = call.Number("first");
            var last = call.Number("last");
            if (first is null && last is null)
            {
                throw new GraphQlNotFoundException($"You must provide a `first` or `last` value to properly paginate the `{field}` connection.", "MISSING_PAGINATION_BOUNDARIES");
            }

            if ((first ?? last) is > 100 or < 0)
            {
                throw new GraphQlNotFoundException($"Requesting {first ?? last} records on the `{field}` connection exceeds the `{(first is null ? "last" : "first")}` limit of 100 records.", "EXCESSIVE_PAGINATION");
            }

            var from = Cursor(call.Text("after")) ?? 0;
            var to = Math.Min((Cursor(call.Text("before")) ?? (all.Count + 1)) - 1, all.Count);
            if (first is { } count)
            {
                to = Math.Min(to, from + count);
            }
            else
            {
                from = Math.Max(from, to - last!.Value);
            }

            to = Math.Max(to, from);
            var shown = all.Skip(from).Take(to - from).ToList();
            return new Connection(typeName, all, shown, new PageOf(to < all.Count, from > 0, shown.Count == 0 ? null : CursorOf(from + 1), shown.Count == 0 ? null : CursorOf(to)));
        }

        private static string CursorOf(int position) => Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"cursor:{position}"));

        private static int? Cursor(string? text)
        {
            if (text is null)
            {
                return null;
            }

            var buffer = new byte[text.Length];
            return Convert.TryFromBase64String(text, buffer, out var length) && int.TryParse(System.Text.Encoding.ASCII.GetString(buffer, 7, Math.Max(0, length - 7)), out var position)
                ? position
                : throw new GraphQlNotFoundException($"`{text}` does not appear to be a valid cursor.", "INVALID_CURSOR_ARGUMENTS");
        }
    }
}
