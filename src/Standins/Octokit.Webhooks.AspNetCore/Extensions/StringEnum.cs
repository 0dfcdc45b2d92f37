using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Serialization;

namespace Octokit.Webhooks.Extensions;

/// <summary>A word on the wire that may or may not be one of <typeparamref name="TEnum"/>'s; matched exactly, case and all.</summary>
public sealed record StringEnum<TEnum>
    where TEnum : struct, Enum
{
    private static readonly Dictionary<string, TEnum> Values = typeof(TEnum)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(field => field.GetCustomAttribute<EnumMemberAttribute>()!.Value!, field => (TEnum)field.GetValue(null)!, StringComparer.Ordinal);

    private readonly TEnum? parsed;

    public StringEnum(string stringValue)
    {
        ArgumentNullException.ThrowIfNull(stringValue);
        StringValue = stringValue;
        parsed = Values.TryGetValue(stringValue, out var value) ? value : null;
    }

    public StringEnum(TEnum parsedValue)
    {
        StringValue = Values.FirstOrDefault(entry => entry.Value.Equals(parsedValue)).Key ?? throw Unknown(parsedValue.ToString());
        parsed = parsedValue;
    }

    public string StringValue { get; }

    /// <exception cref="ArgumentException">The word is none of the known ones.</exception>
    public TEnum Value => parsed ?? throw Unknown(StringValue);

    public static implicit operator StringEnum<TEnum>(string value) => new(value);

    public static implicit operator StringEnum<TEnum>(TEnum parsedValue) => new(parsedValue);

    public bool TryParse([NotNullWhen(true)] out TEnum? value)
    {
        value = parsed;
        return parsed is not null;
    }

    // Known words compare by value, unknown ones as text without regard to case.
    public bool Equals(StringEnum<TEnum>? other) => other is not null && (parsed is null && other.parsed is null
        ? string.Equals(StringValue, other.StringValue, StringComparison.OrdinalIgnoreCase)
        : Nullable.Equals(parsed, other.parsed));

    public override int GetHashCode() => parsed?.GetHashCode() ?? StringComparer.OrdinalIgnoreCase.GetHashCode(StringValue);

    public override string ToString() => StringValue;

    private static ArgumentException Unknown(string word) => new($"Value '{word}' is not a valid '{typeof(TEnum).Name}' enum value.");
}
