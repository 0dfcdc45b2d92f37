using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Rendering;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Settings;

/// <summary>
/// What counts for one repository: the operator's options, narrowed by the repository's own file as a commit has it. Kill switch and allowlist
/// are no part of it; only the operator has them.
/// </summary>
public sealed record RepositorySettings
{
    private const int MostBytes = 64 * 1024;

    /// <summary>Stands in a decoded text for what was no UTF-8.</summary>
    private const char NotUtf8 = '\uFFFD';

    private RepositorySettings()
    {
    }

    /// <summary>The commit whose file this is; null for the operator's options alone.</summary>
    public string? Sha { get; private init; }

    /// <summary>Where people see that commit; null = not known.</summary>
    public string? CommitUrl { get; private init; }

    /// <summary>Names of the labels.</summary>
    public required RepoLabels Labels { get; init; }

    /// <summary>The backend of new turns.</summary>
    public AgentBackend Backend { get; private init; }

    /// <summary>File name of the agent's workflow below <c>.github/workflows/</c>.</summary>
    public required string Workflow { get; init; }

    /// <summary>Path of the agent's workflow in the repository.</summary>
    public string WorkflowPath => ".github/workflows/" + Workflow;

    /// <summary>How the work of a new run is delivered.</summary>
    public Delivery Delivery { get; private init; }

    /// <summary>How pull requests are merged.</summary>
    public MergeMode Merge { get; private init; } = MergeMode.Manual;

    /// <summary>US dollars that a turn may cost, which its agent keeps to; null = the file names no bound.</summary>
    public decimal? MoneyUsd { get; private init; }

    /// <summary>Checks that count in a special way.</summary>
    public RepoChecks Checks { get; private init; } = new();

    /// <summary>Environments that a commit must reach before its run is done.</summary>
    public ImmutableArray<string> Environments { get; private init; } = [];

    /// <summary>Names, in small letters, of the doorbells to ring besides the issue comment: all that the operator has set up, where the file is silent.</summary>
    public ImmutableArray<string> Doorbells { get; private init; } = [];

    /// <summary>Everything that is wrong with the file, in its order. While there is anything, no run starts; a run in flight goes on by what can be read.</summary>
    public ImmutableArray<ConfigProblem> Problems { get; init; } = [];

    /// <summary>Why nothing starts here, one sentence without a full stop; null when the file is in order.</summary>
    public string? Broken => Problems switch
    {
        [] => null,
        [var only] => $"{RepoConfig.Path} is broken: {only}",
        [var first, .. var more] => $"{RepoConfig.Path} is broken: {first}, and {more.Length} more",
    };

    private RepoConfig Bounds { get; init; } = RepoConfig.Default;

    /// <summary>The operator's options alone.</summary>
    public static RepositorySettings Of(AfkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new()
        {
            Labels = Silent(options).Labels,
            Workflow = options.Workflow,
            Backend = options.Backend,
            Delivery = options.Delivery,
            Merge = options.Merge,
            Doorbells = Known(options),
        };
    }

    /// <summary>
    /// The operator's options in the place of a file that cannot be read and may have narrowed them: people merge, and no doorbell rings. A merge
    /// cannot be taken back, and a doorbell may tell of a private repository.
    /// </summary>
    public static RepositorySettings Unread(AfkOptions options) => Of(options) with { Merge = MergeMode.Manual, Doorbells = [] };

