using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Octokit.Webhooks.Extensions;

namespace Octokit.Webhooks.Converter;

/// <summary>Dates come as ISO 8601 text or, in push payloads, as seconds since 1970.</summary>
internal sealed class MomentConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64()),
        JsonTokenType.String => reader.TryGetDateTimeOffset(out var moment) ? moment : DateTimeOffset.Parse(reader.GetString()!, CultureInfo.InvariantCulture),
        _ => throw new JsonException($"'{reader.TokenType}' is no date."),
    };

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString("o", CultureInfo.InvariantCulture));
}

/// <summary>Keeps the word as it came; a word that no enum knows is no error.</summary>
internal sealed class WordConverter<TEnum> : JsonConverter<StringEnum<TEnum>>
    where TEnum : struct, Enum
{
    public override StringEnum<TEnum> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String ? new StringEnum<TEnum>(reader.GetString()!) : throw new JsonException($"'{reader.TokenType}' is no word.");

    public override void Write(Utf8JsonWriter writer, StringEnum<TEnum> value, JsonSerializerOptions options) => writer.WriteStringValue(value.StringValue);
}
