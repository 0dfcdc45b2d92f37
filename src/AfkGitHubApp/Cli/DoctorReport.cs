using System.Text.Json;
using System.Text.Json.Nodes;
using AfkGitHubApp.Diagnosing;
using Spectre.Console;

namespace AfkGitHubApp.Cli;

/// <summary>A diagnosis as a table for people or as one JSON object for programs.</summary>
internal static class DoctorReport
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The table, the counts and what cannot be seen.</summary>
    public static void Write(Diagnosis diagnosis, IAnsiConsole console)
    {
        var table = new Table { Title = new TableTitle(Markup.Escape(VersionAction.Text)), ShowRowSeparators = true };
        table.AddColumn(new TableColumn("") { NoWrap = true });
        table.AddColumns("where", "finding and way out");
        foreach (var finding in diagnosis.Findings)
        {
            table.AddRow(Coloured(finding.Severity), Lines(finding.Subject, finding.Where), Lines(finding.What, finding.WayOut.Length == 0 ? "" : $"-> {finding.WayOut}"));
        }

        console.Write(table);
        console.WriteLine(Counts(diagnosis));
        if (diagnosis.Unseen.Length > 0)
        {
            console.WriteLine();
            console.WriteLine("What cannot be seen from here:");
            foreach (var unseen in diagnosis.Unseen)
            {
                console.WriteLine($"- {Harmless(unseen)}");
            }
        }
    }

    /// <summary>One object on one line: version, counts, findings, what cannot be seen.</summary>
    public static string Json(Diagnosis diagnosis) => new JsonObject
    {
        ["version"] = VersionAction.Text,
        ["worst"] = Word(diagnosis.Worst),
        ["errors"] = diagnosis.Count(Severity.Error),
        ["warnings"] = diagnosis.Count(Severity.Warning),
        ["notes"] = diagnosis.Count(Severity.Note),
        ["findings"] = new JsonArray([.. diagnosis.Findings.Select(finding => new JsonObject
        {
            ["severity"] = Word(finding.Severity),
            ["code"] = finding.Code,
            ["subject"] = finding.Subject,
            ["where"] = finding.Where,
            ["what"] = finding.What,
            ["wayOut"] = finding.WayOut,
        })]),
        ["unseen"] = new JsonArray([.. diagnosis.Unseen.Select(unseen => (JsonNode?)unseen)]),
    }.ToJsonString(Plain);

    private static string Counts(Diagnosis diagnosis) => diagnosis.Worst switch
    {
        Severity.Ok => "Nothing is missing.",
        _ => string.Join(", ", Several(diagnosis, Severity.Error), Several(diagnosis, Severity.Warning), Several(diagnosis, Severity.Note)) + ".",
    };

    private static string Several(Diagnosis diagnosis, Severity severity) => diagnosis.Count(severity) is var count && count == 1 ? $"1 {Word(severity)}" : $"{count} {Word(severity)}s";

    private static string Word(Severity severity) => severity switch
    {
        Severity.Ok => "ok",
        Severity.Note => "note",
        Severity.Warning => "warning",
        Severity.Error => "error",
        _ => throw new ArgumentOutOfRangeException(nameof(severity), severity, "unknown severity"),
    };

    private static string Coloured(Severity severity) => severity switch
    {
        Severity.Ok => "[green]ok[/]",
        Severity.Note => "[blue]note[/]",
        Severity.Warning => "[yellow]warning[/]",
        _ => "[red]error[/]",
    };

    private static string Lines(string first, string second) => Markup.Escape(Harmless(second.Length == 0 ? first : first.Length == 0 ? second : $"{first}\n{second}"));

    /// <summary>What GitHub and the operator wrote must not steer the terminal.</summary>
    private static string Harmless(string text) => string.Concat(text.Select(letter => char.IsControl(letter) && letter != '\n' ? '?' : letter));
}
