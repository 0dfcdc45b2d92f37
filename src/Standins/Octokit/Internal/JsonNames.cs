using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text;

namespace Octokit.Internal;

/// <summary>The naming rules of the mapping, both directions.</summary>
internal static class JsonNames
{
    internal static string Of(MemberInfo member)
    {
        var key = member.GetCustomAttribute<ParameterAttribute>()?.Key;
        return Snake(string.IsNullOrEmpty(key) ? member.Name : key);
    }

    internal static string OfEnum(Enum value)
    {
        var name = value.ToString();
        return value.GetType().GetField(name)?.GetCustomAttribute<ParameterAttribute>()?.Value ?? name.ToLowerInvariant();
    }

    internal static object ToEnum(string text, Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).FirstOrDefault(field => field.GetCustomAttribute<ParameterAttribute>()?.Value == text)?.GetValue(null)
        ?? Enum.Parse(type, text, ignoreCase: true);

    // Declared members of each ancestor: a private setter is out of reach through a descendant.
    internal static IEnumerable<PropertyInfo> PropertiesOf(Type type)
    {
        for (var level = type; level is not null && level != typeof(object); level = level.BaseType)
        {
            foreach (var property in level.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (property.GetIndexParameters().Length == 0)
                {
                    yield return property;
                }
            }
        }
    }

    // A name that is all upper case stays whole; any other is cut before each upper-case letter (HtmlURL: html_u_r_l).
    private static string Snake(string name)
    {
        if (name == name.ToUpperInvariant())
        {
            return name;
        }

        var snake = new StringBuilder();
        foreach (var letter in name)
        {
            if (snake.Length > 0 && char.IsUpper(letter))
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(letter));
        }

        return snake.ToString();
    }
}
