using System.Text.Json;
using System.Text.Json.Nodes;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Intake;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Tests.Intake;

public sealed class EventRouterTests
{
    private const long OurBot = 900;
    private const string Sha = "00000000000000000000000000000000000000aa";
    private static readonly RepositoryKey Widgets = new(1001, "octo/widgets", 7);

    [Theory]
    [InlineData("issues", "labeled")]
    [InlineData("issues", "unlabeled")]
    [InlineData("issues", "closed")]
    [InlineData("issues", "reopened")]
    [InlineData("issues", "edited")]
    [InlineData("issues", "deleted")]
    [InlineData("issues", "transferred")]
    [InlineData("issue_comment", "created")]
    [InlineData("issue_dependencies", "blocked_by_added")]
    [InlineData("issue_dependencies", "blocked_by_removed")]
    [InlineData("pull_request", "opened")]
    [InlineData("pull_request", "closed")]
    [InlineData("pull_request", "reopened")]
    [InlineData("pull_request", "synchronize")]
    [InlineData("pull_request", "dequeued")]
    [InlineData("pull_request_review", "submitted")]
    public void What_people_do_says_to_look(string name, string action) => Route(name, Payload(action)).ShouldBe([new Nudge(Widgets, name)]);

    [Theory]
    [InlineData("issues", "opened")]
    [InlineData("issues", "assigned")]
    [InlineData("issues", "milestoned")]
    [InlineData("issues", "pinned")]
    [InlineData("issues", "invented")]
    [InlineData("issue_comment", "edited")]
    [InlineData("issue_comment", "deleted")]
    [InlineData("pull_request", "labeled")]
    [InlineData("pull_request", "review_requested")]
    [InlineData("check_suite", "requested")]
    [InlineData("check_suite", "rerequested")]
    [InlineData("workflow_run", "requested")]
    [InlineData("workflow_run", "in_progress")]
    [InlineData("ping", null)]
    [InlineData("star", "created")]
    [InlineData("check_run", "completed")]
    [InlineData("ISSUES", "labeled")]
    [InlineData("", "labeled")]
    public void Everything_else_says_nothing(string name, string? action)
    {
        var payload = Payload(action);
        payload["check_suite"] = new JsonObject { ["head_sha"] = Sha };
        payload["workflow_run"] = new JsonObject { ["head_sha"] = Sha, ["id"] = 5 };

        Route(name, payload).ShouldBeEmpty();
    }

    [Fact]
    public void A_completed_check_suite_is_evidence_of_its_commit()
    {
        var payload = Payload("completed");
        payload["check_suite"] = new JsonObject { ["head_sha"] = Sha };

        var nudge = Route("check_suite", payload).ShouldHaveSingleItem();

        nudge.ShouldBe(new Nudge(Widgets, "check_suite") { Evidence = new EvidenceKey(Sha, null), Rest = TimeSpan.FromSeconds(10) });
        nudge.Hint.ShouldBe(WorkHint.Possible);
    }

    [Theory]
    [InlineData("success", true)]
    [InlineData("failure", true)]
    [InlineData("error", true)]
    [InlineData("waiting", true)]
    [InlineData("invented", true)]
    [InlineData("pending", false)]
    [InlineData("queued", false)]
    [InlineData("in_progress", false)]
    public void A_deployment_that_is_more_than_under_way_is_evidence_of_its_commit(string state, bool says)
    {
        var payload = Payload("created");
        payload["deployment"] = new JsonObject { ["sha"] = Sha };
        payload["deployment_status"] = new JsonObject { ["state"] = state };

        Route("deployment_status", payload).ShouldBe(says ? [new Nudge(Widgets, "deployment_status") { Evidence = new EvidenceKey(Sha, null), Rest = TimeSpan.FromSeconds(10) }] : []);
    }

    [Fact]
    public void A_completed_workflow_run_is_evidence_of_its_commit_and_of_itself()
    {
        var payload = Payload("completed");
        payload["workflow_run"] = new JsonObject { ["head_sha"] = Sha, ["id"] = 30433642 };

        Route("workflow_run", payload).ShouldBe([new Nudge(Widgets, "workflow_run") { Evidence = new EvidenceKey(Sha, 30433642), Rest = TimeSpan.FromSeconds(10) }]);
    }

    [Theory]
    [InlineData("success", true)]
    [InlineData("failure", true)]
    [InlineData("error", true)]
    [InlineData("pending", false)]
    public void A_status_is_evidence_of_its_commit_once_it_says_something(string state, bool says)
    {
        var payload = Payload(action: null);
        payload["sha"] = Sha;
        payload["state"] = state;

        Route("status", payload).Select(nudge => nudge.Evidence).ShouldBe(says ? [new EvidenceKey(Sha, null)] : []);
    }

