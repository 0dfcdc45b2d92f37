using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Soak;

/// <summary>The closing table.</summary>
internal sealed class Report(SoakOptions options, SimulatedGitHub gitHub, WebhookDoor door, Faults faults, Findings findings, IReadOnlyList<Told> stories, IReadOnlyList<Said> said, TimeSpan took)
{
    public void Write()
    {
        var bot = gitHub.Options.AppSlug + "[bot]";
        var comments = gitHub.Journal.Effects<CommentCreated>().Where(comment => comment.Actor == bot).ToList();
        var webhooks = gitHub.Journal.Effects<WebhookEmitted>();

        Console.Out.WriteLine();
        Row("fault", "injected", "survived");
        foreach (var (fault, count) in faults.Counts)
        {
            Row(Faults.Word(fault), $"{count.Injected}", $"{count.Survived}");
        }

        Row("webhook lost on the way", $"{webhooks.Count(webhook => webhook.Fate == "dropped")}", "");
        Row("webhook doubled", $"{webhooks.Count(webhook => webhook.Fate == "doubled")}", "");
        Row("webhook lost at a dead or paused replica", $"{door.Unreached}", "");
        Row("webhook refused while Redis was away", $"{door.Refused}", "");

        Console.Out.WriteLine();
        Row("story", "runs", "");
        foreach (var kind in stories.GroupBy(told => told.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            Row(kind.Key, $"{kind.Count()}", "");
        }

        Console.Out.WriteLine();
        Row("runs by ending", "", "");
        foreach (var (ending, count) in findings.Ended)
        {
            Row($"  {ending}", $"{count}", "");
        }

        Row("turns worked", $"{gitHub.Journal.Effects<TurnWorked>().Count}", "");
        Row("started again under their own id, after a vanished thread nobody had learned of", $"{WorldLaws.StartedAgain(gitHub).Count}", "");
        Row("superseded duplicates", $"{gitHub.Journal.Effects<TurnSuperseded>().Count}", "");
        Row("checklist comments", $"{comments.Count(comment => comment.Body.Contains(WorldLaws.Marker, StringComparison.Ordinal))}", "");
        Row("doorbells", $"{comments.Count(comment => !comment.Body.Contains(WorldLaws.Marker, StringComparison.Ordinal) && !comment.Body.Contains(WorldLaws.Answer, StringComparison.Ordinal))}", "");
        Row("commands given", $"{said.Count}", "");
        Row("commands obeyed", $"{gitHub.Journal.Effects<ReactionAdded>().Count(reaction => reaction.Content == Audit.Obeyed)}", "");
        Row("commands answered in words", $"{comments.Count(comment => comment.Body.Contains(WorldLaws.Answer, StringComparison.Ordinal))}", "");
        Row("webhooks taken", $"{door.Taken}", "");
        Row("requests to GitHub", $"{gitHub.Journal.Requests.Count}", "");
        Row("real time", $"{took.TotalSeconds:0} s", "");
        Row("time on the shared clock", $"{(took * options.Speed).TotalHours:0.0} h", "");
        Console.Out.WriteLine();
    }

    private static void Row(string name, string first, string second) => Console.Out.WriteLine($"{name,-76} {first,9} {second,9}".TrimEnd());
}
