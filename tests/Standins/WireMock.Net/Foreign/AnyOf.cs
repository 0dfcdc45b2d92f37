// The package that this type comes from carries no nullable annotations.
#nullable disable

namespace AnyOfTypes;

/// <summary>Which of the two types an <see cref="AnyOf{TFirst, TSecond}"/> holds.</summary>
public enum AnyOfType
{
    Undefined = 0,
    First = 1,
    Second = 2,
}

/// <summary>A value of one of two types; matcher patterns are either text or a <see cref="WireMock.Models.StringPattern"/>.</summary>
public struct AnyOf<TFirst, TSecond> : IEquatable<AnyOf<TFirst, TSecond>>
{
    private readonly TFirst _first;
    private readonly TSecond _second;

    public AnyOf(TFirst value)
    {
        _first = value;
        _second = default;
        CurrentType = AnyOfType.First;
    }

    public AnyOf(TSecond value)
    {
        _first = default;
        _second = value;
        CurrentType = AnyOfType.Second;
    }

    public AnyOfType CurrentType { get; }

    public object CurrentValue => CurrentType switch
    {
        AnyOfType.First => _first,
        AnyOfType.Second => _second,
        _ => null,
    };

    public bool IsUndefined => CurrentType == AnyOfType.Undefined;

    public bool IsFirst => CurrentType == AnyOfType.First;

    public bool IsSecond => CurrentType == AnyOfType.Second;

    /// <exception cref="InvalidOperationException">The second type is held, or none.</exception>
    public TFirst First => IsFirst ? _first : throw Wrong(AnyOfType.First);

    /// <exception cref="InvalidOperationException">The first type is held, or none.</exception>
    public TSecond Second => IsSecond ? _second : throw Wrong(AnyOfType.Second);

    public static implicit operator AnyOf<TFirst, TSecond>(TFirst value) => new(value);

    public static implicit operator AnyOf<TFirst, TSecond>(TSecond value) => new(value);

    public static implicit operator TFirst(AnyOf<TFirst, TSecond> @this) => @this.First;

    public static implicit operator TSecond(AnyOf<TFirst, TSecond> @this) => @this.Second;

    public static bool operator ==(AnyOf<TFirst, TSecond> obj1, AnyOf<TFirst, TSecond> obj2) => obj1.Equals(obj2);

    public static bool operator !=(AnyOf<TFirst, TSecond> obj1, AnyOf<TFirst, TSecond> obj2) => !obj1.Equals(obj2);

    public bool Equals(AnyOf<TFirst, TSecond> other) => CurrentType == other.CurrentType && Equals(CurrentValue, other.CurrentValue);

    public override bool Equals(object obj) => obj is AnyOf<TFirst, TSecond> other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(CurrentType, CurrentValue);

    public override string ToString() => IsUndefined ? null : $"{CurrentValue}";

    private readonly InvalidOperationException Wrong(AnyOfType wanted) => new($"Attempting to get {wanted} when {CurrentType} is set");
}
