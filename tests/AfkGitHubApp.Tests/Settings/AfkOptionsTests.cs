using System.Security.Cryptography;
using AfkGitHubApp.Core.Config;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;
using Microsoft.Extensions.Configuration;

namespace AfkGitHubApp.Tests.Settings;

public sealed class AfkOptionsTests
{
    private static readonly (string, string?)[] T3Code =
        [("Afk:T3Code:BaseAddress", "http://127.0.0.1:3773"), ("Afk:T3Code:Token", "a-token"), ("Afk:T3Code:Workspaces", "/srv/clones/{owner}/{name}"), ("Afk:T3Code:Model", "a-model")];

    [Fact]
    public void The_least_settings_allow_nothing()
    {
        var options = ValidSettings.Read(ValidSettings.Configuration());

        options.Labels.KillSwitch.ShouldBeTrue();
        options.Labels.Allowlist.ShouldBeEmpty();
        options.Delivery.ShouldBe(Delivery.Trunk);
        options.Merge.ShouldBe(MergeMode.Manual);
        options.Timings.ShouldBe(new StoreTimings(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(5)));
        options.Policy.ShouldBe(RunPolicy.Default);
        options.BaseAddress.ShouldBe(new Uri("https://api.github.com/"));
    }

    [Fact]
    public void Without_any_settings_every_missing_one_is_named_at_once()
    {
        var problems = AfkOptions.Read(new ConfigurationBuilder().Build()).Problems;

        problems.Select(problem => problem.Split(' ')[0]).Order(StringComparer.Ordinal)
            .ShouldBe(["Afk:GitHub:ClientId", "Afk:GitHub:PrivateKey", "Afk:GitHub:WebhookSecret", "Afk:Keys"]);
    }

