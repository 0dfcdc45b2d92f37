using System.Runtime.CompilerServices;

namespace WireMock;

/// <summary>Argument checks with the exceptions that callers of the package see.</summary>
internal static class Guard
{
    public static T NotNull<T>(T? value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : class =>
        value ?? throw new ArgumentNullException(name);

    public static T[] NotEmpty<T>(T[]? values, [CallerArgumentExpression(nameof(values))] string? name = null) =>
        NotNull(values, name) is { Length: > 0 } some ? some : throw new ArgumentException("Value cannot be an empty collection.", name);

    public static void InRange(bool holds, string name)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name);
        }
    }
}
