using System.Text.Json.Nodes;
using AfkGitHubApp.Cli;

namespace AfkGitHubApp.Tests.Cli;

/// <summary>What a verb made of its input.</summary>
internal sealed record Answers(int ExitCode, string[] Lines)
{
    public JsonObject Single => JsonNode.Parse(Lines.ShouldHaveSingleItem())!.AsObject();

    public string? Error => (string?)Single["error"];
}

/// <summary>Feeds lines to a verb in process.</summary>
internal static class Lines
{
    public static Task<Answers> DecideAsync(params string[] lines) => AskAsync(DecideVerb.Answer, lines);

    public static Task<Answers> PlanAsync(params string[] lines) => AskAsync(PlanVerb.Answer, lines);

    private static async Task<Answers> AskAsync(Func<JsonObject, JsonObject> answer, string[] lines)
    {
        using var input = new StringReader(string.Join('\n', lines));
        await using var output = new StringWriter { NewLine = "\n" };
        var exitCode = await LineProcessor.RunAsync(input, output, answer, TestContext.Current.CancellationToken);
        return new(exitCode, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
