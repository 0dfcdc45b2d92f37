using System.Collections.Immutable;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Deciding;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Settings;

/// <summary>
/// What the operator allows at this moment. Kill switch and allowlist are read again at each use, so that a changed settings file counts at
/// once; a value that cannot be read counts as "off". The deployment's own switch can only hold back what the settings allow.
/// </summary>
public sealed class Gates(IConfiguration configuration, AfkOptions options, RuntimeSwitch runtime)
{
    /// <summary>Kill switch and allowlist, now, with the operator's names for the labels.</summary>
    public DispatchGates Current
    {
        get
        {
            var live = AfkOptions.ReadSwitches(configuration);
            return options.Labels with { KillSwitch = runtime.IsOn || (live?.KillSwitch ?? true), Allowlist = live?.Allowlist ?? ImmutableArray<string>.Empty };
        }
    }

    /// <summary>Whether new turns may start in this repository now.</summary>
    public bool Allows(RepositoryKey repository) => Current is { KillSwitch: false } gates && gates.Allows(repository.FullName);

    /// <summary>The operator's bounds of a run in this repository; one dropped from the allowlist is held like one under the kill switch.</summary>
    public RunPolicy PolicyFor(RepositoryKey repository) => options.Policy with { KillSwitch = !Allows(repository) };
}
