namespace WireMock.Types;

/// <summary>The values of one header or query parameter; a single value compares and prints as that value.</summary>
public class WireMockList<T> : List<T>
{
    public WireMockList()
    {
    }

    public WireMockList(params T[] collection)
        : base(collection)
    {
    }

    public WireMockList(IEnumerable<T> collection)
        : base(collection)
    {
    }

    public static implicit operator WireMockList<T>(T value) => new(value);

    public static implicit operator WireMockList<T>(T[] values) => new(values);

    public static bool operator ==(WireMockList<T>? left, T? right) => IsOnly(left, right);

    public static bool operator ==(T? left, WireMockList<T>? right) => IsOnly(right, left);

    public static bool operator !=(WireMockList<T>? left, T? right) => !IsOnly(left, right);

    public static bool operator !=(T? left, WireMockList<T>? right) => !IsOnly(right, left);

    public override bool Equals(object? obj) => obj is WireMockList<T> other && this.SequenceEqual(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var item in this)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => string.Join(", ", this.Select(item => item?.ToString() ?? ""));

    private static bool IsOnly(WireMockList<T>? list, T? value) =>
        ReferenceEquals(list, value) || (list is { Count: 1 } && Equals(list[0], value));
}
