using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AfkGitHubApp.Cli;

/// <summary>One JSON object per line in, one per line out, in order. A malformed line is answered in its place; the others still are.</summary>
internal static class LineProcessor
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly UTF8Encoding Exact = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>
    /// From standard input to standard output. Lines of JSON are UTF-8 (RFC 8259), whatever the terminal is set to; a mark at the start is
    /// what some shells put before a pipe.
    /// </summary>
    public static async Task<int> RunAsync(Func<JsonObject, JsonObject> answer, CancellationToken cancellationToken)
    {
        using var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return await RunAsync(input, output, answer, cancellationToken);
    }

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
            RequireWholeCharacters(line);
            return JsonNode.Parse(line, documentOptions: Strict) as JsonObject ?? throw new BadLineException("the line is not a JSON object");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or EncoderFallbackException)
        {
            throw new BadLineException($"the line is not JSON: {exception.Message}");
        }
    }

    /// <summary>Half a character (a lone surrogate) is found here, not later by whoever first reads the field it stands in.</summary>
    private static void RequireWholeCharacters(string line)
    {
        var reader = new Utf8JsonReader(Exact.GetBytes(line));
        while (reader.Read())
        {
            if (reader.ValueIsEscaped)
            {
                _ = reader.GetString();
            }
        }
    }
}

/// <summary>What is wrong with a line.</summary>
internal sealed class BadLineException(string message) : Exception(message);
