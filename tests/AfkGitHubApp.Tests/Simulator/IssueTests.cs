using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Tests.SimulatorTests;

public sealed class IssueTests
{
    private const string Issues = $"repos/{GitHubUnderTest.Repo}/issues";

    [Theory]
    [InlineData(Door.InProcess)]
    [InlineData(Door.Http)]
    public async Task A_long_list_comes_in_pages_and_the_links_lead_through_all_of_them(Door door)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(door);
        for (var number = 0; number < 7; number++)
        {
            gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", $"Issue {number}", null, "ready for agent");
        }

        var seen = new List<int>();
        var next = $"{Issues}?labels=ready%20for%20agent&state=open&per_page=3";
        while (next is not null)
        {
            var page = await gitHub.GetAsync(next);
            seen.AddRange(page.Json.AsArray().Select(issue => (int)issue!["number"]!));
            next = page.Headers.GetValueOrDefault("Link")?.Split(", ").FirstOrDefault(link => link.EndsWith("rel=\"next\"", StringComparison.Ordinal)) is { } link
                ? new Uri(link[1..link.IndexOf('>', StringComparison.Ordinal)]).PathAndQuery
                : null;
        }

        seen.ShouldBe([7, 6, 5, 4, 3, 2, 1]);
        (await gitHub.GetAsync($"{Issues}?per_page=100")).Headers.ShouldNotContainKey("Link");
    }

    [Fact]
    public async Task The_list_filters_by_all_labels_state_and_change()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "One", null, "a", "b");
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Two", null, "a");
        gitHub.World.Close(GitHubUnderTest.Repo, 2, "ada");
        gitHub.Clock.Advance(TimeSpan.FromHours(1));
        gitHub.World.Comment(GitHubUnderTest.Repo, 2, "ada", "Still here");

        async Task<IEnumerable<int>> Numbers(string query) => (await gitHub.GetAsync($"{Issues}?{query}")).Json.AsArray().Select(issue => (int)issue!["number"]!).Order();

        (await Numbers("labels=A,b")).ShouldBe([1]);
        (await Numbers("labels=a&state=closed")).ShouldBe([2]);
        (await Numbers("state=all")).ShouldBe([1, 2]);
        (await Numbers("state=all&since=2026-11-02T12:30:00Z")).ShouldBe([2]);
        (await gitHub.GetAsync($"{Issues}?state=odd")).Status.ShouldBe(422);
    }

    [Fact]
    public async Task Adding_an_unknown_label_creates_it_silently_and_adding_it_again_changes_nothing()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Hello");

        var added = await gitHub.PostAsync($"{Issues}/1/labels", new JsonObject { ["labels"] = new JsonArray("area/ui") });
        var again = await gitHub.PostAsync($"{Issues}/1/labels", new JsonArray("AREA/UI"));

        added.Status.ShouldBe(200);
        again.Json.AsArray().Count.ShouldBe(1);
        gitHub.World.Journal.Effects<LabelCreated>().Count.ShouldBe(1);
        gitHub.World.Journal.Effects<LabelAdded>().Single().Actor.ShouldBe("afk-app[bot]");
        ((string)(await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}/labels/area%2Fui")).Json["color"]!).ShouldBe("ededed");
    }

    [Theory]
    [InlineData(Door.InProcess)]
    [InlineData(Door.Http)]
    public async Task Removing_a_label_that_is_not_there_is_not_found(Door door)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync(door);
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Hello", null, "area/ui");

        (await gitHub.DeleteAsync($"{Issues}/1/labels/area%2Fui")).Status.ShouldBe(200);
        (await gitHub.DeleteAsync($"{Issues}/1/labels/area%2Fui")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_label_that_exists_cannot_be_created_again()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();

        (await gitHub.PostAsync($"repos/{GitHubUnderTest.Repo}/labels", new JsonObject { ["name"] = "ready", ["color"] = "00ff00" })).Status.ShouldBe(201);
        var refused = await gitHub.PostAsync($"repos/{GitHubUnderTest.Repo}/labels", new JsonObject { ["name"] = "Ready", ["color"] = "00ff00" });

        refused.Status.ShouldBe(422);
        ((string)refused.Json["errors"]![0]!["code"]!).ShouldBe("already_exists");
    }

    [Fact]
    public async Task A_comment_longer_than_65536_characters_is_refused()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Hello");

        (await gitHub.PostAsync($"{Issues}/1/comments", new JsonObject { ["body"] = new string('x', 65_537) })).Status.ShouldBe(422);
        (await gitHub.PostAsync($"{Issues}/1/comments", new JsonObject { ["body"] = new string('x', 65_536) })).Status.ShouldBe(201);
        gitHub.World.Journal.Effects<CommentCreated>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Only_its_own_comments_can_be_edited_by_the_app()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Hello");
        var theirs = gitHub.World.Comment(GitHubUnderTest.Repo, 1, "ada", "Mine");
        var ours = (long)(await gitHub.PostAsync($"{Issues}/1/comments", new JsonObject { ["body"] = "Ours" })).Json["id"]!;

        (await gitHub.PatchAsync($"{Issues}/comments/{theirs}", new JsonObject { ["body"] = "x" })).Status.ShouldBe(403);
        var edited = await gitHub.PatchAsync($"{Issues}/comments/{ours}", new JsonObject { ["body"] = "Better ✓" });

        edited.Status.ShouldBe(200);
        gitHub.World.Issue(GitHubUnderTest.Repo, 1).Comments.Select(comment => comment.Body).ShouldBe(["Mine", "Better ✓"]);
        ((string)edited.Json["user"]!["type"]!).ShouldBe("Bot");
        ((long)edited.Json["performed_via_github_app"]!["id"]!).ShouldBe(gitHub.World.Options.AppId);
    }

    [Fact]
    public async Task Closing_records_who_and_why_and_closing_twice_is_one_event()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Hello");

        await gitHub.PatchAsync($"{Issues}/1", new JsonObject { ["state"] = "closed", ["state_reason"] = "completed" });
        var again = await gitHub.PatchAsync($"{Issues}/1", new JsonObject { ["state"] = "closed", ["state_reason"] = "not_planned" });

        ((string)again.Json["state_reason"]!).ShouldBe("completed");
        gitHub.World.Journal.Effects<IssueClosed>().Count.ShouldBe(1);
        (await gitHub.PatchAsync($"{Issues}/1", new JsonObject { ["state"] = "shut" })).Status.ShouldBe(422);
    }

    [Fact]
    public async Task The_history_is_oldest_first_and_only_the_timeline_shows_comments()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Hello");
        gitHub.World.Label(GitHubUnderTest.Repo, 1, "ready", "ada");
        gitHub.World.Comment(GitHubUnderTest.Repo, 1, "ada", "Hi");
        gitHub.World.EditIssue(GitHubUnderTest.Repo, 1, "ada", title: "Hello again");
        await gitHub.PatchAsync($"{Issues}/1", new JsonObject { ["state"] = "closed" });

        async Task<IEnumerable<string>> Kinds(string path) => (await gitHub.GetAsync($"{Issues}/1/{path}")).Json.AsArray().Select(entry => (string)entry!["event"]!);

        (await Kinds("events")).ShouldBe(["labeled", "renamed", "closed"]);
        (await Kinds("timeline")).ShouldBe(["labeled", "commented", "renamed", "closed"]);
        var events = (await gitHub.GetAsync($"{Issues}/1/events?per_page=2")).Json.AsArray();
        ((string)events[0]!["actor"]!["login"]!).ShouldBe("ada");
        ((string)events[0]!["label"]!["name"]!).ShouldBe("ready");
        events[0]!["performed_via_github_app"].ShouldBeNull();
    }

    [Fact]
    public async Task A_reaction_is_created_once()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Hello");
        var comment = gitHub.World.Comment(GitHubUnderTest.Repo, 1, "ada", "/afk retry");

        (await gitHub.PostAsync($"{Issues}/comments/{comment}/reactions", new JsonObject { ["content"] = "eyes" })).Status.ShouldBe(201);
        (await gitHub.PostAsync($"{Issues}/comments/{comment}/reactions", new JsonObject { ["content"] = "eyes" })).Status.ShouldBe(200);
        (await gitHub.PostAsync($"{Issues}/1/reactions", new JsonObject { ["content"] = "wave" })).Status.ShouldBe(422);
    }

    [Fact]
    public async Task Blockers_are_listed_from_both_sides_with_their_repository()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.AddRepository("acme/other");
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Waits");
        gitHub.World.OpenIssue("acme/other", "ada", "Blocks");
        gitHub.World.AddBlocker(GitHubUnderTest.Repo, 1, 1, "acme/other");

        var blockers = (await gitHub.GetAsync($"{Issues}/1/dependencies/blocked_by")).Json.AsArray();
        var blocked = (await gitHub.GetAsync("repos/acme/other/issues/1/dependencies/blocking")).Json.AsArray();

        ((string)blockers.Single()!["repository"]!["full_name"]!).ShouldBe("acme/other");
        ((string)blocked.Single()!["title"]!).ShouldBe("Waits");
        ((int)(await gitHub.GetAsync($"{Issues}/1")).Json["issue_dependencies_summary"]!["blocked_by"]!).ShouldBe(1);
    }

    [Theory]
    [InlineData("admin", "admin", "admin")]
    [InlineData("maintain", "write", "maintain")]
    [InlineData("write", "write", "write")]
    [InlineData("triage", "read", "triage")]
    [InlineData("read", "read", "read")]
    public async Task The_old_permission_field_knows_four_words_and_the_role_name_all(string role, string permission, string roleName)
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.SetPermission(GitHubUnderTest.Repo, "bob", role);

        var answer = await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}/collaborators/BOB/permission");

        ((string)answer.Json["permission"]!).ShouldBe(permission);
        ((string)answer.Json["role_name"]!).ShouldBe(roleName);
    }

    [Fact]
    public async Task Strangers_have_no_permission_on_a_private_repository_and_read_on_a_public_one()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.AddRepository("acme/open", options: new RepositoryOptions { Private = false });
        gitHub.World.AddUser("eve");

        ((string)(await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}/collaborators/eve/permission")).Json["permission"]!).ShouldBe("none");
        ((string)(await gitHub.GetAsync("repos/acme/open/collaborators/eve/permission")).Json["permission"]!).ShouldBe("read");
        (await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}/collaborators/nobody/permission")).Status.ShouldBe(404);
        (await gitHub.GetAsync($"repos/{GitHubUnderTest.Repo}/collaborators/{Uri.EscapeDataString("afk-app[bot]")}/permission")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task The_bot_of_the_app_can_be_looked_up()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();

        var bot = await gitHub.GetAsync($"users/{Uri.EscapeDataString("afk-app[bot]")}");

        bot.Status.ShouldBe(200);
        ((string)bot.Json["type"]!).ShouldBe("Bot");
    }

    [Fact]
    public async Task An_unchanged_answer_is_304_for_the_same_token_only()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Hello");
        var first = await gitHub.GetAsync($"{Issues}/1");
        async Task<int> Again(string token) => (await gitHub.SendAsync(HttpMethod.Get, $"{Issues}/1", null, token, request => request.Headers.TryAddWithoutValidation("If-None-Match", first.Headers["ETag"]))).Status;

        (await Again(await gitHub.TokenAsync())).ShouldBe(304);
        (await Again(await gitHub.MintAsync())).ShouldBe(200);
    }

    [Fact]
    public async Task Fields_that_the_current_version_retired_are_shown_to_the_old_one_only()
    {
        await using var gitHub = await GitHubUnderTest.StartAsync();
        gitHub.World.OpenIssue(GitHubUnderTest.Repo, "ada", "Hello");

        var current = await gitHub.GetAsync($"{Issues}/1");
        var old = await gitHub.SendAsync(HttpMethod.Get, $"{Issues}/1", null, await gitHub.TokenAsync(), request => request.Headers.Remove("X-GitHub-Api-Version"));

        current.Json.AsObject().ContainsKey("assignee").ShouldBeFalse();
        old.Json.AsObject().ContainsKey("assignee").ShouldBeTrue();
    }
}
