using System;

namespace Octokit.Internal;

/// <summary>JSON both ways. The connection calls it for bodies that are objects and for answers of type application/json.</summary>
public interface IJsonSerializer
{
    string Serialize(object item);

    T Deserialize<T>(string json);
}

/// <summary>
/// Octokit's own mapping: names in snake_case, nulls left out, unknown fields ignored.
/// </summary>
public class SimpleJsonSerializer : IJsonSerializer
{
    public string Serialize(object item) => JsonOutput.Write(item);

    /// <exception cref="System.Runtime.Serialization.SerializationException">The text is no JSON.</exception>
    /// <exception cref="NullReferenceException">A null stands where a number, a truth value or a date belongs.</exception>
    public T Deserialize<T>(string json) => (T)JsonInput.Read(json, typeof(T));
}

/// <summary>Names a member or an enum value in JSON where the naming rule gives another name.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ParameterAttribute : Attribute
{
    public string Key { get; set; }

    public string Value { get; set; }
}

/// <summary>Has a null member written instead of left out.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class SerializeNullAttribute : Attribute;
