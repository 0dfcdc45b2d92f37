using System.Collections.Immutable;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Diagnosing;

/// <summary>A question that was asked: its answer, or why there is none.</summary>
public sealed record Asked<T>
{
    /// <summary>The answer; meaningless where <see cref="Failure"/> is set.</summary>
    public T? Answer { get; init; }

    /// <summary>Why there is no answer; null when there is one.</summary>
    public GitHubFailure? Failure { get; init; }
}

/// <summary>Everything the diagnosis rests on, read once. What was not asked, because an answer before made it useless, is null.</summary>
public sealed record Facts
{
    /// <summary>The settings, checked.</summary>
    public required AfkOptions Options { get; init; }

    /// <summary>Kill switch of the settings.</summary>
    public bool KillSwitch { get; init; } = true;

    /// <summary>The deployment's own kill switch; null where there is none, or the store could not be asked.</summary>
    public bool? ThrownSwitch { get; init; }

    /// <summary>Repositories that may run.</summary>
    public ImmutableArray<string> Allowlist { get; init; } = [];

    /// <summary>The store.</summary>
    public StoreCondition Store { get; init; } = new(IsReady: true, "in-memory store");

    /// <summary>The T3 Code server; null where none is configured.</summary>
    public Asked<AgentServerCondition>? AgentServer { get; init; }

    /// <summary>The doorbells that are set up.</summary>
    public ImmutableArray<DoorbellFacts> Doorbells { get; init; } = [];

    /// <summary>Our App.</summary>
    public required Asked<AppRegistration> App { get; init; }

    /// <summary>GitHub's clock minus ours; null when GitHub did not say.</summary>
    public TimeSpan? ClockDifference { get; init; }

    /// <summary>How far <see cref="ClockDifference"/> may be off, from the time the answer took.</summary>
    public TimeSpan ClockTolerance { get; init; }

    /// <summary>Now, by GitHub's clock where it is known.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>The webhook.</summary>
    public Asked<HookConfig?>? Hook { get; init; }

    /// <summary>Its newest deliveries.</summary>
    public Asked<IReadOnlyList<HookDelivery>>? Deliveries { get; init; }

    /// <summary>The repositories that were looked at.</summary>
    public ImmutableArray<RepositoryFacts> Repositories { get; init; } = [];
}

/// <summary>A doorbell, and what came of ringing it.</summary>
/// <param name="Name">The operator's name for it.</param>
/// <param name="Description">What it is.</param>
public sealed record DoorbellFacts(string Name, string Description)
{
    /// <summary>Whether the test was taken; null = it was not rung.</summary>
    public bool? Rang { get; init; }

    /// <summary>Why it was not taken.</summary>
    public string? Failure { get; init; }
}

/// <summary>What was read of one repository.</summary>
public sealed record RepositoryFacts
{
    /// <summary>Its name as the operator wrote it.</summary>
    public required string Name { get; init; }

    /// <summary>The installation that covers it.</summary>
    public required Asked<InstallationCondition?> Installation { get; init; }

    /// <summary>The repository itself.</summary>
    public Asked<RepositoryCondition>? Repository { get; init; }

    /// <summary>Its own settings file on the default branch.</summary>
    public Asked<ConfigFile?>? Config { get; init; }

    /// <summary>What counts for it, by the newest version of the file that is in order, with all that is wrong with the one that stands; the operator's options where there is none.</summary>
    public required RepositorySettings Settings { get; init; }

    /// <summary>Other spellings of that file that lie there; asked only where there is no such file.</summary>
    public ImmutableArray<string> Misspelled { get; init; } = [];

    /// <summary>The environments it has; asked only where its settings name some.</summary>
    public Asked<IReadOnlyList<string>?>? Environments { get; init; }

    /// <summary>State of the agent's workflow.</summary>
    public Asked<string?>? WorkflowState { get; init; }

    /// <summary>Its text on the default branch.</summary>
    public Asked<string?>? WorkflowText { get; init; }

    /// <summary>Labels.</summary>
    public Asked<IReadOnlyList<string>>? Labels { get; init; }

    /// <summary>The branch the agent pushes to; of a branch per run a likely name.</summary>
    public string PushBranch { get; init; } = "";

    /// <summary>Rules of that branch.</summary>
    public Asked<IReadOnlyList<BranchRule>?>? Rules { get; init; }

    /// <summary>Rules of the default branch, where the App merges into it.</summary>
    public Asked<IReadOnlyList<BranchRule>?>? BaseRules { get; init; }

    /// <summary>Classic protection of the default branch.</summary>
    public Asked<BranchProtection?>? Protection { get; init; }

    /// <summary>Whether Actions may run.</summary>
    public Asked<bool?>? Actions { get; init; }
}
