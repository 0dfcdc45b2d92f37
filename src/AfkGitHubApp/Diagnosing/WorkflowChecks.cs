using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Diagnosing;

/// <summary>
/// The agent's workflow in a repository: whether it is there and on, and by its text whether it can be started, found again, and push in a way
/// that starts CI. Read from the file alone: what its secrets hold, and what its scripts do, is not seen.
/// </summary>
internal static partial class WorkflowChecks
{
    private const string Template = "what the verb template prints";
    private const string TokenAction = "actions/create-github-app-token";
    private const string OwnRunner = "self-hosted";
    private const int Patience = 1000;

    /// <summary>An installation token lives an hour; what is not pushed by then is lost.</summary>
    private const int TokenMinutes = 60;

    /// <summary>What GitHub takes where a job names no bound: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax</summary>
    private const int DefaultMinutes = 360;

    public static IEnumerable<Finding> Of(RepositoryFacts repository)
    {
        var file = repository.Settings.Workflow;
        Finding Found(Severity severity, string code, string what, string wayOut) => new(severity, code, repository.Name, $"workflow {file}", what, wayOut);

        if (repository.WorkflowText is { Failure: { } unread })
        {
            yield return RepositoryChecks.Unasked(repository.Name, $"workflow {file}", unread);
        }

        if (repository.WorkflowState is { Failure: { } unasked })
        {
            yield return RepositoryChecks.Unasked(repository.Name, $"state of {file}", unasked);
        }

        if (repository.WorkflowText is { Failure: null, Answer: null })
        {
            yield return Found(Severity.Error, "workflow-missing", $"There is no .github/workflows/{file} on the default branch: no turn can be started.", $"Put {Template} there, or correct Afk:Agent:Workflow.");
            yield break;
        }

        if (repository.WorkflowState is { Failure: null } state)
        {
            switch (state.Answer)
            {
                case null when repository.WorkflowText is { Failure: null, Answer: not null }:
                    yield return Found(Severity.Error, "workflow-unknown", "The file is there, but Actions does not know it: Actions is disabled here, or was when the file came.", "Allow Actions in the repository's settings, then push a change of the file.");
                    break;
                case null or "active":
                    break;
                case var other:
                    yield return Found(Severity.Error, "workflow-disabled", $"The workflow is not active ({other}).", $"gh workflow enable {file} --repo {repository.Name}");
                    break;
            }
        }

        if (repository.WorkflowText is { Failure: null, Answer: { } text })
        {
            foreach (var (severity, code, what, wayOut) in OfText(text, repository.Settings.MoneyUsd))
            {
                yield return Found(severity, code, what, wayOut);
            }
        }
    }

