using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Remembering;

/// <summary>A tick's result as text: in the shared history, and as the command line prints it.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(TickResult))]
internal sealed partial class TickJson : JsonSerializerContext
{
    /// <summary>Without escapes that only a browser needs.</summary>
    public static TickJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
