using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace AfkGitHubApp.Tests.Standins.WireMockNet;

/// <summary>One public type as a signature sheet writes it.</summary>
/// <param name="Name">With namespace, type parameters by name.</param>
/// <param name="Kind">interface, class, abstract class, sealed class, static class, struct or enum.</param>
/// <param name="Bases">Base class and interfaces, without namespace.</param>
/// <param name="Members">One line for each public member declared by the type.</param>
internal sealed record SurfaceType(string Name, string Kind, IReadOnlySet<string> Bases, IReadOnlySet<string> Members)
{
    public string ShortName => Name[(Name[..(Name + "<").IndexOf('<', StringComparison.Ordinal)].LastIndexOf('.') + 1)..];
}

/// <summary>The public surface of an assembly, read by reflection or from a sheet, and how the two differ.</summary>
internal static partial class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(double)] = "double",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(void)] = "void",
    };

    /// <summary>Reads a sheet: lines with # are remarks, lines with // begin a type, any other line is a member.</summary>
    public static IReadOnlyList<SurfaceType> Read(string sheet)
    {
        List<SurfaceType> types = [];
        foreach (var line in sheet.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => line[0] != '#'))
        {
            if (TypeLine().Match(line) is { Success: true } type)
            {
                types.Add(new SurfaceType(type.Groups["name"].Value, type.Groups["kind"].Value, SplitOutsideBrackets(type.Groups["bases"].Value), new HashSet<string>(StringComparer.Ordinal)));
            }
            else
            {
                ((HashSet<string>)types[^1].Members).Add(line);
            }
        }

        return types;
    }

    public static IReadOnlyList<SurfaceType> Of(IEnumerable<Type> types) => [.. types.Select(type => new SurfaceType(
        $"{type.Namespace}.{Write(type, null)}",
        KindOf(type),
        type.GetInterfaces().Concat(BaseClasses(type)).Select(basis => Write(basis, null)).ToHashSet(StringComparer.Ordinal),
        (type.IsEnum ? EnumMembers(type) : MembersOf(type)).ToHashSet(StringComparer.Ordinal)))];

    /// <summary>
    /// Sentences on all that makes <paramref name="actual"/> no honest part of <paramref name="sheet"/>: what the sheet lacks, and
    /// overloads and bases that the sheet has and the part lacks. Members that the part lacks altogether are no difference.
    /// </summary>
    public static IEnumerable<string> Differences(IReadOnlyList<SurfaceType> actual, IReadOnlyList<SurfaceType> sheet)
    {
        var real = sheet.ToDictionary(type => type.Name, StringComparer.Ordinal);
        var provided = actual.Select(type => type.ShortName).ToHashSet(StringComparer.Ordinal);
        foreach (var type in actual)
        {
            if (!real.TryGetValue(type.Name, out var entry))
            {
                yield return $"{type.Name} is not in the sheet";
                continue;
            }

            if (type.Kind != entry.Kind)
            {
                yield return $"{type.Name} is a {type.Kind}, not a {entry.Kind}";
            }

            SurfaceType[] family = [.. Family(entry, sheet)];
            foreach (var member in type.Members.Where(member => !family.Any(relative => relative.Members.Contains(member))))
            {
                yield return $"{type.Name}: not in the sheet: {member}";
            }

            var groups = type.Members.Select(GroupOf).ToHashSet(StringComparer.Ordinal);
            foreach (var member in entry.Members.Where(member => groups.Contains(GroupOf(member)) && !type.Members.Contains(member)))
            {
                yield return $"{type.Name}: overload missing: {member}";
            }

            var ancestors = family.Skip(1).Select(relative => relative.ShortName).ToHashSet(StringComparer.Ordinal);
            foreach (var basis in type.Bases.Where(basis => provided.Contains(basis) && !ancestors.Contains(basis)))
            {
                yield return $"{type.Name} must not derive from {basis}";
            }

            foreach (var basis in ancestors.Where(basis => provided.Contains(basis) && !type.Bases.Contains(basis)))
            {
                yield return $"{type.Name} must derive from {basis}";
            }
        }
    }

    private static IEnumerable<Type> BaseClasses(Type type)
    {
        for (var basis = type.BaseType; basis is not null; basis = basis.BaseType)
        {
            yield return basis;
        }
    }

    private static IEnumerable<SurfaceType> Family(SurfaceType type, IReadOnlyList<SurfaceType> sheet) => sheet
        .Where(candidate => type.Bases.Contains(candidate.ShortName))
        .SelectMany(basis => Family(basis, sheet))
        .Prepend(type)
        .DistinctBy(relative => relative.Name, StringComparer.Ordinal);

    /// <summary>The name that overloads share.</summary>
    private static string GroupOf(string member) => GroupName().Match(member).Value;

    private static string KindOf(Type type) => type switch
    {
        { IsInterface: true } => "interface",
        { IsEnum: true } => "enum",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static IEnumerable<string> EnumMembers(Type type) =>
        Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}");

    private static IEnumerable<string> MembersOf(Type type)
    {
        var nullability = new NullabilityInfoContext();
        var constructors = type.GetConstructors(Declared).Select(constructor => $".ctor({Write(constructor.GetParameters(), nullability)})");
        var fields = type.GetFields(Declared).Select(field => $"{field.Name} : {(field.IsLiteral ? "const " : "")}{Write(field.FieldType, nullability.Create(field))}{(field.IsLiteral ? $" = {Constant(field.GetRawConstantValue())}" : "")}");
        var properties = type.GetProperties(Declared).Select(property => Write(property, nullability));
        var events = type.GetEvents(Declared).Select(happening => $"{happening.Name} : event {Write(happening.EventHandlerType!, nullability.Create(happening))}");
        var methods = type.GetMethods(Declared)
            .Where(method => !method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
            .Where(method => method.GetBaseDefinition().DeclaringType != typeof(object))
            .Select(method => Write(method, nullability));
        return [.. constructors, .. fields, .. properties, .. events, .. methods];
    }

    private static string Write(PropertyInfo property, NullabilityInfoContext nullability)
    {
        var info = nullability.Create(property);
        var accessors = $"{(property.GetMethod is { IsPublic: true } ? "get;" : "")}{(property.SetMethod is { IsPublic: true } ? "set;" : "")}";
        var isStatic = property.GetAccessors()[0].IsStatic ? " static" : "";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? " required" : "";
        return $"{property.Name} : {Write(property.PropertyType, info)} {{{accessors}}}{isStatic}{required}";
    }

    private static string Write(MethodInfo method, NullabilityInfoContext nullability)
    {
        var name = method.Name switch
        {
            "op_Equality" => "operator ==",
            "op_Inequality" => "operator !=",
            "op_Implicit" => "implicit operator",
            _ => method.Name,
        };
        var generics = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        var returns = Write(method.ReturnType, nullability.Create(method.ReturnParameter));
        return $"{name}{generics}({Write(method.GetParameters(), nullability)}) : {returns}{(method.IsStatic ? " static" : "")}";
    }

    private static string Write(ParameterInfo[] parameters, NullabilityInfoContext nullability) => string.Join(", ", parameters.Select(parameter =>
    {
        var prefix = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
        var suffix = parameter.HasDefaultValue ? $" = {Default(parameter)}" : "";
        return $"{prefix}{Write(parameter.ParameterType, nullability.Create(parameter))} {parameter.Name}{suffix}";
    }));

    private static string Default(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return parameter.DefaultValue switch
        {
            null when parameter.ParameterType.IsValueType && type == parameter.ParameterType => "default",
            { } value when type.IsEnum => $"{type.Name}.{Enum.ToObject(type, value)}",
            double number => number.ToString(CultureInfo.InvariantCulture),
            var value => Constant(value),
        };
    }

    private static string Constant(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        true => "true",
        false => "false",
        double number => number.ToString("0.0#########", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Write(Type type, NullabilityInfo? info)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Write(underlying, null)}?";
        }

        var mark = !type.IsValueType && info is { ReadState: NullabilityState.Nullable } ? "?" : "";
        if (type.IsArray)
        {
            return $"{Write(type.GetElementType()!, info?.ElementType)}[]{mark}";
        }

        if (!type.IsGenericType)
        {
            return $"{(Keywords.TryGetValue(type, out var keyword) ? keyword : type.Name)}{mark}";
        }

        var arguments = string.Join(", ", type.GetGenericArguments().Select((argument, index) => Write(argument, info?.GenericTypeArguments.ElementAtOrDefault(index))));
        return type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal) ? $"({arguments})" : $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{arguments}>{mark}";
    }

    private static HashSet<string> SplitOutsideBrackets(string list) =>
        Comma().Split(list).Where(part => part.Length > 0).ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"^// (?<kind>(?:(?:static|abstract|sealed) )?(?:class|interface|struct|enum)) (?<name>[\w.]+(?:<[^>]*>)?)(?: : (?<bases>.*))?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^(?:operator \S+?(?=\()|[\w. ]+?(?=[<(]| : | = ))", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex GroupName();

    [GeneratedRegex(@", (?![^<]*>)", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Comma();
}
