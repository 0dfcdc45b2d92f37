using WireMock.Matchers;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;

namespace AfkGitHubApp.Tests.Standins.WireMockNet;

public sealed class WireMockMatchingTests : WireMockServed
{
    [Fact]
    public async Task A_request_that_nothing_matches_is_answered_404_with_the_reason_as_JSON()
    {
        Server.Given(Request.Create().WithPath("/here").UsingGet()).RespondWith(Response.Create().WithSuccess());

        using var response = await Client.GetAsync("/there", Cancel);

        ((int)response.StatusCode).ShouldBe(404);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        (await response.Content.ReadAsStringAsync(Cancel)).ShouldBe("""{"Status":"No matching mapping found"}""");
    }

    [Theory]
    [InlineData("/repos/octo/app", 200)]
    [InlineData("/repos/octo/app/", 404)]
    [InlineData("/Repos/octo/app", 404)]
    [InlineData("/repos/octo/app?page=2", 200)]
    [InlineData("/repos/octo%20cat/app", 200)]
    public async Task A_path_is_a_case_sensitive_pattern_over_the_decoded_path(string path, int status)
    {
        Server.Given(Request.Create().WithPath("/repos/octo*/app").UsingGet()).RespondWith(Response.Create().WithSuccess());

        (await StatusOf(path)).ShouldBe(status);
    }

    [Fact]
    public async Task One_of_several_paths_or_path_matchers_or_predicates_is_enough()
    {
        Server.Given(Request.Create().WithPath("/a", "/b")).ThenRespondWithStatusCode(201);
        Server.Given(Request.Create().WithPath(new ExactMatcher("/c"), new RegexMatcher("^/d[0-9]+$"))).ThenRespondWithStatusCode(202);
        Server.Given(Request.Create().WithPath(path => path.EndsWith("/e", StringComparison.Ordinal))).ThenRespondWithStatusCode(203);

        (await StatusOf("/b")).ShouldBe(201);
        (await StatusOf("/d17")).ShouldBe(202);
        (await StatusOf("/d")).ShouldBe(404);
        (await StatusOf("/x/e")).ShouldBe(203);
    }

    [Theory]
    [InlineData("")]
    [InlineData("here")]
    [InlineData(" /here")]
    public void A_path_without_a_leading_slash_is_refused(string path) =>
        Should.Throw<ArgumentException>(() => Request.Create().WithPath(path));

    [Fact]
    public async Task An_address_matches_as_a_whole()
    {
        Server.Given(Request.Create().WithUrl($"{Server.Url}/a?b=*")).ThenRespondWithStatusCode(201);

        (await StatusOf("/a?b=1")).ShouldBe(201);
        (await StatusOf("/a")).ShouldBe(404);
    }

    [Theory]
    [InlineData("GET", 201)]
    [InlineData("POST", 202)]
    [InlineData("PUT", 203)]
    [InlineData("PATCH", 205)]
    [InlineData("DELETE", 206)]
    [InlineData("BREW", 207)]
    [InlineData("OPTIONS", 404)]
    public async Task A_method_is_told_apart(string method, int status)
    {
        Server.Given(Request.Create().WithPath("/m").UsingGet()).ThenRespondWithStatusCode(201);
        Server.Given(Request.Create().WithPath("/m").UsingPost()).ThenRespondWithStatusCode(202);
        Server.Given(Request.Create().WithPath("/m").UsingPut()).ThenRespondWithStatusCode(203);
        Server.Given(Request.Create().WithPath("/m").UsingPatch()).ThenRespondWithStatusCode(205);
        Server.Given(Request.Create().WithPath("/m").UsingDelete()).ThenRespondWithStatusCode(206);
        Server.Given(Request.Create().WithPath("/m").UsingMethod("brew", "steep")).ThenRespondWithStatusCode(207);

        (await StatusOf(new HttpRequestMessage(new HttpMethod(method), "/m"))).ShouldBe(status);
    }

    [Fact]
    public async Task Any_method_takes_back_the_methods_named_before()
    {
        Server.Given(Request.Create().WithPath("/m").UsingGet().UsingAnyMethod()).ThenRespondWithOK();

        (await StatusOf(new HttpRequestMessage(HttpMethod.Delete, "/m"))).ShouldBe(200);
    }

