using System.Text.Json.Nodes;
using AfkGitHubApp.Cli;
using AfkGitHubApp.Tests.Harness;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AfkGitHubApp.Tests.Template;

/// <summary>
/// One repository in a bare git repository on disk, and turns worked on it by the shipped workflow: real bash, git and jq, no network. The
/// agent is a shell script of the test's.
/// </summary>
internal sealed class TurnBench : IDisposable
{
    public const string Run = "r0123456789ab";

    private readonly string folder = Directory.CreateTempSubdirectory("afk-turn-").FullName;
    private readonly Dictionary<string, string> known;
    private readonly Dictionary<string, string> artifacts = new(StringComparer.Ordinal);

    private TurnBench(string agent)
    {
        known = new(StringComparer.Ordinal)
        {
            ["inputs.run_id"] = Run,
            ["inputs.turn_id"] = $"{Run}.1",
            ["inputs.issue"] = "7",
            ["inputs.kind"] = "first",
            ["inputs.delivery"] = "trunk",
            ["inputs.branch"] = "main",
            ["inputs.prompt"] = "Resolve issue #7\n\"quoted\" $(touch injected) `touch injected` ${{ secrets.AFK_PUSH_PRIVATE_KEY }}",
            ["inputs.money_usd"] = "",
            ["github.run_attempt"] = "1",
            ["vars.AFK_APP_SLUG"] = "afk-app",
            ["vars.AFK_PUSH_CLIENT_ID"] = "Iv23push",
            ["vars.AFK_MONEY_USD"] = "",
            ["vars.AFK_MAY_CHANGE_WORKFLOWS"] = "",
            ["vars.AFK_AGENT_COMMAND"] = "true",
            ["secrets.AFK_AGENT_KEY"] = "model-key",
            ["secrets.ANTHROPIC_API_KEY"] = "model-key",
            ["secrets.OPENAI_API_KEY"] = "model-key",
            ["secrets.AFK_PUSH_PRIVATE_KEY"] = "push-key",
            ["github.token"] = "read-token",
            ["github.ref_name"] = "main",
            ["github.run_id"] = RunId.ToString(),
        };
        var tools = Directory.CreateDirectory(Path.Combine(folder, "tools")).FullName;
        Program(tools, "gh", """
            # Answers "gh api repos/.../runs?...&page=N --jq FILTER" from pages on disk.
            [ "$GH_TOKEN" = read-token ] || exit 4
            page=${2##*page=}
            [ ! -e "$ANSWERS/fails" ] || { [ "$(cat "$ANSWERS/fails")" -gt 0 ] && { echo $(($(cat "$ANSWERS/fails") - 1)) >"$ANSWERS/fails"; exit 1; }; }
            jq -r "$4" "$ANSWERS/page-$page.json"
            """);
        Program(tools, "sleep", "exit 0");
        runner = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = $"{tools}:{Environment.GetEnvironmentVariable("PATH")}",
            ["ANSWERS"] = folder,
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["LC_ALL"] = "C.UTF-8",
            ["GITHUB_ACTOR"] = "afk-app[bot]",
            ["GITHUB_ACTOR_ID"] = "4294967301",
            ["GITHUB_REF_NAME"] = "main",
            ["GITHUB_REPOSITORY"] = "octo/widgets",
            ["GITHUB_RUN_ATTEMPT"] = "1",
            ["GITHUB_RUN_ID"] = RunId.ToString(),
            ["GITHUB_SERVER_URL"] = $"file://{folder}/server",
            ["GITHUB_WORKFLOW_REF"] = "octo/widgets/.github/workflows/afk-agent.yml@refs/heads/main",
        };
        var stream = new YamlStream();
        using var text = new StringReader(AgentTemplate.Render(agent));
        stream.Load(new Parser(text));
        Machine = new WorkflowMachine(stream.Documents[0].RootNode, folder, known, runner) { Uses = UseAsync };
    }

    private readonly Dictionary<string, string> runner;
    private string? claimed;

    /// <summary>The workflow run that works the turn.</summary>
    public long RunId => 9_000_000_017;

    public WorkflowMachine Machine { get; }

    /// <summary>Plays an agent that is an action; answers whether it succeeds, and with its outputs.</summary>
    public Func<IReadOnlyDictionary<string, string>, string, Task<(bool Succeeds, IReadOnlyDictionary<string, string> Outputs)>>? Agent { get; set; }

    /// <summary>Changes what the agent's job has handed over, as an agent might that has its machine in hand; runs in the working copy.</summary>
    public string? Tampering { get; set; }

    /// <summary>Prints the commit at which the agent's job claims that the turn began, as an agent might that has its machine in hand; runs in the working copy.</summary>
    public string? Claim { get; set; }

    /// <summary>Whether the push App gives a token.</summary>
    public bool GivesToken { get; set; } = true;

    /// <summary>What the token was asked to allow.</summary>
    public IReadOnlyDictionary<string, string>? TokenRequest { get; private set; }

    public static async Task<TurnBench> CreateAsync(string agent = "command")
    {
        var bench = new TurnBench(agent);
        foreach (var program in (string[])["bash", "git", "jq"])
        {
            if ((await OutsideProgram.RunAsync(bench.folder, program, ["--version"], TestContext.Current.CancellationToken)).ExitCode != 0)
            {
                bench.Dispose();
                OutsideProgram.Miss($"{program} is needed; by hand: apt-get install {program}");
            }
        }

        Directory.CreateDirectory(Path.Combine(bench.folder, "server", "octo"));
        await bench.ShellAsync("""
            git init --quiet --bare --initial-branch=main server/octo/widgets.git
            git clone --quiet server/octo/widgets.git person 2>/dev/null
            cd person
            git checkout --quiet -b main
            mkdir -p .github/workflows
            echo "on: push" >.github/workflows/ci.yml
            echo one >file
            git add --all
            git commit --quiet -m First
            echo two >>file
            git commit --quiet --all -m Second
            git push --quiet origin main
            """);
        bench.known["inputs.base_sha"] = await bench.HeadAsync();
        bench.Listed((bench.RunId, $"afk {Run}.1 #7"));
        return bench;
    }

    public string this[string name]
    {
        get => known[name];
        set => known[name] = value;
    }

    /// <summary>Sets a variable of the runner's.</summary>
    public void OnRunner(string name, string value) => runner[name] = value;

    /// <summary>The workflow's runs as GitHub lists them, on one page or, with a null between, on several.</summary>
    public void Listed(params (long Id, string Title)?[] runs)
    {
        for (var page = 1; page <= 3; page++)
        {
            var listed = new JsonArray();
            foreach (var run in runs.SkipWhile((_, at) => runs.Take(at).Count(each => each is null) < page - 1).SkipWhile(run => run is null).TakeWhile(run => run is not null))
            {
                listed.Add(new JsonObject { ["id"] = run!.Value.Id, ["display_title"] = run.Value.Title });
            }

            File.WriteAllText(Path.Combine(folder, $"page-{page}.json"), new JsonObject { ["workflow_runs"] = listed }.ToJsonString());
        }
    }

    /// <summary>Listing the runs fails that often.</summary>
    public Task ListingFailsAsync(int times) => File.WriteAllTextAsync(Path.Combine(folder, "fails"), times.ToString());

    /// <summary>Works the turn with this script as the agent.</summary>
    public async Task<(JobEnd Agent, JobEnd Publish, JsonNode? Result)> TurnAsync(string agent)
    {
        known["vars.AFK_AGENT_COMMAND"] = $"set -eu\n{agent}";
        var worked = await Machine.RunAsync("agent");
        known["needs.agent.outputs.start"] = claimed ?? known["needs.agent.outputs.start"];
        var published = await Machine.RunAsync("publish");
        published.Commands.ShouldAllBe(line => line.StartsWith("::notice title=afk-result::") || line == "::error::Nothing was pushed." || line.StartsWith("::add-mask::"));
        return (worked, published, ResultOf(published));
    }

    /// <summary>The annotation that the app reads, as GitHub keeps it.</summary>
    public static JsonNode? ResultOf(JobEnd job)
    {
        const string Command = "::notice title=afk-result::";
        var message = job.Commands.Where(line => line.StartsWith(Command, StringComparison.Ordinal)).Select(line => line[Command.Length..]).SingleOrDefault();
        if (message is null)
        {
            return null;
        }

        message = message.Replace("%0D", "\r").Replace("%0A", "\n").Replace("%25", "%");
        message.Length.ShouldBeLessThanOrEqualTo(4096, "a runner cuts what is longer");
        return JsonNode.Parse(message);
    }

    /// <summary>Runs a script in the bench's folder, as a person; "person" is that person's clone.</summary>
    public async Task<string> ShellAsync(string script)
    {
        var environment = new Dictionary<string, string>(runner, StringComparer.Ordinal)
        {
            ["HOME"] = folder,
            ["GIT_AUTHOR_NAME"] = "mona",
            ["GIT_AUTHOR_EMAIL"] = "mona@example.com",
            ["GIT_COMMITTER_NAME"] = "mona",
            ["GIT_COMMITTER_EMAIL"] = "mona@example.com",
        };
        var (exitCode, text) = await OutsideProgram.RunAsync(folder, "bash", ["-euo", "pipefail", "-c", script], TestContext.Current.CancellationToken, environment, onlyThat: true);
        exitCode.ShouldBe(0, text);
        return text.TrimEnd('\n');
    }

    /// <summary>A person commits on the branch and pushes.</summary>
    public Task PersonPushesAsync(string change, string branch = "main") =>
        ShellAsync($"cd person && git fetch --quiet && git checkout --quiet -B {branch} origin/{branch} && {change} && git add --all && git commit --quiet -m Person && git push --quiet origin {branch}");

    public Task<string> HeadAsync(string branch = "main") => ShellAsync($"git -C server/octo/widgets.git rev-parse {branch}");

    /// <summary>The newest message on the branch.</summary>
    public Task<string> MessageAsync(string branch = "main") => ShellAsync($"git -C server/octo/widgets.git log -1 --format=%B {branch}");

    /// <summary>Messages of the branch since the run began, newest first, one line each.</summary>
    public Task<string> SubjectsAsync(string branch = "main") => ShellAsync($"git -C server/octo/widgets.git log --format=%s {known["inputs.base_sha"]}..{branch} | paste -sd' '");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void Program(string tools, string name, string script)
    {
        var path = Path.Combine(tools, name);
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private async Task<(bool Succeeds, IReadOnlyDictionary<string, string> Outputs)> UseAsync(string action, IReadOnlyDictionary<string, string> inputs, string machine)
    {
        var nothing = new Dictionary<string, string>(StringComparer.Ordinal);
        switch (action)
        {
            case "actions/checkout":
                inputs["persist-credentials"].ShouldBe("false");
                await ShellAsync($"git clone --quiet --branch '{inputs["ref"]}' 'file://{folder}/server/octo/widgets.git' '{machine}/work'");
                return (true, nothing);
            case "anthropics/claude-code-action" or "openai/codex-action":
                return await Agent!(inputs, machine);
            case "actions/upload-artifact":
                if (Tampering is not null)
                {
                    await ShellAsync($"cd '{machine}/work'; left='{inputs["path"]}'; {Tampering}");
                }

                if (Claim is not null)
                {
                    claimed = await ShellAsync($"cd '{machine}/work'; {Claim}");
                }

                artifacts[inputs["name"]] = inputs["path"];
                return (true, nothing);
            case "actions/download-artifact":
                if (!artifacts.TryGetValue(inputs["name"], out var artifact))
                {
                    return (false, nothing);
                }

                await ShellAsync($"cp -r '{artifact}' '{inputs["path"]}'");
                return (true, nothing);
            case "actions/create-github-app-token":
                inputs["private-key"].ShouldBe("push-key");
                TokenRequest = inputs;
                return (GivesToken, new Dictionary<string, string>(StringComparer.Ordinal) { ["token"] = GivesToken ? "push-token" : "" });
            default:
                throw new InvalidOperationException($"The workflow uses {action}, which nobody plays.");
        }
    }
}
