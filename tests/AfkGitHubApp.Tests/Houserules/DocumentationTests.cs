using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Tests.Houserules;

public sealed class DocumentationTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void Every_public_type_and_member_of_the_core_says_what_it_means() => Undocumented(typeof(RunId).Assembly, _ => true).ShouldBeEmpty();

    [Fact]
    public void Every_public_type_and_member_of_the_ports_says_what_it_means() => Undocumented(typeof(ITracker).Assembly, type => type.Namespace == typeof(ITracker).Namespace).ShouldBeEmpty();

    [Fact]
    public void Every_public_type_of_the_product_says_what_it_means() => Undocumented(typeof(ITracker).Assembly, _ => true).Where(name => name.StartsWith("T:", StringComparison.Ordinal)).ShouldBeEmpty();

    private static IEnumerable<string> Undocumented(Assembly assembly, Func<Type, bool> wanted)
    {
        var said = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .Where(member => member.Element("inheritdoc") is not null || !string.IsNullOrWhiteSpace(member.Element("summary")?.Value))
            .Select(member => ((string)member.Attribute("name")!).Split('(')[0])
            .ToHashSet(StringComparer.Ordinal);
        said.Count.ShouldBeGreaterThan(100);
        return assembly.GetExportedTypes()
            .Where(type => wanted(type) && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null)
            .SelectMany(type => Members(type).Select(member => Name(type, member)).Prepend("T:" + Name(type)))
            .Distinct(StringComparer.Ordinal)
            .Where(name => !said.Contains(name));
    }

    /// <summary>What somebody wrote: the line of a record's type speaks for its constructor and the properties named there.</summary>
    private static IEnumerable<MemberInfo> Members(Type type)
    {
        var positional = type.GetMethod("Deconstruct", Declared) is { } deconstruct && IsGenerated(deconstruct) ? deconstruct.GetParameters().Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal) : [];
        foreach (var member in type.GetMembers(Declared))
        {
            var written = member switch
            {
                MethodInfo method => !method.IsSpecialName && !IsGenerated(method),
                PropertyInfo property => !positional.Contains(property.Name) && !IsGenerated(property),
                FieldInfo field => !field.IsSpecialName,
                ConstructorInfo => false,
                TypeInfo => false,
                _ => true,
            };
            if (written && !typeof(Delegate).IsAssignableFrom(type))
            {
                yield return member;
            }
        }
    }

    private static bool IsGenerated(MemberInfo member) => member.GetCustomAttribute<CompilerGeneratedAttribute>() is not null;

    private static string Name(Type type, MemberInfo member) =>
        $"{member.MemberType.ToString()[0]}:{Name(type)}.{member.Name}{(member is MethodInfo { IsGenericMethodDefinition: true } method ? "``" + method.GetGenericArguments().Length : "")}";

    private static string Name(Type type) => type.FullName!.Replace('+', '.');
}