    [Theory]
    [InlineData("check_suite")]
    [InlineData("workflow_run")]
    [InlineData("status")]
    public void Evidence_of_nothing_says_nothing(string name)
    {
        var payload = Payload("completed");
        payload["state"] = "success";
        payload["check_suite"] = new JsonObject { ["head_sha"] = null };
        payload["workflow_run"] = new JsonObject { ["id"] = "30433642" };

        Route(name, payload).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("refs/heads/main", true)]
    [InlineData("refs/heads/afk/issue-3-r0123456789ab", true)]
    [InlineData("refs/tags/v1", false)]
    [InlineData("main", false)]
    [InlineData(null, false)]
    public void A_push_to_a_branch_hints_at_work_in_flight(string? pushed, bool says)
    {
        var payload = Payload(action: null);
        payload["ref"] = pushed;

        Route("push", payload).ShouldBe(says ? [new Nudge(Widgets, "push") { Hint = WorkHint.Possible, Rest = TimeSpan.FromSeconds(20) }] : []);
    }

    [Theory]
    [InlineData("issues", "labeled", false)]
    [InlineData("issue_comment", "created", false)]
    [InlineData("pull_request", "opened", false)]
    [InlineData("workflow_run", "completed", true)]
    [InlineData("check_suite", "completed", true)]
    [InlineData("push", null, true)]
    public void What_our_own_bot_wrote_needs_no_look_but_what_came_of_it_does(string name, string? action, bool says)
    {
        var payload = Payload(action);
        payload["sender"] = new JsonObject { ["id"] = OurBot };
        payload["ref"] = "refs/heads/main";
        payload["check_suite"] = new JsonObject { ["head_sha"] = Sha };
        payload["workflow_run"] = new JsonObject { ["head_sha"] = Sha, ["id"] = 5 };

        Route(name, payload).Count.ShouldBe(says ? 1 : 0);
        EventRouter.Route(name, Element(payload), ourBotId: null).Count.ShouldBe(1, "an identity that is not known yet hides nothing");
    }

    [Theory]
    [InlineData("installation", "created", "repositories")]
    [InlineData("installation", "deleted", "repositories")]
    [InlineData("installation", "suspend", "repositories")]
    [InlineData("installation", "unsuspend", "repositories")]
    [InlineData("installation", "new_permissions_accepted", "repositories")]
    [InlineData("installation_repositories", "added", "repositories_added")]
    [InlineData("installation_repositories", "removed", "repositories_removed")]
    public void A_changed_installation_says_to_look_at_every_repository_it_names(string name, string action, string list)
    {
        var payload = new JsonObject
        {
            ["action"] = action,
            ["installation"] = new JsonObject { ["id"] = 7 },
            [list] = new JsonArray(Repository(1001, "octo/widgets"), Repository(1002, "octo/gadgets"), 5, null, "octo/text", new JsonObject(), Repository(1003, "no-slash"), new JsonObject { ["id"] = "9", ["full_name"] = "octo/nine" }),
        };

        Route(name, payload).ShouldBe([new Nudge(Widgets, name), new Nudge(new RepositoryKey(1002, "octo/gadgets", 7), name)]);
    }

    [Fact]
    public void A_delivery_without_an_installation_says_nothing()
    {
        var payload = Payload("labeled");
        payload.Remove("installation");

        Route("issues", payload).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("widgets")]
    [InlineData("octo/")]
    [InlineData("/widgets")]
    [InlineData("octo/widgets/more")]
    [InlineData("octo/wid gets")]
    [InlineData("")]
    public void A_repository_without_a_proper_name_says_nothing(string fullName)
    {
        var payload = Payload("labeled");
        payload["repository"] = Repository(1001, fullName);

        Route("issues", payload).ShouldBeEmpty();
    }