    [Fact]
    public void A_T3_Code_server_needs_address_token_clones_and_model()
    {
        Problems(("Afk:Backend", "t3code")).ShouldHaveSingleItem().ShouldStartWith("Afk:T3Code:BaseAddress is missing");
        Problems(("Afk:T3Code:BaseAddress", "https://t3.example")).Select(problem => problem.Split(' ')[0]).ShouldBe(["Afk:T3Code:TokenPath", "Afk:T3Code:Workspaces", "Afk:T3Code:Model"]);
        Problems([.. T3Code]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Afk:T3Code:BaseAddress", "t3.example")]
    [InlineData("Afk:T3Code:BaseAddress", "http://t3.example:3773")]
    [InlineData("Afk:T3Code:Workspaces", "/srv/clones/{name}")]
    [InlineData("Afk:T3Code:Workspaces", "clones/{owner}/{name}")]
    [InlineData("Afk:T3Code:RuntimeMode", "yolo")]
    [InlineData("Afk:T3Code:TokenPath", "no-such-file", "Afk:T3Code:Token")]
    public void What_a_T3_Code_server_cannot_use_is_named(string key, string value, string? named = null) =>
        Problems([.. T3Code, (key, value)]).ShouldHaveSingleItem().ShouldStartWith((named ?? key) + " ");

    [Fact]
    public void A_T3_Code_server_that_is_configured_works_turns_only_where_it_is_asked_for()
    {
        var options = ValidSettings.Read(ValidSettings.Configuration([.. T3Code]));

        options.Backend.ShouldBe(AgentBackend.Actions);
        options.T3Code!.WorkspaceOf(new RepositoryKey(1, "octo/widgets", 1)).ShouldBe("/srv/clones/octo/widgets");
        (options.T3Code.Instance, options.T3Code.RuntimeMode).ShouldBe(("codex", "full-access"));
        ValidSettings.Read(ValidSettings.Configuration([.. T3Code, ("Afk:Backend", "t3code")])).Backend.ShouldBe(AgentBackend.T3Code);
        ValidSettings.Read(ValidSettings.Configuration()).T3Code.ShouldBeNull();
    }

    [Fact]
    public void Every_problem_is_told_at_once_each_with_its_key()
    {
        var problems = Problems(
            ("Afk:KillSwitch", "perhaps"),
            ("Afk:Backend", "carrier-pigeon"),
            ("Afk:Delivery", "by hand"),
            ("Afk:Merge", "true"),
            ("Afk:Allowlist", "octo/widgets,widgets"),
            ("Afk:Workers", "0"),
            ("Afk:NudgeGapSeconds", "soon"),
            ("Afk:LeaseSeconds", "15"),
            ("Afk:Policy:FixForwardMaxAttempts", "-1"),
            ("Afk:Policy:TurnMaxSeconds", "NaN"),
            ("Afk:Labels:Paused", "ready-for-agent"),
            ("Afk:GitHub:WebhookSecret", "short"),
            ("Afk:GitHub:BaseAddress", "github.example.com"),
            ("Afk:GitHub:PrivateKeyPath", "no-such-file.pem"),
            ("Afk:Keys", "too-short"),
            ("Afk:KilSwitch", "false"));

        problems.Select(problem => problem.Split(' ')[0]).Order(StringComparer.Ordinal).ShouldBe(
        [
            "Afk:Allowlist", "Afk:Backend", "Afk:Delivery", "Afk:GitHub:BaseAddress", "Afk:GitHub:PrivateKeyPath", "Afk:GitHub:WebhookSecret", "Afk:Keys:0", "Afk:KilSwitch",
            "Afk:KillSwitch", "Afk:Labels", "Afk:LeaseSeconds", "Afk:Merge", "Afk:NudgeGapSeconds", "Afk:Policy:FixForwardMaxAttempts", "Afk:Policy:TurnMaxSeconds", "Afk:Workers",
        ]);
        problems.ShouldAllBe(problem => problem.EndsWith('.'));
    }

    [Theory]
    [InlineData("perhaps")]
    [InlineData("0")]
    [InlineData("off")]
    [InlineData("no")]
    [InlineData("falsch")]
    public void A_kill_switch_that_cannot_be_read_stops_the_start(string value) =>
        Problems(("Afk:KillSwitch", value)).ShouldHaveSingleItem().ShouldBe($"Afk:KillSwitch is '{value}'; it must be true or false.");

    [Theory]
    [InlineData("false", false)]
    [InlineData("False", false)]
    [InlineData(" false ", false)]
    [InlineData("true", true)]
    [InlineData("", true)]
    public void The_kill_switch_is_on_unless_it_says_false(string value, bool on) =>
        ValidSettings.Read(ValidSettings.Configuration(("Afk:KillSwitch", value))).Labels.KillSwitch.ShouldBe(on);

    [Fact]
    public void An_unknown_backend_is_told_what_there_is() =>
        Problems(("Afk:Backend", "t4code")).ShouldHaveSingleItem().ShouldStartWith("Afk:Backend is 't4code'; it must be actions");

    [Theory]
    [InlineData("Afk:KilSwitch", "Afk:KillSwitch")]
    [InlineData("Afk:Killswitsch", "Afk:KillSwitch")]
    [InlineData("Afk:Allowlst:0", "Afk:Allowlist")]
    [InlineData("Afk:GitHub:WebHookSecrets", "Afk:GitHub:WebhookSecret")]
    [InlineData("Afk:Policy:MaxRedispatchAttempt", "Afk:Policy:MaxRedispatchAttempts")]
    public void A_mistyped_key_is_refused_with_the_nearest_known_one(string key, string nearest) =>
        Problems((key, "false")).ShouldHaveSingleItem().ShouldBe($"{key} is not a setting; did you mean {nearest}.");

    [Fact]
    public void A_key_that_is_like_no_other_is_refused_without_a_guess() =>
        Problems(("Afk:SomethingElseEntirely", "1")).ShouldHaveSingleItem().ShouldBe("Afk:SomethingElseEntirely is not a setting.");

    [Fact]
    public void A_list_where_one_value_belongs_is_refused() =>
        Problems(("Afk:KillSwitch:0", "false")).ShouldHaveSingleItem().ShouldStartWith("Afk:KillSwitch:0 is not a setting");

    [Fact]
    public void Keys_of_other_sections_are_not_ours_to_judge() => Problems(("Logging:LogLevel:Default", "Debug"), ("AllowedHosts", "*"), ("AfkSomething", "1")).ShouldBeEmpty();

    [Theory]
    [InlineData("20", "10", false)]
    [InlineData("20.5", "10", true)]
    [InlineData("60", "30", false)]
    [InlineData("600", "90", true)]
    public void A_lease_must_hold_for_more_than_two_requests(string lease, string timeout, bool allowed)
    {
        var problems = Problems(("Afk:LeaseSeconds", lease), ("Afk:GitHub:RequestTimeoutSeconds", timeout));

        problems.Count.ShouldBe(allowed ? 0 : 1);
        problems.ShouldAllBe(problem => problem.Contains("Afk:LeaseSeconds", StringComparison.Ordinal) && problem.Contains("Afk:GitHub:RequestTimeoutSeconds", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("widgets")]
    [InlineData("octo/")]
    [InlineData("octo/widgets/more")]
    [InlineData("https://github.com/octo/widgets")]
    [InlineData("octo/wid gets")]
    public void A_bad_allowlist_entry_is_named(string entry) =>
        Problems(("Afk:Allowlist:0", "octo/gadgets"), ("Afk:Allowlist:1", entry)).ShouldHaveSingleItem().ShouldBe($"Afk:Allowlist names '{entry}'; each entry has the form owner/name.");

    [Fact]
    public void The_allowlist_is_an_array_or_one_text_with_commas()
    {
        var array = ValidSettings.Read(ValidSettings.Configuration(("Afk:Allowlist:0", "octo/widgets"), ("Afk:Allowlist:1", " octo/gadgets ")));
        var text = ValidSettings.Read(ValidSettings.Configuration(("Afk:Allowlist", "octo/widgets, octo/gadgets,,OCTO/Widgets")));

        array.Labels.Allowlist.ShouldBe(["octo/widgets", "octo/gadgets"]);
        text.Labels.Allowlist.ShouldBe(["octo/widgets", "octo/gadgets"]);
    }

    [Theory]
    [InlineData("http://github.example.com/api/v3/", false)]
    [InlineData("ftp://github.example.com/", false)]
    [InlineData("api.github.com", false)]
    [InlineData("https://github.example.com/api/v3", true)]
    [InlineData("http://127.0.0.1:8080/", true)]
    [InlineData("http://localhost:8080/", true)]
    public void Tokens_are_sent_over_https_only_except_to_this_machine_itself(string address, bool allowed)
    {
        var (options, problems) = AfkOptions.Read(ValidSettings.Configuration(("Afk:GitHub:BaseAddress", address)));

        problems.Count.ShouldBe(allowed ? 0 : 1);
        problems.ShouldAllBe(problem => problem.StartsWith("Afk:GitHub:BaseAddress ", StringComparison.Ordinal));
        options.BaseAddress.AbsoluteUri.ShouldEndWith("/");
    }

    [Theory]
    [InlineData("")]
    [InlineData("fifteen-letters")]
    public void A_webhook_secret_must_be_there_and_long_enough(string secret) =>
        Problems(("Afk:GitHub:WebhookSecret", secret)).ShouldHaveSingleItem().ShouldStartWith("Afk:GitHub:WebhookSecret is ");

    [Fact]
    public void A_short_key_is_named_by_its_place()
    {
        var problem = Problems(("Afk:Keys", null), ("Afk:Keys:0", new string('k', 32)), ("Afk:Keys:1", new string('s', 31))).ShouldHaveSingleItem();

        problem.ShouldStartWith("Afk:Keys:1 is too short");
        problem.ShouldNotContain("sss");
    }

    [Fact]
    public void A_private_key_file_that_does_not_exist_is_named() =>
        Problems(("Afk:GitHub:PrivateKey", null), ("Afk:GitHub:PrivateKeyPath", "no/such.pem")).ShouldHaveSingleItem()
            .ShouldBe("Afk:GitHub:PrivateKeyPath names the file no/such.pem, which does not exist.");

    [Fact]
    public void A_private_key_can_be_a_file()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, ValidSettings.PrivateKeyPem);

            ValidSettings.Read(ValidSettings.Configuration(("Afk:GitHub:PrivateKey", null), ("Afk:GitHub:PrivateKeyPath", path))).PrivateKeyPem.ShouldBe(ValidSettings.PrivateKeyPem);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_private_key_must_be_one()
    {
        using var key = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var pem in (string[])["not a key", key.ExportRSAPublicKeyPem(), key.ExportSubjectPublicKeyInfoPem(), curve.ExportPkcs8PrivateKeyPem(), ValidSettings.PrivateKeyPem[..200]])
        {
            Problems(("Afk:GitHub:PrivateKey", pem)).ShouldHaveSingleItem().ShouldBe("Afk:GitHub:PrivateKey does not hold an RSA private key in PEM form.");
        }

        Problems(("Afk:GitHub:PrivateKey", key.ExportPkcs8PrivateKeyPem())).ShouldBeEmpty();
    }

    [Fact]
    public void No_problem_repeats_a_secret()
    {
        var text = string.Join('\n', Problems(("Afk:GitHub:WebhookSecret", "hush-hush"), ("Afk:Keys", "whisper"), ("Afk:GitHub:PrivateKey", "-----BEGIN murmur"), ("Afk:GitHub:WebhookSecrt", "breathe")));

        foreach (var secret in (string[])["hush", "whisper", "murmur", "breathe"])
        {
            text.ShouldNotContain(secret);
        }
    }

    [Fact]
    public void Environment_variables_write_a_colon_as_two_underscores()
    {
        // A prefix of our own keeps the variables of whoever runs the tests out, and ours away from everybody else.
        const string Prefix = "AFK_OPTIONS_TEST_";
        (string Name, string Value)[] variables = [("Afk__KillSwitch", "false"), ("Afk__Allowlist__0", "octo/widgets"), ("AFK__GITHUB__REQUESTTIMEOUTSECONDS", "7"), ("Afk__Policy__FixForwardMaxAttempts", "3")];
        try
        {
            foreach (var (name, value) in variables)
            {
                Environment.SetEnvironmentVariable(Prefix + name, value);
            }

            var options = ValidSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(ValidSettings.With()).AddEnvironmentVariables(Prefix).Build());

            options.Labels.KillSwitch.ShouldBeFalse();
            options.Labels.Allowlist.ShouldBe(["octo/widgets"]);
            options.RequestTimeout.ShouldBe(TimeSpan.FromSeconds(7));
            options.Policy.FixForwardMaxAttempts.ShouldBe(3);
        }
        finally
        {
            foreach (var (name, _) in variables)
            {
                Environment.SetEnvironmentVariable(Prefix + name, null);
            }
        }
    }

    private static IReadOnlyList<string> Problems(params ReadOnlySpan<(string Key, string? Value)> changes) => AfkOptions.Read(ValidSettings.Configuration(changes)).Problems;
}
