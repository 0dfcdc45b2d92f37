using System.Text;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Rendering;

/// <summary>The visible part of the one checklist comment of a run; the caller appends the marker.</summary>
public static class PhaseChecklist
{
    /// <summary>At most this many notes are shown.</summary>
    public const int MaxNotes = 10;

    private const string Commands = "<sub>To order this run, comment `/afk status`, `/afk stop` or `/afk extend <n>`.</sub>";

    private static readonly Phase[] Lines = Enum.GetValues<Phase>();

    /// <summary>The comment's Markdown, line feeds only, ending in one.</summary>
    public static string Render(ChecklistModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var text = new StringBuilder();
        text.Append(Heading(model)).Append("\n\n");
        foreach (var phase in Lines)
        {
            text.Append(Line(model, phase)).Append('\n');
        }

        text.Append('\n').Append(Status(model)).Append('\n');
        if (model is { Said: { } said, Ending: Ending.NeedsHuman or Ending.Frozen })
        {
            text.Append('\n').Append(NotificationText.Words(said)).Append('\n');
        }

        if (model.Attempts > 0)
        {
            text.Append($"\nFix-forward: {model.Attempts} of {model.MaxAttempts} corrective turns used.\n");
        }

        if (model.Notes.Length > 0)
        {
            text.Append('\n');
        }

        foreach (var note in model.Notes.Take(MaxNotes))
        {
            text.Append("- ").Append(Markdown.Inline(note, 500)).Append('\n');
        }

        if (model.Notes.Length > MaxNotes)
        {
            text.Append($"- and {model.Notes.Length - MaxNotes} more\n");
        }

        if (model is { Ending: null, Current: not Phase.Done })
        {
            text.Append('\n').Append(Commands).Append('\n');
        }

        return text.ToString();
    }

    private static string Heading(ChecklistModel model)
    {
        var heading = $"### AFK run of {Markdown.Inline(model.Repository)}#{model.IssueNumber}";
        return model.ThreadName is null ? heading : $"{heading}: {Markdown.Link(model.ThreadName, model.ThreadUrl)}";
    }

    private static string Line(ChecklistModel model, Phase phase)
    {
        var name = Name(phase);
        var commit = phase is Phase.Pushed && model.Sha is not null ? $" {Markdown.CodeLink(Short(model.Sha), model.ShaUrl)}" : string.Empty;
        if (model.Ending is Ending.Done || model is { Ending: null, Current: Phase.Done } || phase < model.Current)
        {
            return $"- [x] {name}{commit}{(model.Observed.Contains(phase) ? string.Empty : " (not observed)")}";
        }

        return phase == model.Current ? $"- {Sign(model.Ending)} **{name}**{commit}" : $"- [ ] {name}{commit}";
    }

    private static string Status(ChecklistModel model)
    {
        var word = model.Ending switch
        {
            null when model.Current is Phase.Done => "Done",
            null => "Now",
            Ending.Done => "Done",
            Ending.NeedsHuman => "Handed to a person",
            Ending.Frozen => "Frozen, handed to a person",
            Ending.Released => "Released",
            _ => throw new ArgumentOutOfRangeException(nameof(model), model.Ending, "Unknown ending"),
        };
        var commit = model is { Ending: not null, Sha: not null } ? $" Commit: {Markdown.CodeLink(model.Sha, model.ShaUrl)}." : string.Empty;
        return $"**{word}:** {Markdown.Inline(model.Why, 500)}.{commit}";
    }

    private static string Sign(Ending? ending) => ending switch
    {
        null => "⏳",
        Ending.Released => "⏹️",
        _ => "✋",
    };

    private static string Name(Phase phase) => phase switch
    {
        Phase.Worktree => "Work tree",
        Phase.TestsRed => "Failing test",
        Phase.Green => "Implementation",
        Phase.Pushed => "Push",
        Phase.Ci => "CI",
        Phase.Deployed => "Deployment",
        Phase.Done => "Done",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "Unknown phase"),
    };

    private static string Short(string sha) => sha.Length > 12 ? sha[..12] : sha;
}
