using System.Reflection;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Hosting;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Tests.Houserules;

/// <summary>The arrows between the rooms, read from the compiled code.</summary>
public sealed class ArrowTests
{
    private const string App = "AfkGitHubApp";

    /// <summary>
    /// Which room may use which. Everyone may use the core, the settings and the ports. A name with a dot is one type of a room, where the
    /// room as a whole is none of the user's business.
    /// </summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Settings"] = ["Scheduling.StoreTimings"],
        ["Ports"] = [],
        ["Scheduling"] = [],
        ["Intake"] = ["Scheduling"],
        ["Sweeping"] = ["Scheduling", "Intake.EventRouter"],
        ["Remembering"] = ["Scheduling.RepositoryLease", "Scheduling.LeaseLostException"],
        ["Observing"] = ["Scheduling.RepositoryLease", "Scheduling.LeaseLostException"],
        ["Acting"] = ["Scheduling.RepositoryLease", "Scheduling.LeaseLostException"],
        ["Ticking"] = ["Scheduling", "Observing", "Acting", "Remembering"],
        ["Diagnosing"] = ["Scheduling.IStoreHealth", "Scheduling.StoreCondition", "Scheduling.StoreUnavailableException"],
        ["Dashboard"] = ["Remembering", "Scheduling"],
        ["Adapters.GitHub"] = [],
        ["Adapters.Agents"] = ["Adapters.GitHub"],
        ["Adapters.Doorbells"] = [],
        ["Adapters.InMemory"] = ["Scheduling", "Remembering", "Acting"],
        ["Adapters.Yaml"] = [],
        ["Adapters.Redis"] = ["Scheduling", "Remembering", "Acting"],
        ["Hosting"] = ["Intake", "Sweeping", "Scheduling", "Ticking", "Observing", "Acting", "Remembering", "Diagnosing", "Dashboard", "Adapters.GitHub", "Adapters.Agents", "Adapters.Doorbells", "Adapters.InMemory", "Adapters.Redis", "Adapters.Yaml"],
        ["Cli"] = ["Hosting", "Remembering", "Scheduling", "Ticking", "Observing", "Diagnosing"],
    };

    private static readonly string[] ForEveryone = ["Settings", "Ports"];

    private static readonly List<(NamedType User, NamedType Used)> Arrows = Read(typeof(AfkApp).Assembly);

    [Fact]
    public void Every_arrow_between_rooms_is_one_of_the_plan()
    {
        Arrows.Count(arrow => Room(arrow.User) is { } user && Room(arrow.Used) is { } used && user != used).ShouldBeGreaterThan(100);
        Arrows.Where(arrow => Room(arrow.User) is { } user && Room(arrow.Used) is { } used && user != used && !IsAllowed(user, used, arrow.Used.Name))
            .Select(arrow => $"{Room(arrow.User)}.{arrow.User.Name} uses {Room(arrow.Used)}.{arrow.Used.Name}")
            .Order(StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact]
    public void Every_room_stands_in_the_plan() =>
        Arrows.SelectMany(arrow => (string?[])[Room(arrow.User), Room(arrow.Used)]).OfType<string>().Distinct().Where(room => !Allowed.ContainsKey(room)).ShouldBeEmpty();

    [Fact]
    public void No_arrows_lead_in_a_circle()
    {
        var uses = Arrows.Select(arrow => (User: Room(arrow.User), Used: Room(arrow.Used))).Where(arrow => arrow is { User: not null, Used: not null } && arrow.User != arrow.Used)
            .ToLookup(arrow => arrow.User!, arrow => arrow.Used!, StringComparer.Ordinal);
        var left = Allowed.Keys.ToHashSet(StringComparer.Ordinal);
        while (left.FirstOrDefault(room => uses[room].All(used => !left.Contains(used))) is { } free)
        {
            left.Remove(free);
        }

        left.ShouldBeEmpty("these rooms lie on circles or above them");
    }

    [Fact]
    public void Only_the_command_line_knows_the_hosting() =>
        Arrows.Where(arrow => Room(arrow.Used) == "Hosting" && Room(arrow.User) is not (null or "Hosting" or "Cli")).ShouldBeEmpty();

    [Fact]
    public void The_program_only_picks_a_verb() =>
        Arrows.Where(arrow => arrow.User is { Namespace: "", Name: "Program" } && arrow.Used.Assembly == App).Select(arrow => Room(arrow.Used)).ShouldAllBe(room => room == "Cli");

    [Fact]
    public void Only_the_demo_knows_the_simulator()
    {
        var users = Arrows.Where(arrow => arrow.Used.Assembly == "AfkGitHubApp.Simulator").Select(arrow => arrow.User.Namespace).Distinct().ToList();

        users.ShouldBe(["AfkGitHubApp.Cli.Demo"]);
    }

    [Fact]
    public void The_simulator_knows_nothing_of_ours()
    {
        using var simulator = new TypeArrows(typeof(SimulatedGitHub).Assembly);

        simulator.ReferencedAssemblies.Where(name => name.StartsWith(App, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void The_core_knows_only_the_runtime()
    {
        using var core = new TypeArrows(typeof(RunId).Assembly);

        core.ReferencedAssemblies.Where(name => !IsOfTheRuntime(name)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("System.IO.File")]
    [InlineData("System.IO.Directory")]
    [InlineData("System.Net.Http.HttpClient")]
    [InlineData("System.TimeProvider")]
    [InlineData("System.Random")]
    [InlineData("System.Environment")]
    [InlineData("System.Threading.Tasks.Task")]
    [InlineData("System.Console")]
    public void The_core_has_no_door_to_the_world(string type)
    {
        using var core = new TypeArrows(typeof(RunId).Assembly);

        // An iterator of the compiler's asks on which thread it is.
        core.ForeignMembers.Where(member => member.StartsWith(type + ".", StringComparison.Ordinal)).Except(["System.Environment.get_CurrentManagedThreadId"]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Octokit", "Adapters.GitHub")]
    [InlineData("Octokit.Webhooks", "Intake", "Hosting")]
    [InlineData("Octokit.Webhooks.AspNetCore", "Intake", "Hosting")]
    [InlineData("Spectre.Console", "Cli")]
    [InlineData("System.CommandLine", "Cli")]
    [InlineData("Microsoft.IdentityModel.JsonWebTokens", "Adapters.GitHub")]
    [InlineData("Microsoft.IdentityModel.Tokens", "Adapters.GitHub")]
    [InlineData("Microsoft.IdentityModel.Abstractions", "Adapters.GitHub")]
    [InlineData("YamlDotNet", "Adapters.Yaml")]
    [InlineData("StackExchange.Redis", "Adapters.Redis")]
    [InlineData("Microsoft.Extensions.Caching.StackExchangeRedis", "Adapters.Redis")]
    public void A_vendors_types_stay_in_their_room(string vendor, params string[] rooms) =>
        Arrows.Where(arrow => arrow.Used.Assembly == vendor && Room(arrow.User) is { } room && !rooms.Contains(room, StringComparer.Ordinal))
            .Select(arrow => $"{Room(arrow.User)}.{arrow.User.Name} uses {arrow.Used.Name}").ShouldBeEmpty();

    [Fact]
    public void Every_vendor_stands_in_the_test_above()
    {
        var named = typeof(ArrowTests).GetMethod(nameof(A_vendors_types_stay_in_their_room))!.GetCustomAttributes<InlineDataAttribute>().Select(line => (string)line.Data[0]!).ToList();
        using var app = new TypeArrows(typeof(AfkApp).Assembly);

        app.ReferencedAssemblies.Where(name => !IsOfTheRuntime(name) && !name.StartsWith(App, StringComparison.Ordinal)).Except(named).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(typeof(AfkApp))]
    [InlineData(typeof(RunId))]
    public void Nothing_leaves_the_seeded_scheduler(Type inside)
    {
        using var assembly = new TypeArrows(inside.Assembly);

        assembly.ForeignMembers.Where(member => member is "System.Threading.Tasks.Task.Run" or "System.Threading.Tasks.TaskFactory.StartNew" or "System.Threading.Thread.Start" or "System.Threading.Thread.Sleep"
            or "System.Threading.ThreadPool.QueueUserWorkItem" or "System.Threading.ThreadPool.UnsafeQueueUserWorkItem" || member.EndsWith(".ConfigureAwait", StringComparison.Ordinal)).ShouldBeEmpty();
        assembly.ForeignTypes.Where(type => type.Namespace == "System.Threading.Channels").ShouldBeEmpty();
    }

    [Fact]
    public void The_reader_sees_signatures_bodies_and_generic_arguments()
    {
        using var tests = new TypeArrows(typeof(ArrowTests).Assembly);
        var used = tests.All().Where(arrow => arrow.User.Name == nameof(Specimen)).Select(arrow => arrow.Used.Name).ToList();

        used.ShouldContain("Person", "as a parameter");
        used.ShouldContain("FrozenTrunk", "as a generic argument");
        used.ShouldContain("RunId", "called in a body");
        used.ShouldContain("LingeringTurn", "asked for by type");
        used.ShouldContain("ObsoleteAttribute", "as an attribute");
        used.ShouldNotContain("InFlightRun");
        tests.ForeignMembers.ShouldContain("AfkGitHubApp.Core.Runs.RunId.FromEvent");
    }

    private static List<(NamedType User, NamedType Used)> Read(Assembly assembly)
    {
        using var arrows = new TypeArrows(assembly);
        return [.. arrows.All()];
    }

    /// <summary>The room of a type of the app: the first folder, of the adapters the first two; null for what the compiler adds and for others' types.</summary>
    private static string? Room(NamedType type)
    {
        if (type.Assembly != App || !type.Namespace.StartsWith(App + ".", StringComparison.Ordinal))
        {
            return null;
        }

        var folders = type.Namespace.Split('.');
        return folders[1] == "Adapters" ? $"{folders[1]}.{folders[2]}" : folders[1];
    }

    private static bool IsAllowed(string user, string used, string type) =>
        ForEveryone.Contains(used, StringComparer.Ordinal) || (Allowed.TryGetValue(user, out var rooms) && (rooms.Contains(used, StringComparer.Ordinal) || rooms.Contains($"{used}.{type}", StringComparer.Ordinal)));

    private static bool IsOfTheRuntime(string name) =>
        name is "netstandard" or "mscorlib" or "Microsoft.AspNetCore" or "Microsoft.Net.Http.Headers" || (name.StartsWith("System.", StringComparison.Ordinal) && name != "System.CommandLine")
        || name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) || (name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) && name != "Microsoft.Extensions.Caching.StackExchangeRedis");
}

/// <summary>Uses types in each way that the reader must see.</summary>
internal static class Specimen
{
    [Obsolete("an attribute to be seen")]
    public static string Use(Person person) => person.Login + new List<FrozenTrunk?>().Count + RunId.FromEvent("LE_1") + typeof(LingeringTurn).Name;
}