    /// <summary>The operator's options, narrowed by a file.</summary>
    public static RepositorySettings Of(AfkOptions options, ConfigFile file, IConfigSyntax syntax)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(syntax);
        var parsed = NoText(file) is { } why ? new(Root: null, new ConfigProblem("", 1, 1, why)) : syntax.Parse(file.Text ?? "");
        return (parsed.Problem is { } problem ? Unread(options) with { Problems = [problem] } : Of(options, parsed.Root)) with { Sha = file.Sha, CommitUrl = file.CommitUrl };
    }

    private static string? NoText(ConfigFile file) => file switch
    {
        { Bytes: null } => null,
        { Bytes: > MostBytes } => $"must be at most {MostBytes / 1024} KB, but is {file.Bytes} bytes",
        { Text: null } => "must be a text in UTF-8",
        { Text: { } text } when text.Contains(NotUtf8, StringComparison.Ordinal) => "must be a text in UTF-8",
        _ => null,
    };

    private static RepositorySettings Of(AfkOptions options, ConfigNode? root)
    {
        var (file, legible, wrong) = RepoConfig.Read(root, Silent(options));
        ImmutableArray<ConfigProblem> problems = [.. wrong.Concat(Beyond(options, legible, root, wrong)).OrderBy(each => each.Line).ThenBy(each => each.Column)];
        if (file is null)
        {
            return Unread(options) with { Problems = problems };
        }

        return new()
        {
            Labels = file.Labels,
            Backend = file.Backend ?? options.Backend,
            Workflow = file.Workflow,
            Delivery = file.Delivery ?? options.Delivery,
            Merge = options.Merge is MergeMode.Auto ? file.Merge ?? MergeMode.Auto : MergeMode.Manual,
            MoneyUsd = file.Budgets.MoneyUsd,
            Checks = file.Checks,
            Environments = file.Environments,
            Doorbells = file.Doorbells is { } asked ? [.. asked.Select(name => name.ToLowerInvariant())] : Known(options),
            Problems = problems,
            Bounds = file,
        };
    }

    /// <summary>The backend that a turn was ordered from: its own, whatever the operator has changed since.</summary>
    public AgentBackend BackendOf(Turn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        return turn.Backend ?? Backend;
    }

    /// <summary>The operator's bounds with each replaced by the lesser of the two.</summary>
    public RunPolicy Narrow(RunPolicy operators) => Bounds.Narrow(operators);

    /// <summary>The gates that the operator has set, with the names of this repository's labels.</summary>
    public DispatchGates Name(DispatchGates live)
    {
        ArgumentNullException.ThrowIfNull(live);
        return live with { ReadyLabel = Labels.Ready, InProgressLabel = Labels.InProgress, ReadyForHumanLabel = Labels.ReadyForHuman, PausedLabel = Labels.Paused };
    }

    private static ImmutableArray<string> Known(AfkOptions options) => [.. options.Doorbells.Select(doorbell => doorbell.Name)];

    private static RepoConfig Silent(AfkOptions options) => new()
    {
        Labels = new()
        {
            Ready = options.Labels.ReadyLabel,
            InProgress = options.Labels.InProgressLabel,
            ReadyForHuman = options.Labels.ReadyForHumanLabel,
            Paused = options.Labels.PausedLabel,
        },
        Workflow = options.Workflow,
    };

    /// <summary>What the file asks for and the operator has not given: silently doing something else would be worse than not starting.</summary>
    private static IEnumerable<ConfigProblem> Beyond(AfkOptions options, RepoConfig file, ConfigNode? root, IReadOnlyList<ConfigProblem> wrong) =>
        from each in Beyond(options, file, root?.Find("doorbells") is ConfigSequence list ? list.Items : [], backend: wrong.Any(problem => problem.Path is "backend") ? null : file.Backend ?? options.Backend)
        let at = root?.Find(each.Path)
        select new ConfigProblem(each.Path, at?.Line ?? 1, at?.Column ?? 1, each.Message);

    private static IEnumerable<(string Path, string Message)> Beyond(AfkOptions options, RepoConfig file, ImmutableArray<ConfigNode> doorbells, AgentBackend? backend)
    {
        if (file.Backend is AgentBackend.T3Code && options.T3Code is null)
        {
            yield return ("backend", "is `t3code`, which the operator has not set up");
        }

        if (file.Budgets.MoneyUsd is not null && backend is AgentBackend.T3Code)
        {
            yield return ("budgets.money_usd", "cannot be kept: T3 Code has no bound on what a turn costs");
        }

        if (file.Delivery is Delivery.Trunk && options.Delivery is Delivery.PullRequest)
        {
            yield return ("delivery", "is `trunk`, but the operator lets work be delivered by pull request only");
        }

        if (file.Merge is MergeMode.Auto && options.Merge is MergeMode.Manual)
        {
            yield return ("merge", "is `auto`, but the operator lets only people merge");
        }

        var known = Known(options);
        foreach (var asked in (file.Doorbells ?? []).Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            // Entries that could not be read are missing among the names, so the place is the tree's to tell.
            var at = doorbells.TakeWhile(item => item is not ConfigScalar scalar || scalar.Value != asked).Count();
            yield return ($"doorbells[{at}]", $"is {Markdown.Code(asked)}, a doorbell that the operator has not set up; {(known.IsEmpty ? "there is none" : $"there is {string.Join(", ", known.Select(name => Markdown.Code(name)))}")}");
        }
    }
}
