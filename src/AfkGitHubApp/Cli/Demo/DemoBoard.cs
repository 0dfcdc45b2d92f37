using AfkGitHubApp.Core.Runs;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AfkGitHubApp.Cli.Demo;

/// <summary>What the demo shows of each issue, gathered from the ticks' results alone.</summary>
internal sealed class DemoBoard(IReadOnlyList<DemoIssue> issues)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Row> rows = issues.ToDictionary(issue => issue.Reference, issue => new Row(issue), StringComparer.Ordinal);

    /// <summary>Whether every issue has come to its end.</summary>
    public bool AllEnded
    {
        get
        {
            lock (gate)
            {
                return rows.Values.All(row => row.Ended is not null);
            }
        }
    }

    /// <summary>Whether every issue ended as it must.</summary>
    public bool AllAsExpected => issues.All(issue => rows[issue.Reference].Ended == issue.Expected);

    /// <summary>Takes a result in; returns a line when something changed that a reader of a log wants to know.</summary>
    public IReadOnlyList<string> Add(TickResult result)
    {
        lock (gate)
        {
            var lines = new List<string>();
            foreach (var held in result.HeldBack)
            {
                if (rows.TryGetValue($"{result.Repository}#{held.Issue}", out var waiting) && waiting.Ended is null && waiting.Say($"waits: {held.Why}"))
                {
                    lines.Add(Line(result, waiting));
                }
            }

            if (result.Issue is { } number && rows.TryGetValue($"{result.Repository}#{number}", out var row))
            {
                row.Take(result);
                if (row.Say(result.Ended is { } end ? $"{Word(end)}: {result.Why}" : result.Why))
                {
                    lines.Add(Line(result, row));
                }
            }

            return lines;
        }
    }

    /// <summary>The live view.</summary>
    public IRenderable Live(DateTimeOffset now, int speed)
    {
        var table = new Table().Border(TableBorder.Rounded).Title($"[bold]AfkGitHubApp demo[/]  simulated GitHub, clock {now:HH:mm:ss}, {speed} times faster").AddColumns("issue", "title", "phases", "turn", "now");
        lock (gate)
        {
            foreach (var row in rows.Values)
            {
                table.AddRow(Markup.Escape(row.Issue.Reference), Markup.Escape(row.Issue.Title), Phases(row), row.Turns == 0 ? "-" : $"{row.Turns}", Markup.Escape(row.Said));
            }
        }

        return new Rows(table, new Markup("[grey]Worktree, failing test, implementation, push, CI, deployment, done.  Ctrl-C stops.[/]"));
    }

    /// <summary>The closing table.</summary>
    public Table Summary()
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("issue", "title", "terminal state", "turns", "ticks by webhook", "by timer", "GitHub requests", "doorbell");
        lock (gate)
        {
            foreach (var row in rows.Values)
            {
                table.AddRow(
                    Markup.Escape(row.Issue.Reference), Markup.Escape(row.Issue.Title), row.Ended is { } end ? Word(end) : "not ended", $"{row.Turns}", $"{row.ByWebhook}", $"{row.ByTimer}", $"{row.Requests}", row.Doorbell ?? "none");
            }
        }

        return table;
    }

    private static string Line(TickResult result, Row row) => $"{result.At:HH:mm:ss}  {row.Issue.Reference,-16} {row.PlainPhases}  {row.Said}";

    private static string Word(Ending ending) => ending switch
    {
        Ending.Done => "done",
        Ending.NeedsHuman => "needs-human",
        Ending.Frozen => "frozen",
        Ending.Released => "released",
        _ => throw new ArgumentOutOfRangeException(nameof(ending), ending, "unknown ending"),
    };

    private static string Phases(Row row) => string.Concat(row.Marks().Select(mark => mark switch
    {
        Mark.Done => "[green]■[/]",
        Mark.Current => "[yellow]▶[/]",
        Mark.Stopped => "[red]✋[/]",
        _ => "[grey]·[/]",
    }));

    private enum Mark
    {
        Later,
        Current,
        Stopped,
        Done,
    }

    private sealed class Row(DemoIssue issue)
    {
        public DemoIssue Issue => issue;

        public Phase? Phase { get; private set; }

        public Ending? Ended { get; private set; }

        public int Turns { get; private set; }

        public int ByWebhook { get; private set; }

        public int ByTimer { get; private set; }

        public int Requests { get; private set; }

        public string? Doorbell { get; private set; }

        public string Said { get; private set; } = "not looked at yet";

        public string PlainPhases => string.Concat(Marks().Select(mark => mark switch { Mark.Done => '#', Mark.Current => '>', Mark.Stopped => '!', _ => '.' }));

        public void Take(TickResult result)
        {
            Phase = result.Phase ?? Phase;
            Ended = result.Ended ?? Ended;
            Turns = Math.Max(Turns, result.Turn);
            Requests += result.Requests;
            Doorbell = result.Did.FirstOrDefault(did => did.StartsWith("rang the doorbell ", StringComparison.Ordinal))?["rang the doorbell ".Length..] ?? Doorbell;
            if (result.Trigger is "timer")
            {
                ByTimer++;
            }
            else
            {
                ByWebhook++;
            }
        }

        public bool Say(string what)
        {
            var news = !string.Equals(Said, what, StringComparison.Ordinal);
            Said = what;
            return news;
        }

        public IEnumerable<Mark> Marks() => Enum.GetValues<Phase>().Select(phase => Phase switch
        {
            null => Mark.Later,
            { } current when phase < current || Ended is Ending.Done => Mark.Done,
            { } current when phase == current => Ended is null ? Mark.Current : Mark.Stopped,
            _ => Mark.Later,
        });
    }
}
