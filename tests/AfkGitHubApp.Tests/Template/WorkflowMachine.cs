using System.Text;
using AfkGitHubApp.Tests.Harness;
using AfkGitHubApp.Tests.Houserules;
using YamlDotNet.RepresentationModel;

namespace AfkGitHubApp.Tests.Template;

/// <summary>How a job ended.</summary>
/// <param name="Conclusion"><c>success</c>, <c>failure</c> or <c>skipped</c>.</param>
/// <param name="Log">What its steps wrote.</param>
internal sealed record JobEnd(string Conclusion, string Log)
{
    /// <summary>The lines that begin as workflow commands do.</summary>
    public IReadOnlyList<string> Commands => [.. Log.Split('\n').Where(line => line.TrimStart().StartsWith("::", StringComparison.Ordinal))];
}

/// <summary>
/// Runs the jobs of a workflow: their scripts with bash in a folder of their own and nothing else in the environment but what a runner would
/// set; the actions that they use are played by the test.
/// </summary>
/// <param name="workflow">The rendered workflow.</param>
/// <param name="folder">Where machines may leave their files.</param>
/// <param name="known">What stands behind <c>inputs.</c>, <c>vars.</c>, <c>secrets.</c> and <c>github.</c></param>
/// <param name="runner">The variables that every step finds.</param>
internal sealed class WorkflowMachine(YamlNode workflow, string folder, Dictionary<string, string> known, IReadOnlyDictionary<string, string> runner)
{
    private int machines;

    /// <summary>Plays an action: its name without version, its inputs and the machine's folder; answers whether it succeeds, and with its outputs.</summary>
    public required Func<string, IReadOnlyDictionary<string, string>, string, Task<(bool Succeeds, IReadOnlyDictionary<string, string> Outputs)>> Uses { get; init; }

    /// <summary>Runs before a step of that name.</summary>
    public Dictionary<string, Func<Task>> Before { get; } = new(StringComparer.Ordinal);

    /// <summary>Runs a job, if its condition holds, and makes its outcome known to those that need it.</summary>
    public async Task<JobEnd> RunAsync(string job, bool cancelled = false)
    {
        var node = workflow.At("jobs", job);
        var needs = node.Text("needs");
        var condition = new WorkflowExpression(Value, needs is not null && known[$"needs.{needs}.result"] != "success", cancelled);
        if (!condition.Holds(node.Text("if")))
        {
            known[$"needs.{job}.result"] = "skipped";
            return new("skipped", "");
        }

        var machine = Directory.CreateDirectory(Path.Combine(folder, $"machine-{++machines}")).FullName;
        foreach (var inner in (string[])["work", "temp", "home"])
        {
            Directory.CreateDirectory(Path.Combine(machine, inner));
        }

        known["runner.temp"] = Path.Combine(machine, "temp");
        known["github.workspace"] = Path.Combine(machine, "work");
        var environment = new Dictionary<string, string>(runner, StringComparer.Ordinal) { ["HOME"] = Path.Combine(machine, "home"), ["RUNNER_TEMP"] = Path.Combine(machine, "temp") };
        Take(environment, workflow, "env");
        Take(environment, node, "env");
        var (failed, log) = (false, new StringBuilder());
        foreach (var step in node.Items("steps"))
        {
            failed |= !await StepAsync(step, machine, environment, failed, cancelled, log) && step.Text("continue-on-error") is not "true";
        }

        known[$"needs.{job}.result"] = failed ? "failure" : "success";
        foreach (var (name, text) in node.Entries("outputs"))
        {
            known[$"needs.{job}.outputs.{name}"] = new WorkflowExpression(Value).Fill(((YamlScalarNode)text).Value!);
        }

        foreach (var step in known.Keys.Where(name => name.StartsWith("steps.", StringComparison.Ordinal)).ToList())
        {
            known.Remove(step);
        }

        return new(failed ? "failure" : "success", log.ToString());
    }

    private async Task<bool> StepAsync(YamlNode step, string machine, Dictionary<string, string> ofJob, bool failed, bool cancelled, StringBuilder log)
    {
        var id = step.Text("id");
        if (!new WorkflowExpression(Value, failed, cancelled).Holds(step.Text("if")))
        {
            known[$"steps.{id}.outcome"] = "skipped";
            return true;
        }

        if (Before.TryGetValue(step.Text("name")!, out var before))
        {
            await before();
        }

        var environment = new Dictionary<string, string>(ofJob, StringComparer.Ordinal);
        foreach (var (name, text) in ofJob)
        {
            known[$"env.{name}"] = text;
        }

        Take(environment, step, "env");
        var (succeeds, outputs) = step.Text("uses") is { } action
            ? await Uses(action.Split('@')[0], step.Entries("with").ToDictionary(input => input.Key, input => new WorkflowExpression(Value).Fill(((YamlScalarNode)input.Value).Value!), StringComparer.Ordinal), machine)
            : await RunScriptAsync(step.Text("run")!, machine, environment, ofJob, log);
        foreach (var (name, text) in outputs)
        {
            known[$"steps.{id}.outputs.{name}"] = text;
        }

        known[$"steps.{id}.outcome"] = succeeds ? "success" : "failure";
        return succeeds;
    }

    private static async Task<(bool Succeeds, IReadOnlyDictionary<string, string> Outputs)> RunScriptAsync(string script, string machine, Dictionary<string, string> environment, Dictionary<string, string> ofJob, StringBuilder log)
    {
        var (file, output, forJob) = (Path.Combine(machine, "step.sh"), Path.Combine(machine, "output"), Path.Combine(machine, "env"));
        await File.WriteAllTextAsync(file, script);
        await File.WriteAllTextAsync(output, "");
        await File.WriteAllTextAsync(forJob, "");
        environment["GITHUB_OUTPUT"] = output;
        environment["GITHUB_ENV"] = forJob;
        var (exitCode, text) = await OutsideProgram.RunAsync(Path.Combine(machine, "work"), "bash", ["-e", file], TestContext.Current.CancellationToken, environment, onlyThat: true);
        log.Append(text);
        foreach (var (name, set) in Pairs(await File.ReadAllLinesAsync(forJob)))
        {
            ofJob[name] = set;
        }

        var outputs = Pairs(await File.ReadAllLinesAsync(output)).ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        return (exitCode == 0, outputs);
    }

    private static IEnumerable<(string Name, string Value)> Pairs(IEnumerable<string> lines) => lines.Select(line => line.Split('=', 2)).Select(parts => (parts[0], parts[1]));

    private void Take(Dictionary<string, string> environment, YamlNode node, string key)
    {
        foreach (var (name, text) in node.Entries(key))
        {
            environment[name] = new WorkflowExpression(Value).Fill(((YamlScalarNode)text).Value!);
        }
    }

    /// <summary>Of what steps and jobs leave behind, what was not left is empty; of all else nothing may be missing.</summary>
    private string Value(string name) => known.TryGetValue(name, out var text) ? text
        : name.StartsWith("steps.", StringComparison.Ordinal) || name.StartsWith("needs.", StringComparison.Ordinal) ? ""
        : throw new InvalidOperationException($"The workflow uses {name}, which nobody sets.");
}