    [Theory]
    [InlineData("authorization", "BEARER abc", 200)]
    [InlineData("Authorization", "Basic abc", 404)]
    [InlineData("X-Other", "Bearer abc", 404)]
    public async Task A_header_pattern_ignores_case_in_name_and_value(string name, string value, int status)
    {
        Server.Given(Request.Create().WithPath("/h").WithHeader("Authorization", "Bearer *")).ThenRespondWithOK();

        (await StatusOf(Get("/h", name, value))).ShouldBe(status);
    }

    [Theory]
    [InlineData("X-Probe", 200)]
    [InlineData("x-probe", 404)]
    public async Task A_header_matcher_is_case_sensitive_about_the_name_unless_told_otherwise(string name, int status)
    {
        Server.Given(Request.Create().WithPath("/h").WithHeader("X-Probe", new ExactMatcher("1"))).ThenRespondWithOK();
        Server.Given(Request.Create().WithPath("/any").WithHeader("X-Probe", true, new ExactMatcher("1"))).ThenRespondWithOK();

        (await StatusOf(Get("/h", name, "1"))).ShouldBe(status);
        (await StatusOf(Get("/any", name, "1"))).ShouldBe(200);
    }

    [Fact]
    public async Task A_rejected_header_matches_when_it_is_absent_or_different()
    {
        Server.Given(Request.Create().WithPath("/h").WithHeader("X-Probe", "1", MatchBehaviour.RejectOnMatch)).ThenRespondWithOK();

        (await StatusOf("/h")).ShouldBe(200);
        (await StatusOf(Get("/h", "X-Probe", "2"))).ShouldBe(200);
        (await StatusOf(Get("/h", "X-Probe", "1"))).ShouldBe(404);
    }

    [Fact]
    public async Task Several_header_patterns_need_one_or_all_as_asked()
    {
        Server.Given(Request.Create().WithPath("/or").WithHeader("X-Probe", ["a*", "*z"])).ThenRespondWithOK();
        Server.Given(Request.Create().WithPath("/and").WithHeader("X-Probe", ["a*", "*z"], MatchBehaviour.AcceptOnMatch, MatchOperator.And)).ThenRespondWithOK();

        (await StatusOf(Get("/or", "X-Probe", "ab"))).ShouldBe(200);
        (await StatusOf(Get("/and", "X-Probe", "ab"))).ShouldBe(404);
        (await StatusOf(Get("/and", "X-Probe", "az"))).ShouldBe(200);
    }

    [Theory]
    [InlineData("/p?state=open", 200)]
    [InlineData("/p?state=Open", 404)]
    [InlineData("/p?State=open", 404)]
    [InlineData("/p?state=open&state=closed", 404)]
    [InlineData("/p?state=op%65n", 200)]
    [InlineData("/p", 404)]
    public async Task A_parameter_is_compared_exactly_and_alone(string path, int status)
    {
        Server.Given(Request.Create().WithPath("/p").WithParam("state", "open")).ThenRespondWithOK();

        (await StatusOf(path)).ShouldBe(status);
    }

    [Fact]
    public async Task A_parameter_may_have_several_values_be_asked_for_by_name_only_or_be_rejected()
    {
        Server.Given(Request.Create().WithPath("/both").WithParam("label", "a", "b")).ThenRespondWithOK();
        Server.Given(Request.Create().WithPath("/name").WithParam("page")).ThenRespondWithOK();
        Server.Given(Request.Create().WithPath("/not").WithParam("page", MatchBehaviour.RejectOnMatch, "1")).ThenRespondWithOK();
        Server.Given(Request.Create().WithPath("/wild").WithParam("since", new WildcardMatcher("2026-*"))).ThenRespondWithOK();

        (await StatusOf("/both?label=a&label=b")).ShouldBe(200);
        (await StatusOf("/both?label=a,b")).ShouldBe(200);
        (await StatusOf("/both?label=a")).ShouldBe(404);
        (await StatusOf("/name?page=")).ShouldBe(200);
        (await StatusOf("/name")).ShouldBe(404);
        (await StatusOf("/not?page=2")).ShouldBe(200);
        (await StatusOf("/not?page=1")).ShouldBe(404);
        (await StatusOf("/wild?since=2026-10-07")).ShouldBe(200);
        (await StatusOf("/wild?since=2025-10-07")).ShouldBe(404);
    }

