using System.CommandLine;

namespace AfkGitHubApp.Cli;

/// <summary><c>template</c>: prints the agent's workflow for a repository.</summary>
internal static class TemplateVerb
{
    public static Command Create()
    {
        var agent = new Option<string>("--agent") { Description = "claude: anthropics/claude-code-action. codex: openai/codex-action, which keeps no bound in money: under budgets.money_usd or AFK_MONEY_USD it starts no turn. command: any command line.", DefaultValueFactory = _ => AgentTemplate.Agents[0] };
        agent.AcceptOnlyFromAmong([.. AgentTemplate.Agents]);
        var command = new Command(
            "template",
            "Print the agent's workflow. Put it on the default branch of each repository as .github/workflows/afk-agent.yml; the variables and secrets it needs there stand at its head.") { agent };
        command.SetAction((parsed, cancellationToken) => PrintAsync(parsed.GetRequiredValue(agent), cancellationToken));
        return command;
    }

    private static async Task<int> PrintAsync(string agent, CancellationToken cancellationToken)
    {
        await Console.Out.WriteAsync(AgentTemplate.Render(agent).AsMemory(), cancellationToken);
        return ExitCodes.Success;
    }
}
