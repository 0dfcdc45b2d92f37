using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.Scenarios;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http.Control;

// What the verbs of the control API take. Parameters without a default are required.
internal sealed record UserInput(string Login);

internal sealed record RepositoryInput(string Repository, string DefaultBranch = "main", bool Private = true, bool OwnedByOrganization = true, bool Installed = true, bool AgentWorkflow = true, bool CiWorkflow = true, bool ForeignEmptySuites = false);

internal sealed record OnlyRepositoryInput(string Repository);

internal sealed record SuspendInput(string Repository, bool Suspended = true);

internal sealed record PermissionInput(string Repository, string Login, string Role);

internal sealed record IssueInput(string Repository, string By, string Title, string? Body = null, IReadOnlyList<string>? Labels = null);

internal sealed record LabelInput(string Repository, int Number, string Label, string By);

internal sealed record CloseInput(string Repository, int Number, string By, string Reason = "completed");

internal sealed record OnIssueInput(string Repository, int Number, string By);

internal sealed record CommentInput(string Repository, int Number, string By, string Body);

internal sealed record EditInput(string Repository, int Number, string By, string? Title = null, string? Body = null);

internal sealed record BlockerInput(string Repository, int Number, int BlockerNumber, string? BlockerRepository = null, string? By = null);

internal sealed record TransferInput(string Repository, int Number, string ToRepository, string By);

internal sealed record PushInput(string Repository, string By, string Message, string Branch = "main", IReadOnlyList<string>? Trailers = null, CiScript? Ci = null);

internal sealed record ScriptInput(string Repository, int Number, IReadOnlyList<TurnScript> Turns);

internal sealed record CiInput(string Repository, CiScript Ci);

internal sealed record StatusInput(string Repository, string Sha, string Context, string State, string By = "ci-service", string? Description = null, string? TargetUrl = null);

internal sealed record SuiteInput(string Repository, string Sha, string App, string Status = "queued", string? Conclusion = null, IReadOnlyList<CheckRunSpec>? Runs = null);

internal sealed record SetSuiteInput(string Repository, long SuiteId, string Status, string? Conclusion = null);

internal sealed record CompleteRunInput(string Repository, long RunId, string Conclusion);

internal sealed record RunInput(string Repository, long RunId);

internal sealed record WorkflowInputFields(string Repository, string Path, string Name, IReadOnlyList<string> Triggers, IReadOnlyList<string>? Jobs = null);

internal sealed record WorkflowStateInput(string Repository, string Workflow, string State);

internal sealed record RemoveWorkflowInput(string Repository, string Workflow);

internal sealed record FileInput(string Repository, string Path, string? Text = null);

internal sealed record ProtectInput(string Repository, string Branch, IReadOnlyList<string> RequiredContexts);

internal sealed record RuleInput(string Repository, string Branch, string Type);

internal sealed record NewLabelInput(string Repository, string Name);

internal sealed record ActionsInput(string Repository, bool Enabled);

internal sealed record RenameInput(string Repository, string NewFullName);

internal sealed record ArchiveInput(string Repository, bool Archived = true);

internal sealed record PullRequestInput(string Repository, string By, string Head, string Title, string? Body = null, string? Into = null, bool Draft = false);

internal sealed record RequestChaosInput(IReadOnlyList<RequestFault> Faults, bool Clear = false);

internal sealed record WebhookInput(Uri? Url = null, string? Secret = null, bool Ping = false);

internal sealed record AdvanceInput(TimeSpan By);
