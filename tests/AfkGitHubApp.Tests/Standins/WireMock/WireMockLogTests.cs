using System.Collections.Specialized;
using Newtonsoft.Json.Linq;
using WireMock.Logging;
using WireMock.Matchers;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;

namespace AfkGitHubApp.Tests.Standins.WireMockNet;

public sealed class WireMockLogTests : WireMockServed
{
    [Fact]
    public async Task An_entry_tells_the_request_the_mapping_and_the_answer()
    {
        var given = Server.Given(Request.Create().WithPath("/repos/*").UsingPost()).WithTitle("open an issue");
        given.RespondWith(Response.Create().WithStatusCode(201).WithBody("done"));
        var sent = Post("/repos/octo%20cat?labels=a,b&page=1", """{"title":"t"}""");
        sent.Headers.TryAddWithoutValidation("X-Probe", "7");

        await StatusOf(sent);

        var entry = Server.LogEntries.ShouldHaveSingleItem();
        entry.MappingGuid.ShouldBe(given.Guid);
        entry.MappingTitle.ShouldBe("open an issue");
        entry.RequestMatchResult!.IsPerfectMatch.ShouldBeTrue();
        entry.ResponseMessage!.StatusCode.ShouldBe(201);
        entry.ResponseMessage.BodyData!.BodyAsString.ShouldBe("done");
        var request = entry.RequestMessage.ShouldNotBeNull();
        request.Method.ShouldBe("POST");
        request.Url.ShouldBe($"{Server.Url}/repos/octo cat?labels=a,b&page=1");
        request.Path.ShouldBe("/repos/octo cat");
        request.PathSegments.ShouldBe(["repos", "octo cat"]);
        request.RawQuery.ShouldBe("?labels=a,b&page=1");
        request.Query!["labels"].ShouldBe(["a", "b"]);
        request.GetParameter("PAGE").ShouldBeNull();
        request.GetParameter("PAGE", ignoreCase: true)!.ToString().ShouldBe("1");
        request.Headers!["X-Probe"].ShouldBe(["7"]);
        request.Body.ShouldBe("""{"title":"t"}""");
        request.BodyAsJson.ShouldBeOfType<JObject>()["title"]!.Value<string>().ShouldBe("t");
        request.DetectedBodyType.ShouldBe("Json");
        request.Port.ShouldBe(Server.Port);
        request.Host.ShouldBe("localhost");
    }

    [Fact]
    public async Task An_empty_body_is_empty_text_and_a_GET_has_none()
    {
        await StatusOf(Post("/a", ""));
        await StatusOf("/b");

        Server.LogEntries[0].RequestMessage!.Body.ShouldBe("");
        Server.LogEntries[1].RequestMessage!.Body.ShouldBeNull();
        Server.LogEntries[1].RequestMessage!.BodyData.ShouldBeNull();
    }

    [Fact]
    public async Task A_request_that_nothing_matched_is_logged_without_a_mapping_and_with_the_nearest_one()
    {
        var given = Server.Given(Request.Create().WithPath("/a").UsingPost());
        given.ThenRespondWithOK();

        await StatusOf("/a");

        var entry = Server.LogEntries.ShouldHaveSingleItem();
        entry.MappingGuid.ShouldBeNull();
        entry.RequestMatchResult.ShouldBeNull();
        entry.PartialMappingGuid.ShouldBe(given.Guid);
        entry.PartialMatchResult!.AverageTotalScore.ShouldBe(0.5);
        entry.ResponseMessage!.StatusCode.ShouldBe(404);
    }

    [Fact]
    public async Task Entries_are_found_by_the_same_rules_as_mappings()
    {
        Server.Given(Request.Create()).ThenRespondWithOK();
        await StatusOf("/a");
        await StatusOf("/b");
        await StatusOf(Post("/a", """{"n":1}"""));

        Server.FindLogEntries(Request.Create().WithPath("/a")).Count.ShouldBe(2);
        Server.FindLogEntries(Request.Create().WithPath("/a").UsingGet()).ShouldHaveSingleItem().RequestMessage!.Method.ShouldBe("GET");
        Server.FindLogEntries(Request.Create().WithBody(new JsonPartialMatcher(new { n = 1 }))).Count.ShouldBe(1);
        Server.FindLogEntries(Request.Create().WithPath("/a"), Request.Create().UsingPost()).Count.ShouldBe(1);
        Server.FindLogEntries(Request.Create().WithPath("/c")).ShouldBeEmpty();
        Server.FindLogEntries(Request.Create()).ShouldBeEmpty("a rule without parts scores nothing");
    }

    [Fact]
    public async Task Entries_can_be_deleted_one_by_one_or_all()
    {
        await StatusOf("/a");
        await StatusOf("/b");

        Server.DeleteLogEntry(Server.LogEntries[0].Guid).ShouldBeTrue();
        Server.LogEntries.ShouldHaveSingleItem().RequestMessage!.Path.ShouldBe("/b");
        Server.DeleteLogEntry(Guid.Empty).ShouldBeFalse();
        Server.ResetLogEntries();
        Server.LogEntries.ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_as_many_entries_as_asked_for_are_kept()
    {
        Server.SetMaxRequestLogCount(2);
        await StatusOf("/a");
        await StatusOf("/b");
        await StatusOf("/c");
        Server.LogEntries.Select(entry => entry.RequestMessage!.Path).ShouldBe(["/b", "/c"]);

        Server.ResetLogEntries();
        Server.SetMaxRequestLogCount(0);
        await StatusOf("/d");
        Server.LogEntries.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_subscriber_hears_of_each_entry_and_may_fail()
    {
        List<string> heard = [];
        Server.LogEntriesChanged += (_, _) => throw new InvalidOperationException("deaf");
        Server.LogEntriesChanged += (_, change) => heard.Add($"{change.Action} {change.NewItems?.OfType<ILogEntry>().Single().RequestMessage!.Path}");

        (await StatusOf("/a")).ShouldBe(404);
        Server.ResetLogEntries();

        heard.ShouldBe([$"{NotifyCollectionChangedAction.Add} /a", $"{NotifyCollectionChangedAction.Reset} "]);
    }

    [Fact]
    public async Task Every_one_of_many_requests_at_once_is_answered_and_logged()
    {
        Server.Given(Request.Create().WithPath("/n/*")).RespondWith(Response.Create().WithBody(request => request.PathSegments[1]));

        var bodies = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => BodyOf($"/n/{number}")));

        bodies.ShouldBe(Enumerable.Range(0, 200).Select(number => $"{number}"));
        Server.LogEntries.Count.ShouldBe(200);
    }
}
