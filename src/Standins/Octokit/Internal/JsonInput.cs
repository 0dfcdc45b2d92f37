using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json;

namespace Octokit.Internal;

/// <summary>Reads JSON into types by the naming rules.</summary>
internal static class JsonInput
{
    private static readonly string[] DateFormats =
    [
        @"yyyy-MM-dd\THH:mm:ss.FFFFFFF\Z",
        @"yyyy-MM-dd\THH:mm:ss\Z",
        @"yyyy-MM-dd\THH:mm:ssK",
        @"yyyy-MM-dd\THH:mm:ss.FFFFFFFK",
    ];

    private static readonly Type[] ListTypes =
    [
        typeof(List<>), typeof(IList<>), typeof(ICollection<>), typeof(IEnumerable<>), typeof(IReadOnlyList<>), typeof(IReadOnlyCollection<>),
    ];

    private static readonly Type[] MapTypes = [typeof(Dictionary<,>), typeof(IDictionary<,>), typeof(IReadOnlyDictionary<,>)];

    internal static object Read(string json, Type type)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Convert(document.RootElement, type);
        }
        catch (JsonException exception)
        {
            throw new SerializationException("Invalid JSON string", exception);
        }
    }

    private static object Convert(JsonElement element, Type type)
    {
        var inner = Nullable.GetUnderlyingType(type);
        if (element.ValueKind is JsonValueKind.Null)
        {
            return type.IsValueType && inner is null ? throw new NullReferenceException($"A null cannot become a {type.Name}.") : null;
        }

        var target = inner ?? type;
        if (target == typeof(object))
        {
            return Untyped(element);
        }

        return element.ValueKind switch
        {
            JsonValueKind.Object => FromObject(element, target),
            JsonValueKind.Array => FromArray(element, target),
            JsonValueKind.String => FromText(element.GetString(), target),
            JsonValueKind.Number => FromNumber(element, target),
            _ => target == typeof(bool) ? element.GetBoolean() : throw Misfit(element, target),
        };
    }

    private static object FromObject(JsonElement element, Type type)
    {
        // The whole text stays readable in the answer; as a mapped body it is nothing.
        if (type == typeof(string))
        {
            return null;
        }

        if (IsOneOf(MapTypes, type))
        {
            var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(type.GetGenericArguments()));
            foreach (var entry in element.EnumerateObject())
            {
                map[entry.Name] = Convert(entry.Value, type.GetGenericArguments()[1]);
            }

            return map;
        }

        return FromMembers(element, Activator.CreateInstance(type));
    }

    private static object FromMembers(JsonElement element, object target)
    {
        foreach (var property in JsonNames.PropertiesOf(target.GetType()))
        {
            var known = property.GetMethod is { IsPublic: true } || property.IsDefined(typeof(ParameterAttribute));
            if (known && property.CanWrite && element.TryGetProperty(JsonNames.Of(property), out var value))
            {
                property.SetValue(target, Convert(value, property.PropertyType));
            }
        }

        foreach (var field in target.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public))
        {
            if (!field.IsInitOnly && element.TryGetProperty(JsonNames.Of(field), out var value))
            {
                field.SetValue(target, Convert(value, field.FieldType));
            }
        }

        return target;
    }

    private static object FromArray(JsonElement element, Type type)
    {
        if (type == typeof(string))
        {
            return null;
        }

        var itemType = type.IsArray ? type.GetElementType() : IsOneOf(ListTypes, type) ? type.GetGenericArguments()[0] : throw Misfit(element, type);
        var items = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(itemType));
        foreach (var item in element.EnumerateArray())
        {
            items.Add(Convert(item, itemType));
        }

        if (!type.IsArray)
        {
            return items;
        }

        var array = Array.CreateInstance(itemType, items.Count);
        items.CopyTo(array, 0);
        return array;
    }

    private static object FromText(string text, Type type)
    {
        if (type == typeof(string))
        {
            return text;
        }

        if (type.IsEnum)
        {
            return JsonNames.ToEnum(text, type);
        }

        if (type == typeof(DateTimeOffset) || type == typeof(DateTime))
        {
            const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            var moment = DateTimeOffset.ParseExact(text, DateFormats, CultureInfo.InvariantCulture, Utc);
            return type == typeof(DateTime) ? moment.UtcDateTime : moment;
        }

        if (type == typeof(Uri))
        {
            return new Uri(text, UriKind.RelativeOrAbsolute);
        }

        if (type == typeof(Guid))
        {
            return Guid.Parse(text);
        }

        return type.IsPrimitive || type == typeof(decimal)
            ? System.Convert.ChangeType(text, type, CultureInfo.InvariantCulture)
            : throw new InvalidCastException($"A JSON string cannot become a {type.Name}.");
    }

    private static object FromNumber(JsonElement element, Type type)
    {
        if (type == typeof(DateTimeOffset))
        {
            return DateTimeOffset.FromUnixTimeSeconds(element.GetInt64());
        }

        if (type.IsEnum)
        {
            return Enum.ToObject(type, element.GetInt64());
        }

        return (type.IsPrimitive && type != typeof(bool) && type != typeof(char)) || type == typeof(decimal)
            ? System.Convert.ChangeType(Untyped(element), type, CultureInfo.InvariantCulture)
            : throw Misfit(element, type);
    }

    private static object Untyped(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().ToDictionary(entry => entry.Name, entry => Untyped(entry.Value)),
        JsonValueKind.Array => element.EnumerateArray().Select(Untyped).ToList(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out var whole) ? whole : element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static bool IsOneOf(Type[] definitions, Type type) => type.IsGenericType && definitions.Contains(type.GetGenericTypeDefinition());

    private static InvalidCastException Misfit(JsonElement element, Type type) => new($"A JSON {element.ValueKind} cannot become a {type.Name}.");
}
