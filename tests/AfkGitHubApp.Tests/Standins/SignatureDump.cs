using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Serialization;

namespace AfkGitHubApp.Tests.Standins;

/// <summary>Writes what an assembly offers in the form of a <see cref="SignatureSheet"/>.</summary>
internal sealed class SignatureDump(Assembly assembly)
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // What the compiler gives every record, written out or not.
    private static readonly string[] RecordMembers =
        ["Equals", "GetHashCode", "ToString", "op_Equality", "op_Inequality", "PrintMembers", "<Clone>$", "EqualityContract"];

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
    };

    private readonly NullabilityInfoContext nullability = new();

    public static SignatureSheet Of(Assembly assembly) => new SignatureDump(assembly).Write();

    private static bool IsVisible(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static string Bare(string name) => name.Split('`')[0];

    private static string EnumMembers(Type type) => string.Join(", ", type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field =>
        field.GetCustomAttribute<EnumMemberAttribute>()?.Value is { } word ? $"{field.Name}=\"{word}\"" : field.Name));

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Slot(MethodInfo method)
    {
        if (method.DeclaringType!.IsInterface)
        {
            return "";
        }

        if (method.IsStatic)
        {
            return "static ";
        }

        if (!method.IsVirtual || method.IsFinal)
        {
            return "";
        }

        return method.GetBaseDefinition() != method ? "override " : method.IsAbstract ? "abstract " : "virtual ";
    }

    private static string Default(ParameterInfo parameter) => !parameter.HasDefaultValue ? "" : parameter.DefaultValue switch
    {
        null => parameter.ParameterType.IsValueType ? " = default" : " = null",
        string text => $" = \"{text}\"",
        var value => string.Create(CultureInfo.InvariantCulture, $" = {value}"),
    };

    private SignatureSheet Write() => new([.. assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal).Select(Write)]);

    private SignedType Write(Type type)
    {
        var name = $"{type.Namespace}.{PlainName(type)}";
        if (type.IsEnum)
        {
            return new SignedType(name, $"enum {type.Name} {{ {EnumMembers(type)} }}", []);
        }

        return new SignedType(name, Header(type), [.. Members(type)]);
    }

    private string Header(Type type)
    {
        var modifier = type switch
        {
            { IsInterface: true } => "",
            { IsAbstract: true, IsSealed: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsSealed: true } => "sealed ",
            _ => "",
        };
        var kind = type.IsInterface ? "interface" : IsRecord(type) ? "record" : "class";
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var ancestors = new[] { type.BaseType }.OfType<Type>().Where(ancestor => ancestor != typeof(object))
            .Concat(type.GetInterfaces().Except(inherited).Where(face => !face.Name.StartsWith("IEquatable", StringComparison.Ordinal)))
            .Select(PlainName);
        var bases = string.Join(", ", ancestors);
        var variance = PlainName(type).Replace("<", type.GetGenericArguments().Any(argument => argument.GenericParameterAttributes.HasFlag(GenericParameterAttributes.Covariant)) ? "<out " : "<", StringComparison.Ordinal);
        return $"{modifier}{kind} {variance}{(bases.Length == 0 ? "" : $" : {bases}")}";
    }

    private IEnumerable<string> Members(Type type)
    {
        var record = IsRecord(type);
        bool Hidden(MemberInfo member) => record && RecordMembers.Contains(member.Name, StringComparer.Ordinal);

        var fields = type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily).Select(Field);
        var constructors = type.GetConstructors(Declared)
            .Where(constructor => IsVisible(constructor) && !constructor.IsStatic)
            .Where(constructor => !record || (constructor.GetParameters() is [{ } first, ..] && first.ParameterType != type))
            .Select(constructor => $"{Access(constructor)}{Bare(type.Name)}({Parameters(constructor)});");
        var properties = type.GetProperties(Declared)
            .Where(property => IsVisible(property.GetMethod ?? property.SetMethod) && !Hidden(property))
            .Select(Property);
        var methods = type.GetMethods(Declared)
            .Where(method => IsVisible(method) && !Hidden(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)))
            .Select(Method);
        return fields.Concat(constructors).Concat(properties).Concat(methods);
    }

    private string Field(FieldInfo field) => field.IsLiteral
        ? $"const {Name(nullability.Create(field))} {field.Name} = \"{field.GetRawConstantValue()}\";"
        : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{Name(nullability.Create(field))} {field.Name};";

    private string Property(PropertyInfo property)
    {
        var accessor = (property.GetMethod ?? property.SetMethod)!;
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        var init = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        var setter = property.SetMethod is not { } set ? "" : $"{(IsVisible(set) ? "" : "private ")}{(init ? "init" : "set")}; ";
        var type = Name(nullability.Create(property));
        return $"{Access(accessor)}{Slot(accessor)}{required}{type} {property.Name} {{ {(property.GetMethod is null ? "" : "get; ")}{setter}}}";
    }

    private string Method(MethodInfo method)
    {
        var returned = Name(nullability.Create(method.ReturnParameter));
        var name = method.Name == "op_Implicit" ? $"implicit operator {returned}" : $"{returned} {method.Name}";
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        return $"{Access(method)}{Slot(method)}{name}{generic}({Parameters(method)});";
    }

    private string Parameters(MethodBase method)
    {
        var extension = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return extension + string.Join(", ", method.GetParameters().Select(parameter =>
            $"{(parameter.IsOut ? "out " : "")}{Name(nullability.Create(parameter))} {parameter.Name}{Default(parameter)}"));
    }

    // An answer Unknown means code without annotations, which writes no question marks.
    private string Name(NullabilityInfo info)
    {
        var type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return $"{PlainName(value)}?";
        }

        var mark = !type.IsValueType && info.ReadState is NullabilityState.Nullable && !type.IsGenericParameter ? "?" : "";
        if (info.ElementType is { } element)
        {
            return $"{Name(element)}[]{mark}";
        }

        return info.GenericTypeArguments is { Length: > 0 } arguments && !info.Type.IsByRef
            ? $"{Bare(type.Name)}<{string.Join(", ", arguments.Select(Name))}>{mark}"
            : $"{PlainName(type)}{mark}";
    }

    private string PlainName(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return $"{PlainName(value)}?";
        }

        if (type.IsArray)
        {
            return $"{PlainName(type.GetElementType()!)}[]";
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword;
        }

        // A foreign type that shares its name with one of this assembly is written in full.
        var foreign = type.Assembly != assembly && !type.IsGenericParameter && assembly.GetExportedTypes().Any(own => own.Name == type.Name);
        var prefix = foreign ? $"{type.Namespace}." : type.IsNested && !type.IsGenericParameter ? $"{type.DeclaringType!.Name}." : "";
        var arguments = type.IsGenericType ? $"<{string.Join(", ", type.GetGenericArguments().Select(PlainName))}>" : "";
        return $"{prefix}{Bare(type.Name)}{arguments}";
    }
}
