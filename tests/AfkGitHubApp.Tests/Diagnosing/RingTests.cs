using AfkGitHubApp.Diagnosing;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Diagnosing;

/// <summary>The doctor tries the doorbells where it is told to.</summary>
public sealed class RingTests
{
    [Fact]
    public async Task Each_doorbell_is_rung_once_and_what_it_says_is_told()
    {
        await using var slack = await DoorbellReceiver.SlackAsync();
        await using var ntfy = await DoorbellReceiver.NtfyAsync();

        var found = (await Patient.DiagnoseAsync(settings: Settings(slack, ntfy), ring: true)).Findings.Where(finding => finding.Subject == "doorbells").ToList();

        found.Count.ShouldBe(2);
        found[0].ShouldBe(new Finding(Severity.Error, "doorbell-silent", "doorbells", "phone", "It did not take the test (ntfy, 127.0.0.1): it answered 401.", "Correct Afk:Doorbells:phone; docs/operating.md says what each kind needs."));
        found[1].ShouldBe(new Finding(Severity.Ok, "doorbell-rang", "doorbells", "team", "It took the test (Slack, 127.0.0.1)."));
        slack.All.ShouldHaveSingleItem().Body.GetProperty("text").GetString().ShouldBe("*Test of the doorbell team*\nThis is a test of the doorbell `team`: nothing has happened, and nothing is to be done.");
    }

    [Fact]
    public async Task Unless_it_is_told_to_it_rings_nobody()
    {
        await using var slack = await DoorbellReceiver.SlackAsync();
        await using var ntfy = await DoorbellReceiver.NtfyAsync();

        var found = (await Patient.DiagnoseAsync(settings: Settings(slack, ntfy))).Findings.Where(finding => finding.Subject == "doorbells").ToList();

        found.ShouldAllBe(finding => finding.Severity == Severity.Note && finding.Code == "doorbell-not-rung");
        (slack.Attempts + ntfy.Attempts).ShouldBe(0);
    }

    private static (string, string?)[] Settings(DoorbellReceiver slack, DoorbellReceiver ntfy) =>
    [
        ("Afk:Doorbells:team:Kind", "slack"), ("Afk:Doorbells:team:Url", new Uri(slack.Home, DoorbellReceiver.SlackPath).ToString()),
        ("Afk:Doorbells:phone:Kind", "ntfy"), ("Afk:Doorbells:phone:Url", ntfy.Home.ToString()), ("Afk:Doorbells:phone:Topic", "afk"), ("Afk:Doorbells:phone:Token", "tk_wrong"),
    ];
}
