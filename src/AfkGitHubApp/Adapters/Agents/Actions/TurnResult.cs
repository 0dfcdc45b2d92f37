using System.Text.Json;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.Agents.Actions;

/// <summary>The result that the workflow's publish job tells: one JSON object, written by the template, parts of it in an agent's words.</summary>
internal static class TurnResult
{
    /// <summary>A runner cuts annotations at 4096 characters; what is longer is not the template's.</summary>
    private const int MaxLength = 4096;

    private const decimal MostUsd = 100_000;

    /// <summary>The report in a text; null where it is none, or another turn's.</summary>
    public static TurnReport? Read(string? text, TurnId turn)
    {
        if (text is null or { Length: > MaxLength })
        {
            return null;
        }

        try
        {
            using var result = JsonDocument.Parse(text);
            return result.RootElement.ValueKind is JsonValueKind.Object && Word(result.RootElement, "turn") == turn.ToString() ? Report(result.RootElement) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // No JSON, or half a surrogate in a string.
            return null;
        }
    }

    private static TurnReport? Report(JsonElement result)
    {
        TurnOutcome? outcome = Word(result, "outcome") switch
        {
            "pushed" => TurnOutcome.Pushed,
            "nothing_to_do" => TurnOutcome.NothingToDo,
            "gave_up" => TurnOutcome.GaveUp,
            _ => null,
        };
        var cost = result.TryGetProperty("cost_usd", out var usd) && usd.ValueKind is JsonValueKind.Number && usd.TryGetDecimal(out var number) && number is >= 0 and < MostUsd ? number : (decimal?)null;
        return outcome is { } known ? new(known, Word(result, "sha"), Word(result, "why"), cost) : null;
    }

    private static string? Word(JsonElement result, string name) => result.TryGetProperty(name, out var word) && word.ValueKind is JsonValueKind.String ? word.GetString() : null;
}
