using System;
using System.Collections;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Octokit.Internal;

/// <summary>Writes objects by the naming rules.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Write(object item)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Write(writer, item);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter writer, object item)
    {
        switch (item)
        {
            case null: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case DateTimeOffset moment: writer.WriteStringValue(Utc(moment.UtcDateTime)); break;
            case DateTime moment: writer.WriteStringValue(Utc(moment.ToUniversalTime())); break;
            case Guid or Uri or char: writer.WriteStringValue(item.ToString()); break;
            case Enum value: writer.WriteStringValue(JsonNames.OfEnum(value)); break;
            case double number: writer.WriteNumberValue(number); break;
            case float number: writer.WriteNumberValue(number); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case ulong number: writer.WriteNumberValue(number); break;
            case long or int or short or sbyte or uint or ushort or byte: writer.WriteNumberValue(Convert.ToInt64(item, CultureInfo.InvariantCulture)); break;
            case IDictionary map: WriteMap(writer, map); break;
            case IEnumerable items: WriteItems(writer, items); break;
            default: WriteMembers(writer, item); break;
        }
    }

    private static string Utc(DateTime moment) => moment.ToString(@"yyyy-MM-dd\THH:mm:ss.FFFFFFF\Z", CultureInfo.InvariantCulture);

    private static void WriteMap(Utf8JsonWriter writer, IDictionary map)
    {
        writer.WriteStartObject();
        foreach (DictionaryEntry entry in map)
        {
            writer.WritePropertyName(Convert.ToString(entry.Key, CultureInfo.InvariantCulture));
            Write(writer, entry.Value);
        }

        writer.WriteEndObject();
    }

    private static void WriteItems(Utf8JsonWriter writer, IEnumerable items)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            Write(writer, item);
        }

        writer.WriteEndArray();
    }

    private static void WriteMembers(Utf8JsonWriter writer, object item)
    {
        var properties = JsonNames.PropertiesOf(item.GetType())
            .Where(property => property.GetMethod is { IsPublic: true })
            .Select(property => ((MemberInfo)property, property.GetValue(item)));
        var fields = item.GetType().GetFields().Where(field => !field.IsStatic).Select(field => ((MemberInfo)field, field.GetValue(item)));

        writer.WriteStartObject();
        foreach (var (member, value) in properties.Concat(fields))
        {
            if (value is not null || member.IsDefined(typeof(SerializeNullAttribute)))
            {
                writer.WritePropertyName(JsonNames.Of(member));
                Write(writer, value);
            }
        }

        writer.WriteEndObject();
    }
}