    [Fact]
    public async Task A_cookie_is_matched_by_pattern()
    {
        Server.Given(Request.Create().WithPath("/c").WithCookie("session", "s-*")).ThenRespondWithOK();
        using var plain = Server.CreateClient(new SocketsHttpHandler { UseCookies = false });

        using var good = await plain.SendAsync(Get("/c", "Cookie", "session=s-1"), Cancel);
        using var bad = await plain.SendAsync(Get("/c", "Cookie", "session=t-1"), Cancel);

        ((int)good.StatusCode).ShouldBe(200);
        ((int)bad.StatusCode).ShouldBe(404);
    }

    [Fact]
    public async Task The_version_of_HTTP_can_be_matched()
    {
        Server.Given(Request.Create().WithPath("/v").WithHttpVersion("1.1")).ThenRespondWithOK();
        Server.Given(Request.Create().WithPath("/w").WithHttpVersion("2")).ThenRespondWithOK();

        (await StatusOf("/v")).ShouldBe(200);
        (await StatusOf("/w")).ShouldBe(404);
    }

    [Theory]
    [InlineData("""{"b":[1,2],"a":"x"}""", 200)]
    [InlineData("""{ "a" : "x" , "b" : [ 1 , 2 ] }""", 200)]
    [InlineData("""{"a":"x","b":[2,1]}""", 404)]
    [InlineData("""{"a":"x","b":[1,2],"c":null}""", 404)]
    [InlineData("""{"a":"x"}""", 404)]
    [InlineData("""["a"]""", 404)]
    [InlineData("a=x", 404)]
    public async Task A_JSON_matcher_compares_deeply_with_free_property_order(string body, int status)
    {
        Server.Given(Request.Create().WithPath("/j").UsingPost().WithBody(new JsonMatcher(new { a = "x", b = new[] { 1, 2 } }))).ThenRespondWithOK();

        (await StatusOf(Post("/j", body))).ShouldBe(status);
    }

    [Fact]
    public async Task A_JSON_matcher_may_ignore_case_and_array_order()
    {
        Server.Given(Request.Create().WithPath("/case").WithBody(new JsonMatcher("""{"A":"X"}""", ignoreCase: true))).ThenRespondWithOK();
        Server.Given(Request.Create().WithPath("/order").WithBody(new JsonMatcher("""{"a":[1,2]}""", ignoreArrayOrder: true))).ThenRespondWithOK();
        Server.Given(Request.Create().WithPath("/regex").WithBody(new JsonMatcher("""{"a":"^[a-z]+$"}""", regex: true))).ThenRespondWithOK();

        (await StatusOf(Post("/case", """{"a":"x"}"""))).ShouldBe(200);
        (await StatusOf(Post("/order", """{"a":[2,1]}"""))).ShouldBe(200);
        (await StatusOf(Post("/regex", """{"a":"word"}"""))).ShouldBe(200);
        (await StatusOf(Post("/regex", """{"a":"17"}"""))).ShouldBe(404);
    }

    [Theory]
    [InlineData("""{"title":"t","state":"open","labels":["x","y"]}""", 200)]
    [InlineData("""{"title":"t","labels":["y"]}""", 200)]
    [InlineData("""{"title":"T","labels":["y"]}""", 404)]
    [InlineData("""{"title":"t","labels":["x"]}""", 404)]
    [InlineData("""{"labels":["y"]}""", 404)]
    public async Task A_partial_JSON_matcher_asks_for_a_subset(string body, int status)
    {
        Server.Given(Request.Create().WithPath("/j").WithBody(new JsonPartialMatcher(new { title = "t", labels = new[] { "y" } }))).ThenRespondWithOK();

        (await StatusOf(Post("/j", body))).ShouldBe(status);
    }

    [Fact]
    public async Task A_partial_JSON_matcher_may_use_wildcards_and_paths()
    {
        Server.Given(Request.Create().WithPath("/wild").WithBody(new JsonPartialWildcardMatcher(new { title = "fix *" }))).ThenRespondWithOK();
        Server.Given(Request.Create().WithPath("/path").WithBody(new JsonPartialMatcher("""{"user.login":"octo"}"""))).ThenRespondWithOK();

        (await StatusOf(Post("/wild", """{"title":"fix it"}"""))).ShouldBe(200);
        (await StatusOf(Post("/path", """{"user":{"login":"octo"}}"""))).ShouldBe(200);
        (await StatusOf(Post("/path", """{"user":{"login":"hub"}}"""))).ShouldBe(404);
    }

