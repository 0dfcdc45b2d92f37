using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Tests.Settings;

public sealed class DoorbellSettingsTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Slack = "https://hooks.slack.com/services/T0/B0/secretsecret";

    [Fact]
    public void Doorbells_of_each_kind_are_read_by_name()
    {
        var doorbells = ValidSettings.Read(ValidSettings.Configuration(
            ("Afk:Doorbells:Team:Kind", "slack"), ("Afk:Doorbells:Team:Url", Slack),
            ("Afk:Doorbells:phone:Kind", "Ntfy"), ("Afk:Doorbells:phone:Topic", "afk-runs"), ("Afk:Doorbells:phone:Token", "tk_1"),
            ("Afk:Doorbells:desk:Kind", "ntfy"), ("Afk:Doorbells:desk:Url", "http://127.0.0.1:8090"), ("Afk:Doorbells:desk:Topic", "t"), ("Afk:Doorbells:desk:User", "maria"), ("Afk:Doorbells:desk:Password", "p"),
            ("Afk:Doorbells:hook:Kind", "webhook"), ("Afk:Doorbells:hook:Url", "https://example.com/afk?key=1"), ("Afk:Doorbells:hook:Secret", Secret))).Doorbells;

        doorbells.Select(each => (each.Name, each.Kind, each.Address.AbsoluteUri)).Order().ShouldBe(
        [
            ("desk", DoorbellKind.Ntfy, "http://127.0.0.1:8090/"),
            ("hook", DoorbellKind.Webhook, "https://example.com/afk?key=1"),
            ("phone", DoorbellKind.Ntfy, "https://ntfy.sh/"),
            ("team", DoorbellKind.Slack, Slack),
        ]);
        doorbells.Single(each => each.Name == "hook").Secret.Length.ShouldBe(24);
    }

    [Fact]
    public void Without_any_there_are_none() => ValidSettings.Read(ValidSettings.Configuration()).Doorbells.ShouldBeEmpty();

    [Theory]
    [InlineData("Kind", "pager", "Afk:Doorbells:a:Kind is 'pager'; it must be slack or ntfy or webhook.")]
    [InlineData("Url", Slack, "Afk:Doorbells:a:Kind is missing; it is one of slack, ntfy, webhook.")]
    public void A_doorbell_needs_a_kind(string key, string value, string problem) => Problems(("Afk:Doorbells:a:" + key, value)).ShouldHaveSingleItem().ShouldBe(problem);

    [Theory]
    [InlineData("slack", "Afk:Doorbells:a:Url is missing; ")]
    [InlineData("ntfy", "Afk:Doorbells:a:Topic is missing; ")]
    [InlineData("webhook", "Afk:Doorbells:a:Secret is missing; ", "Afk:Doorbells:a:Url is missing; ")]
    public void What_a_kind_needs_is_named(string kind, params string[] problems)
    {
        var told = Problems(("Afk:Doorbells:a:Kind", kind));

        told.Count.ShouldBe(problems.Length);
        told.Zip(problems).ShouldAllBe(pair => pair.First.StartsWith(pair.Second, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://hooks.slack.com/services/hushhush")]
    [InlineData("https://user:hushhush@example.com/")]
    [InlineData("https://example.com/#hushhush")]
    [InlineData("ftp://example.com/hushhush")]
    [InlineData("/hushhush")]
    public void An_address_that_is_not_safe_is_refused_and_not_repeated(string url)
    {
        var problem = Problems(("Afk:Doorbells:a:Kind", "slack"), ("Afk:Doorbells:a:Url", url)).ShouldHaveSingleItem();

        problem.ShouldStartWith("Afk:Doorbells:a:Url is no address that can be posted to;");
        problem.ShouldNotContain("hushhush");
    }

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_hushhush")]
    [InlineData("whsec_not base64 at all, hushhush")]
    [InlineData("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_secret_that_is_none_of_the_specification_is_refused_and_not_repeated(string secret)
    {
        var problem = Problems(("Afk:Doorbells:a:Kind", "webhook"), ("Afk:Doorbells:a:Url", "https://example.com"), ("Afk:Doorbells:a:Secret", secret)).ShouldHaveSingleItem();

        problem.ShouldStartWith("Afk:Doorbells:a:Secret must be whsec_ and 24 to 64 bytes in base64,");
        problem.ShouldNotContain("hushhush");
    }

    [Theory]
    [InlineData("Afk:Doorbells:a:Secret", Secret, "Afk:Doorbells:a:Secret is no setting of a doorbell of the kind slack; it has Url.")]
    [InlineData("Afk:Doorbells:a:Topci", "x", "Afk:Doorbells:a:Topci is not a setting; did you mean Afk:Doorbells:a:Topic.")]
    [InlineData("Afk:Doorbells:a:Url:0", "x", "Afk:Doorbells:a:Url:0 is not a setting")]
    public void A_key_that_does_not_belong_there_is_named(string key, string value, string problem) =>
        Problems(("Afk:Doorbells:a:Kind", "slack"), ("Afk:Doorbells:a:Url", Slack), (key, value)).ShouldHaveSingleItem().ShouldStartWith(problem);

    [Theory]
    [InlineData("a b")]
    [InlineData("né")]
    [InlineData("a.b")]
    public void A_name_that_nobody_could_write_is_refused(string name) =>
        Problems(($"Afk:Doorbells:{name}:Kind", "slack"), ($"Afk:Doorbells:{name}:Url", Slack)).ShouldHaveSingleItem().ShouldStartWith($"Afk:Doorbells:{name} is no name for a doorbell;");

    [Fact]
    public void Ntfy_takes_a_token_or_a_user_with_a_password()
    {
        Problems(Ntfy(("Token", "t"), ("User", "u"), ("Password", "p"))).ShouldHaveSingleItem().ShouldStartWith("Afk:Doorbells:a:Token is given beside");
        Problems(Ntfy(("User", "u"))).ShouldHaveSingleItem().ShouldStartWith("Afk:Doorbells:a:Password is missing;");
        Problems(Ntfy(("Password", "p"))).ShouldHaveSingleItem().ShouldStartWith("Afk:Doorbells:a:User is missing;");
        Problems(Ntfy(("Token", "tk_1\ntk_2"))).ShouldHaveSingleItem().ShouldStartWith("Afk:Doorbells:a:Token must be visible ASCII");
        Problems([.. Ntfy(), ("Afk:Doorbells:a:Topic", "a/b")]).ShouldHaveSingleItem().ShouldStartWith("Afk:Doorbells:a:Topic is no topic;");
        Problems(Ntfy()).ShouldBeEmpty();
    }

    [Fact]
    public void There_is_a_bound_to_how_many()
    {
        var eleven = Enumerable.Range(0, 11).SelectMany(at => ((string, string?)[])[($"Afk:Doorbells:d{at}:Kind", "slack"), ($"Afk:Doorbells:d{at}:Url", Slack)]).ToArray();

        Problems(eleven).ShouldHaveSingleItem().ShouldStartWith("Afk:Doorbells holds 11 doorbells; 10 are the most");
    }

    [Fact]
    public void A_doorbell_shows_none_of_its_secrets()
    {
        var options = ValidSettings.Read(ValidSettings.Configuration(("Afk:Doorbells:a:Kind", "slack"), ("Afk:Doorbells:a:Url", Slack)));

        options.Doorbells[0].ToString().ShouldBe("slack doorbell a");
        options.ToString().ShouldNotContain("secretsecret");
    }

    private static (string, string?)[] Ntfy(params (string Key, string Value)[] more) =>
        [("Afk:Doorbells:a:Kind", "ntfy"), ("Afk:Doorbells:a:Topic", "t"), .. more.Select(each => ("Afk:Doorbells:a:" + each.Key, (string?)each.Value))];

    private static IReadOnlyList<string> Problems(params (string, string?)[] changes) => AfkOptions.Read(ValidSettings.Configuration(changes)).Problems;
}
