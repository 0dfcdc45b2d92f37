using System.Text.RegularExpressions;

namespace AfkGitHubApp.Tests.Standins;

/// <summary>
/// The public signatures of a package, or of a part of it, one line a member. A part may leave out members, but only all
/// of one name together: half an overload group compiles calls that are ambiguous on the whole one.
/// </summary>
internal sealed partial record SignatureSheet(IReadOnlyList<SignedType> Types)
{
    public static SignatureSheet Load(string name) => Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Standins", "Sheets", name)));

    public static SignatureSheet Parse(string text)
    {
        var types = new List<SignedType>();
        var space = "";
        var members = new List<string>();
        var header = "";
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0))
        {
            if (line.StartsWith("// ---- namespace ", StringComparison.Ordinal))
            {
                space = line["// ---- namespace ".Length..];
            }
            else if (EnumLine().Match(line) is { Success: true } found)
            {
                types.Add(new SignedType($"{space}.{found.Groups["name"]}", line, []));
            }
            else if (line[0] == ' ')
            {
                members.Add(line.Trim());
            }
            else if (line == "}")
            {
                types.Add(new SignedType($"{space}.{TypeName(header)}", header, members));
                members = [];
            }
            else if (line != "{")
            {
                header = line;
            }
        }

        return new SignatureSheet(types);
    }

    /// <summary>Sentences on everything in <paramref name="part"/> that this sheet does not allow; empty when it fits.</summary>
    public IReadOnlyList<string> ComplaintsAbout(SignatureSheet part)
    {
        var complaints = new List<string>();
        var allowed = Types.ToDictionary(type => type.Name, StringComparer.Ordinal);
        complaints.AddRange(Types.Select(type => type.Name).Except(part.Types.Select(type => type.Name), StringComparer.Ordinal).Select(name => $"{name} is missing"));
        foreach (var type in part.Types)
        {
            if (!allowed.TryGetValue(type.Name, out var sheet))
            {
                complaints.Add($"{type.Name} is not on the sheet");
                continue;
            }

            if (NormalHeader(sheet.Header) != NormalHeader(type.Header))
            {
                complaints.Add($"'{type.Header}' should be '{sheet.Header}'");
            }

            complaints.AddRange(type.Members.Except(sheet.Members, StringComparer.Ordinal).Select(member => $"{type.Name}: '{member}' is not on the sheet"));

            // An interface is implemented by others, so nothing of it may be missing.
            var present = type.Members.Select(MemberName).ToHashSet(StringComparer.Ordinal);
            var wanted = sheet.Members.Where(member => type.Header.StartsWith("interface ", StringComparison.Ordinal) || present.Contains(MemberName(member)));
            complaints.AddRange(wanted.Except(type.Members, StringComparer.Ordinal).Select(member => $"{type.Name}: '{member}' is missing"));
        }

        return complaints;
    }

    private static string TypeName(string header) => Modifiers().Replace(header, "").Split(" : ")[0].Replace("<out ", "<", StringComparison.Ordinal);

    private static string NormalHeader(string header)
    {
        var parts = header.Split(" : ");
        return parts.Length == 1 ? header : $"{parts[0]} : {string.Join(", ", parts[1].Split(", ").Order(StringComparer.Ordinal))}";
    }

    private static string MemberName(string member)
    {
        var head = member.Split('(', 2)[0].Split(" {", 2)[0].Split(" =", 2)[0].TrimEnd(';');
        return Generic().Replace(head, "").Split(' ')[^1];
    }

    [GeneratedRegex("^enum (?<name>\\w+) \\{.*\\}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EnumLine();

    [GeneratedRegex("^(static |sealed |abstract )*(class|record|interface|struct) ", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Modifiers();

    [GeneratedRegex("<[^<>]*>$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Generic();
}

/// <summary>One type of a sheet: its full name, its first line and its member lines.</summary>
internal sealed record SignedType(string Name, string Header, IReadOnlyList<string> Members);