    [Fact]
    public void A_number_too_large_to_be_an_id_says_nothing()
    {
        var payload = Payload("labeled");
        payload["repository"]!["id"] = JsonNode.Parse("1e400");

        Route("issues", payload).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""[{"installation":{"id":7}}]""")]
    [InlineData("\"issues\"")]
    [InlineData("5")]
    [InlineData("true")]
    [InlineData("{}")]
    public void A_payload_that_is_no_event_says_nothing(string payload)
    {
        using var document = JsonDocument.Parse(payload);
        foreach (var name in EventRouter.Events)
        {
            EventRouter.Route(name, document.RootElement, OurBot).ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("""{"action":"\ud800","installation":{"id":7},"repository":{"id":1001,"full_name":"octo/widgets"}}""")]
    [InlineData("""{"action":"labeled","installation":{"id":7},"repository":{"id":1001,"full_name":"octo/\udc00"}}""")]
    [InlineData("""{"ref":"refs/heads/\ud800","installation":{"id":7},"repository":{"id":1001,"full_name":"octo/widgets"}}""")]
    [InlineData("""{"\ud800":1,"action":"assigned","installation":{"id":7},"repository":{"id":1001,"full_name":"octo/widgets"}}""")]
    public void Half_a_character_in_a_text_says_nothing(string payload)
    {
        using var document = JsonDocument.Parse(payload);
        foreach (var name in (string[])["issues", "push", "check_suite"])
        {
            Should.NotThrow(() => EventRouter.Route(name, document.RootElement, OurBot)).ShouldBeEmpty();
        }
    }

    [Fact]
    public void A_wrong_type_anywhere_in_an_example_never_throws_and_never_names_another_repository()
    {
        JsonNode?[] wrong = [null, true, 5, -1.5, "text", new JsonArray(), new JsonArray(1, null), new JsonObject()];
        foreach (var example in Examples.All.Where(example => EventRouter.Events.Contains(example.Event)).DistinctBy(example => (example.Event, example.Payload["action"]?.ToString())))
        {
            var payload = Examples.Installed(example.Payload);
            var named = NamedRepositories(payload);
            foreach (var path in (string[])["action", "ref", "sha", "state", "sender", "sender.id", "installation", "installation.id", "repository", "repository.id", "repository.full_name",
                "check_suite", "check_suite.head_sha", "workflow_run", "workflow_run.id", "workflow_run.head_sha", "repositories", "repositories_added", "repositories_removed"])
            {
                foreach (var value in wrong)
                {
                    var changed = payload.DeepClone().AsObject();
                    if (!Replace(changed, path.Split('.'), value))
                    {
                        continue;
                    }

                    var nudges = Should.NotThrow(() => Route(example.Event, changed), $"{example.Event} with {path} = {value?.ToJsonString() ?? "null"}");

                    nudges.Select(nudge => nudge.Repository.Id).Except(named).ShouldBe(nudges.Any() && path == "repository.id" && value is JsonValue number && number.TryGetValue<int>(out var id) ? [id] : []);
                }
            }
        }
    }

    [Fact]
    public void Every_example_delivery_is_routed_under_every_name()
    {
        Examples.All.Count.ShouldBeGreaterThan(300);
        foreach (var example in Examples.All)
        {
            var payload = Element(example.Payload);
            foreach (var name in EventRouter.Events.Append("star").Append("check_run"))
            {
                Should.NotThrow(() => EventRouter.Route(name, payload, OurBot), $"{example.Event} as {name}");
            }
        }
    }

    [Fact]
    public void Every_example_delivery_that_should_says_to_look_at_its_repository()
    {
        var heard = new HashSet<string>(StringComparer.Ordinal);
        foreach (var example in Examples.All)
        {
            var payload = Examples.Installed(example.Payload);

            var nudges = Route(example.Event, payload);

            nudges.Select(nudge => nudge.Repository.Id).Except(NamedRepositories(payload)).ShouldBeEmpty();
            nudges.ShouldAllBe(nudge => nudge.Repository.InstallationId == (long)payload["installation"]!["id"]! && nudge.Reason == example.Event);
            nudges.Where(nudge => nudge.Evidence is not null).ShouldAllBe(nudge => nudge.Evidence!.Sha!.Length == 40);
            if (nudges.Count > 0)
            {
                heard.Add($"{example.Event} {example.Payload["action"]}".Trim());
            }
        }

        heard.Order(StringComparer.Ordinal).ShouldBe(
        [
            "check_suite completed", "deployment_status created", "installation created", "installation deleted", "installation new_permissions_accepted", "installation_repositories added", "installation_repositories removed",
            "issue_comment created", "issues deleted", "issues edited", "issues labeled", "issues reopened", "issues transferred", "issues unlabeled",
            "pull_request closed", "pull_request opened", "pull_request reopened", "pull_request synchronize", "pull_request_review submitted", "push", "status", "workflow_run completed",
        ]);
    }

    private static IReadOnlyList<Nudge> Route(string name, JsonObject payload) => EventRouter.Route(name, Element(payload), OurBot);

    private static JsonElement Element(JsonObject payload) => JsonSerializer.SerializeToElement(payload);

    private static JsonObject Payload(string? action) => new()
    {
        ["action"] = action,
        ["installation"] = new JsonObject { ["id"] = 7 },
        ["repository"] = Repository(1001, "octo/widgets"),
        ["sender"] = new JsonObject { ["id"] = 5 },
        ["field_of_next_year"] = new JsonArray(1, "two", null),
    };

    private static JsonObject Repository(long id, string fullName) => new() { ["id"] = id, ["full_name"] = fullName };

    private static HashSet<long> NamedRepositories(JsonObject payload) =>
        [.. ((JsonNode?[])[payload["repository"], .. List(payload, "repositories"), .. List(payload, "repositories_added"), .. List(payload, "repositories_removed")])
            .OfType<JsonObject>().Select(repository => (long)repository["id"]!)];

    private static JsonNode?[] List(JsonObject payload, string name) => payload[name] is JsonArray list ? [.. list] : [];

    private static bool Replace(JsonObject payload, ReadOnlySpan<string> path, JsonNode? value)
    {
        var at = payload;
        foreach (var name in path[..^1])
        {
            if (at[name] is not JsonObject inner)
            {
                return false;
            }

            at = inner;
        }

        at[path[^1]] = value?.DeepClone();
        return true;
    }
}
