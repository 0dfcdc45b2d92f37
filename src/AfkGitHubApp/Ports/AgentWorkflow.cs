using System.Collections.Immutable;

namespace AfkGitHubApp.Ports;

/// <summary>What the product and the agent's workflow in a repository must agree on; <c>template</c> prints it (Cli/Templates).</summary>
public static class AgentWorkflow
{
    /// <summary>Version of the template that this build ships; it stands in the file as <c># afk-agent template 4</c>, and goes up with each change an operator should take over.</summary>
    public const int TemplateVersion = 4;

    /// <summary>The job that pushes; the only one whose annotations are read, for it runs nothing of the agent's.</summary>
    public const string PublishJob = "publish";

    /// <summary>Title of the annotation in which that job tells how the turn ended.</summary>
    public const string ResultTitle = "afk-result";

    /// <summary>The inputs that every dispatch sends. GitHub refuses a dispatch with an input the workflow does not declare.</summary>
    public static ImmutableArray<string> Inputs { get; } = ["run_id", "turn_id", "issue", "kind", "delivery", "base_sha", "branch", "prompt"];

    /// <summary>The input that is sent besides where <c>budgets.money_usd</c> bounds a turn.</summary>
    public const string MoneyInput = "money_usd";
}
