using System.Text.Json;
using System.Text.Json.Nodes;

namespace AfkGitHubApp.Cli;

/// <summary>One JSON object per line in, one per line out, in order. A malformed line is answered in its place; the others still are.</summary>
internal static class LineProcessor
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static async Task<int> RunAsync(TextReader input, TextWriter output, Func<JsonObject, JsonObject> answer, CancellationToken cancellationToken)
    {
        var exitCode = ExitCodes.Success;
        while (await input.ReadLineAsync(cancellationToken) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            JsonObject result;
            try
            {
                result = answer(Parse(line));
            }
            catch (BadLineException problem)
            {
                exitCode = ExitCodes.BadInput;
                result = new JsonObject { ["error"] = problem.Message };
            }

            await output.WriteLineAsync(result.ToJsonString(Plain));
            await output.FlushAsync(cancellationToken);
        }

        return exitCode;
    }

    private static JsonObject Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line, documentOptions: Strict) as JsonObject ?? throw new BadLineException("the line is not a JSON object");
        }
        catch (JsonException exception)
        {
            throw new BadLineException($"the line is not JSON: {exception.Message}");
        }
    }
}

/// <summary>What is wrong with a line.</summary>
internal sealed class BadLineException(string message) : Exception(message);