    [Fact]
    public async Task A_body_may_be_matched_as_text_bytes_JSON_or_by_a_predicate()
    {
        Server.Given(Request.Create().WithPath("/text").WithBody("say *!")).ThenRespondWithOK();
        Server.Given(Request.Create().WithPath("/bytes").WithBody("raw"u8.ToArray())).ThenRespondWithOK();
        Server.Given(Request.Create().WithPath("/json").WithBodyAsJson(new { a = 1 })).ThenRespondWithOK();
        Server.Given(Request.Create().WithPath("/func").WithBody((string? body) => body is { Length: 3 })).ThenRespondWithOK();
        Server.Given(Request.Create().WithPath("/some").WithBody(new NotNullOrEmptyMatcher())).ThenRespondWithOK();
        Server.Given(Request.Create().WithPath("/type").WithBodyAsType<Dictionary<string, int>>(body => body!["a"] == 1)).ThenRespondWithOK();

        (await StatusOf(Post("/text", "say hello!", "text/plain"))).ShouldBe(200);
        (await StatusOf(Post("/text", "say hello", "text/plain"))).ShouldBe(404);
        (await StatusOf(Post("/bytes", "raw", "application/octet-stream"))).ShouldBe(200);
        (await StatusOf(Post("/bytes", "row", "application/octet-stream"))).ShouldBe(404);
        (await StatusOf(Post("/json", """{"a":1}"""))).ShouldBe(200);
        (await StatusOf(Post("/json", """{"a":2}"""))).ShouldBe(404);
        (await StatusOf(Post("/func", "abc"))).ShouldBe(200);
        (await StatusOf(Post("/func", "abcd"))).ShouldBe(404);
        (await StatusOf(Post("/some", "x"))).ShouldBe(200);
        (await StatusOf(Post("/some", ""))).ShouldBe(404);
        (await StatusOf(Post("/type", """{"a":1}"""))).ShouldBe(200);
        (await StatusOf(Post("/type", """{"a":2}"""))).ShouldBe(404);
    }

    [Fact]
    public async Task A_form_is_matched_by_its_fields()
    {
        Server.Given(Request.Create().WithPath("/f").WithBody((IDictionary<string, string>? form) => form is not null && form["code"] == "a b")).ThenRespondWithOK();
        using var form = new FormUrlEncodedContent([new("code", "a b"), new("state", "s")]);

        (await StatusOf(new HttpRequestMessage(HttpMethod.Post, "/f") { Content = form })).ShouldBe(200);
    }

    [Fact]
    public async Task The_body_of_a_GET_is_not_read()
    {
        Server.Given(Request.Create().WithPath("/g").WithBody(new NotNullOrEmptyMatcher())).ThenRespondWithOK();

        (await StatusOf(new HttpRequestMessage(HttpMethod.Get, "/g") { Content = new StringContent("x") })).ShouldBe(404);
    }

    [Fact]
    public async Task A_rule_without_parts_matches_every_request()
    {
        Server.Given(Request.Create()).ThenRespondWithOK();

        (await StatusOf("/anything")).ShouldBe(200);
    }

    [Fact]
    public async Task The_lowest_priority_number_wins()
    {
        Server.Given(Request.Create().WithPath("/p")).AtPriority(1).ThenRespondWithStatusCode(201);
        Server.Given(Request.Create().WithPath("/p")).AtPriority(2).ThenRespondWithStatusCode(202);
        (await StatusOf("/p")).ShouldBe(201);

        Server.Given(Request.Create().WithPath("/p")).ThenRespondWithStatusCode(203);
        (await StatusOf("/p")).ShouldBe(203, "without a priority it is 0");
    }

    [Fact]
    public async Task At_equal_priority_more_matchers_win_and_then_the_mapping_added_last()
    {
        Server.Given(Request.Create().WithPath("/p").UsingGet()).ThenRespondWithStatusCode(201);
        Server.Given(Request.Create().WithPath("/p")).ThenRespondWithStatusCode(202);
        (await StatusOf("/p")).ShouldBe(201);

        Server.Given(Request.Create().WithPath("/p").UsingGet()).ThenRespondWithStatusCode(203);
        (await StatusOf("/p")).ShouldBe(203);
    }