    /// <summary>Version of the template a text was copied from; null when it does not say.</summary>
    public static int? Version(string text) =>
        Marker().Match(text) is { Success: true } marker && int.TryParse(marker.Groups["version"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;

    /// <summary>What the text alone tells.</summary>
    /// <param name="text">The workflow.</param>
    /// <param name="moneyUsd">What a turn may cost by the repository's settings; null = unbounded.</param>
    public static IEnumerable<(Severity Severity, string Code, string What, string WayOut)> OfText(string text, decimal? moneyUsd = null)
    {
        var outline = WorkflowOutline.Parse(text);
        return OfVersion(text).Concat(OfTrigger(outline, moneyUsd)).Concat(OfName(outline)).Concat(OfPush(outline)).Concat(OfRunners(outline)).Concat(OfCaches(outline)).Concat(OfMoney(outline, moneyUsd));
    }

    private static IEnumerable<(Severity Severity, string Code, string What, string WayOut)> OfVersion(string text)
    {
        switch (Version(text))
        {
            case null:
                yield return (Severity.Warning, "workflow-version-unknown", "The file does not say which version of the template it is.", $"Compare it with {Template}, and keep its first line.");
                break;
            case { } version when version < AgentWorkflow.TemplateVersion:
                yield return (Severity.Warning, "workflow-outdated", $"The file is version {version} of the template; this build ships version {AgentWorkflow.TemplateVersion}.", $"Put {Template} in its place (--agent names the agent); what you changed in it goes into the same steps again.");
                break;
            case { } version when version > AgentWorkflow.TemplateVersion:
                yield return (Severity.Note, "workflow-newer", $"The file is version {version} of the template; this build knows version {AgentWorkflow.TemplateVersion}.", "Upgrade the app.");
                break;
        }
    }

    private static IEnumerable<(Severity Severity, string Code, string What, string WayOut)> OfTrigger(WorkflowOutline outline, decimal? moneyUsd)
    {
        var on = outline["on"];
        var dispatch = on?["workflow_dispatch"];
        if (dispatch is null && !(on?.Value.Contains("workflow_dispatch", StringComparison.Ordinal) ?? false) && !(on?.Items.Any(item => item.Value is "workflow_dispatch") ?? false))
        {
            yield return (Severity.Error, "workflow-not-dispatched", "It is not started by workflow_dispatch: GitHub refuses every start.", $"Take over the section \"on\" of {Template}.");
            yield break;
        }

        if (dispatch?.Value is { Length: > 0 } || dispatch?["inputs"]?.Value is { Length: > 0 })
        {
            yield return (Severity.Note, "workflow-inputs-unread", "Its inputs are written in a way this check does not read.", $"Compare them with {Template}.");
            yield break;
        }

        var declared = dispatch?["inputs"]?.Children ?? [];
        ImmutableArray<string> sent = moneyUsd is null ? AgentWorkflow.Inputs : [.. AgentWorkflow.Inputs, AgentWorkflow.MoneyInput];
        var missing = sent.Where(input => !declared.Any(each => each.Key == input)).ToList();
        if (missing.Count > 0)
        {
            yield return (Severity.Error, "workflow-inputs-missing", $"It does not declare the input{(missing.Count == 1 ? "" : "s")} {string.Join(", ", missing)}: GitHub refuses every start.", $"Take over the inputs of {Template}.");
        }

        var unsent = declared.Where(input => !sent.Contains(input.Key, StringComparer.Ordinal) && input["required"]?.Value is "true" && input["default"] is null).Select(input => input.Key).ToList();
        if (unsent.Count > 0)
        {
            yield return (Severity.Error, "workflow-inputs-unsent", $"It requires {string.Join(", ", unsent)}, which the app does not send: GitHub refuses every start.", "Give a default, or do not require it.");
        }
    }

    private static IEnumerable<(Severity Severity, string Code, string What, string WayOut)> OfName(WorkflowOutline outline)
    {
        if (!TurnInName().IsMatch(outline["run-name"]?.Value ?? ""))
        {
            yield return (Severity.Error, "workflow-run-name", "Its run-name does not carry the turn as a word of its own: a start whose answer was lost is not found again.", "run-name: \"afk ${{ inputs.turn_id }} #${{ inputs.issue }}\"");
        }
    }

    private static IEnumerable<(Severity Severity, string Code, string What, string WayOut)> OfPush(WorkflowOutline outline)
    {
        var jobs = outline["jobs"]?.Children ?? [];
        // A job that only pushes says more than the checkouts of those that work.
        var pushes = jobs.Where(job => !Checkouts(job).Any()).SelectMany(job => Steps(job).Where(Pushes).Select(step => Credential(job, step))).ToList();
        var credentials = pushes.Count > 0 ? pushes : [.. jobs.SelectMany(job => Checkouts(job).Select(checkout => StoredCredential(job, checkout)))];
        if (credentials.Count == 0)
        {
            yield return (Severity.Note, "push-credential-unseen", "No step of it checks the repository out, so what it pushes with cannot be seen.", $"See that it pushes with an App's token, as {Template} does: a push with the workflow's own token starts no CI.");
        }
        else if (!credentials.Contains(PushCredential.AppToken))
        {
            yield return credentials switch
            {
                _ when credentials.Contains(PushCredential.Secret) => (Severity.Note, "push-credential-secret", "It pushes with a token kept as a secret. That starts CI, but such a token lives long and the agent can read it.", $"Better lend it an App's token for one job, as {Template} does."),
                _ when credentials.Contains(PushCredential.Unseen) => (Severity.Note, "push-credential-unseen", "What it pushes with cannot be seen.", "See that it is an App's token: a push with the workflow's own token starts no CI."),
                _ => (Severity.Error, "push-credential-own-token", "It checks out with the workflow's own token: a push made with that starts no CI, so no verdict ever comes.", $"Make a token with {TokenAction} and give it to actions/checkout as token, as {Template} does."),
            };
        }

        foreach (var job in jobs.Where(job => Steps(job).Any(step => Uses(step, TokenAction))))
        {
            var bound = job["timeout-minutes"]?.Value;
            if ((bound is null ? DefaultMinutes : int.TryParse(bound, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) ? minutes : 0) > TokenMinutes)
            {
                yield return (Severity.Warning, "turn-outlives-token", $"The job {job.Key} may run {(bound is null ? "for six hours" : $"{bound} minutes")}, and the token it pushes with ends after one: late work is lost.", "timeout-minutes: 50");
            }
        }
    }

    /// <summary>Two jobs are two machines only where each is made anew. Labels of their own keep them apart; that nobody gave one machine both is not seen.</summary>
    private static IEnumerable<(Severity Severity, string Code, string What, string WayOut)> OfRunners(WorkflowOutline outline)
    {
        var own = (outline["jobs"]?.Children ?? []).Where(job => RunnerLabels(job).Contains(OwnRunner)).ToList();
        foreach (var job in own.Where(job => Steps(job).Any(step => Uses(step, TokenAction) || Pushes(step))))
        {
            if (own.Find(other => other != job && (RunnerLabels(job).IsSubsetOf(RunnerLabels(other)) || RunnerLabels(other).IsSubsetOf(RunnerLabels(job)))) is { } beside)
            {
                yield return (Severity.Warning, "push-beside-agent", $"The jobs {beside.Key} and {job.Key} may run on one machine of your own: unless it is made anew for each job, what an agent left there can reach the key that pushes.",
                    $"runs-on: ubuntu-latest for {job.Key}; or runners that are made anew for each job, or a label of its own for each of the two on machines of their own.");
            }
        }
    }

    /// <summary>Where nothing is said, GitHub lets a dispatched job save caches of the branch: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#cache-mode</summary>
    private static IEnumerable<(Severity Severity, string Code, string What, string WayOut)> OfCaches(WorkflowOutline outline)
    {
        var saving = (outline["jobs"]?.Children ?? []).Where(job => (job["cache-mode"] ?? outline["cache-mode"])?.Value is not ("read" or "none")).Select(job => job.Key).ToList();
        if (saving.Count > 0)
        {
            yield return (Severity.Warning, "cache-writable", $"An agent can save caches from {string.Join(", ", saving)}: other workflows on the default branch restore them, and run what is in them with their secrets.", "cache-mode: none at the top of the file, and cache-mode: read in the job that restores one.");
        }
    }

    private static HashSet<string> RunnerLabels(WorkflowOutline job)
    {
        var runsOn = job["runs-on"];
        var labels = runsOn?["labels"] ?? runsOn;
        return [.. (labels?.Value.Trim('[', ']').Split(',') ?? []).Concat(labels?.Items.Select(item => item.Value) ?? []).Select(label => label.Trim(' ', '"', '\'').ToLowerInvariant()).Where(label => label.Length > 0)];
    }

    private static IEnumerable<(Severity Severity, string Code, string What, string WayOut)> OfMoney(WorkflowOutline outline, decimal? moneyUsd)
    {
        if (moneyUsd is not null && (outline["jobs"]?.Children ?? []).Any(job => Steps(job).Any(step => Uses(step, "openai/codex-action"))))
        {
            yield return (Severity.Error, "money-not-bounded", "budgets.money_usd cannot be kept: Codex has no bound on what a turn costs, and the workflow starts none under one.", "Take budgets.money_usd out of .github/afk.yml, or put the workflow of another agent there (template --agent).");
        }
    }

    private static IEnumerable<WorkflowOutline> Steps(WorkflowOutline job) => job["steps"]?.Items ?? [];

    private static bool Uses(WorkflowOutline step, string action) => step["uses"]?.Value.Split('@')[0].Equals(action, StringComparison.OrdinalIgnoreCase) ?? false;

    private static IEnumerable<WorkflowOutline> Checkouts(WorkflowOutline job) => Steps(job).Where(step => Uses(step, "actions/checkout"));

    private static bool Pushes(WorkflowOutline step) => step["run"]?.Value.Contains("git push", StringComparison.Ordinal) ?? false;

    /// <summary>What a script that pushes is given.</summary>
    private static PushCredential Credential(WorkflowOutline job, WorkflowOutline script) =>
        (script["env"]?.Children ?? []).Select(variable => Credential(job, variable.Value)).OrderBy(credential => credential is PushCredential.Unseen).FirstOrDefault(PushCredential.Unseen);

    private static bool IsAppToken(WorkflowOutline job, string text) =>
        StepOutput().Match(text) is { Success: true } output && Steps(job).Any(step => Uses(step, TokenAction) && step["id"]?.Value == output.Groups["step"].Value);

    /// <summary>What git finds after a checkout.</summary>
    private static PushCredential StoredCredential(WorkflowOutline job, WorkflowOutline checkout)
    {
        var with = checkout["with"];
        if (with?["persist-credentials"]?.Value is "false" || with?["ssh-key"] is not null)
        {
            return PushCredential.Unseen;
        }

        if (with?["token"]?.Value is not { Length: > 0 } token)
        {
            return PushCredential.OwnToken;
        }

        return Credential(job, token);
    }

    private static PushCredential Credential(WorkflowOutline job, string token) =>
        IsAppToken(job, token) ? PushCredential.AppToken
            : OwnToken().IsMatch(token) ? PushCredential.OwnToken
            : token.Contains("secrets.", StringComparison.Ordinal) ? PushCredential.Secret
            : PushCredential.Unseen;

    [GeneratedRegex(@"^# *afk-agent template (?<version>\d{1,6})\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Marker();

    [GeneratedRegex(@"(^|\s)\$\{\{\s*(github\.event\.)?inputs\.turn_id\s*\}\}(\s|$)", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex TurnInName();

    [GeneratedRegex(@"\$\{\{\s*steps\.(?<step>[\w-]+)\.outputs\.token\s*\}\}", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex StepOutput();

    [GeneratedRegex(@"\$\{\{\s*(github\.token|secrets\.GITHUB_TOKEN)\s*\}\}", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex OwnToken();

    private enum PushCredential
    {
        OwnToken,
        AppToken,
        Secret,
        Unseen,
    }
}