    [Fact]
    public async Task A_mapping_with_a_known_id_replaces_the_old_one_and_a_disabled_one_rests()
    {
        var id = Guid.Parse("5b1dcbc3-9b5c-4f6e-8b0a-0d3a6d1f2c11");
        Server.Given(Request.Create().WithPath("/p")).WithGuid(id).ThenRespondWithStatusCode(201);
        Server.Given(Request.Create().WithPath("/p")).WithGuid(id).ThenRespondWithStatusCode(202);
        Server.Given(Request.Create().WithPath("/p")).AtPriority(-1).WithIsDisabled(true).ThenRespondWithStatusCode(203);

        (await StatusOf("/p")).ShouldBe(202);
        Server.Mappings.Count.ShouldBe(2);
        Server.DeleteMapping(id).ShouldBeTrue();
        Server.DeleteMapping(id).ShouldBeFalse();
        (await StatusOf("/p")).ShouldBe(404);
    }

    [Fact]
    public async Task A_predicate_that_throws_takes_its_mapping_out_of_the_search()
    {
        Server.Given(Request.Create().WithPath("/p")).ThenRespondWithStatusCode(201);
        Server.Given(Request.Create().WithPath("/p").WithBody(bool (string? _) => throw new InvalidOperationException("broken"))).ThenRespondWithStatusCode(202);

        (await StatusOf("/p")).ShouldBe(201);
    }

    [Fact]
    public async Task Partial_mapping_lets_the_nearest_answer()
    {
        Server.Given(Request.Create().WithPath("/p").UsingPost()).ThenRespondWithStatusCode(201);
        (await StatusOf("/p")).ShouldBe(404);

        Server.AllowPartialMapping();

        (await StatusOf("/p")).ShouldBe(201);
        (await StatusOf("/q")).ShouldBe(404);
    }

    [Theory]
    [InlineData("abc", true)]
    [InlineData("ABC", false)]
    [InlineData("abcd", false)]
    public void An_exact_matcher_compares_case_unless_told_otherwise(string input, bool matches)
    {
        new ExactMatcher("abc").IsMatch(input).IsPerfect().ShouldBe(matches);
        new ExactMatcher(MatchBehaviour.RejectOnMatch, false, MatchOperator.Or, "abc").IsMatch(input).IsPerfect().ShouldBe(!matches);
        new ExactMatcher(true, "abc").IsMatch("ABC").IsPerfect().ShouldBeTrue();
    }

    [Theory]
    [InlineData("a*c", "abbc", true)]
    [InlineData("a?c", "abbc", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("*", "", true)]
    [InlineData("abc", "xabc", false)]
    public void A_wildcard_matcher_knows_any_run_and_one_character(string pattern, string input, bool matches) =>
        new WildcardMatcher(pattern).IsMatch(input).IsPerfect().ShouldBe(matches);

    [Theory]
    [InlineData("b+", "abbc", true)]
    [InlineData("^b", "abc", false)]
    [InlineData(@"^\guidd$", "5b1dcbc3-9b5c-4f6e-8b0a-0d3a6d1f2c11", true)]
    [InlineData(@"^\GUIDD$", "5b1dcbc3-9b5c-4f6e-8b0a-0d3a6d1f2c11", false)]
    [InlineData(@"^\guidn$", "5b1dcbc39b5c4f6e8b0a0d3a6d1f2c11", true)]
    [InlineData(@"^\guidb$", "{5b1dcbc3-9b5c-4f6e-8b0a-0d3a6d1f2c11}", true)]
    [InlineData(@"^\guidx$", "{0x5b1dcbc3,0x9b5c,0x4f6e,{0x8b,0x0a,0x0d,0x3a,0x6d,0x1f,0x2c,0x11}}", true)]
    public void A_regular_expression_is_searched_and_knows_words_for_ids(string pattern, string input, bool matches) =>
        new RegexMatcher(pattern).IsMatch(input).IsPerfect().ShouldBe(matches);

    [Fact]
    public void A_content_type_matcher_leaves_the_parameters_aside()
    {
        new ContentTypeMatcher("application/json").IsMatch("application/json; charset=utf-8").IsPerfect().ShouldBeTrue();
        new ContentTypeMatcher("application/json").IsMatch("text/json").IsPerfect().ShouldBeFalse();
    }
}
