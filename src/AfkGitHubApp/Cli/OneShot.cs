using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Hosting;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Cli;

/// <summary>The product's rooms without its doors, for verbs that look once and end. Logs go to standard error, answers to standard output.</summary>
internal static class OneShot
{
    public static async Task<int> RunAsync(Func<IServiceProvider, AfkOptions, Task<int>> verb)
    {
        var configuration = Configuration();
        var (options, problems) = StartSettings.Read(configuration);
        if (problems.Count > 0)
        {
            return BadSettings.Report(problems);
        }

        await using var services = Rooms(configuration, options);
        try
        {
            return await verb(services, options);
        }
        catch (GitHubFailure failure)
        {
            await Console.Error.WriteLineAsync($"GitHub could not be asked ({failure.Kind}): {failure.Message}");
            return ExitCodes.Failure;
        }
        catch (StoreUnavailableException unavailable)
        {
            await Console.Error.WriteLineAsync($"The store could not be asked: {unavailable.Message}. ConnectionStrings:Redis says where it is.");
            return ExitCodes.Failure;
        }
        catch (LeaseLostException lost)
        {
            await Console.Error.WriteLineAsync($"{lost.Message} Whether it was written is not known; ask 'runs' and try again.");
            return ExitCodes.Failure;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>The settings a verb reads: beside the program, in the working directory, in the environment; a later one wins.</summary>
    public static IConfigurationRoot Configuration() => new ConfigurationBuilder()
        .SetBasePath(AppContext.BaseDirectory)
        .AddJsonFile("appsettings.json", optional: true)
        .AddJsonFile(Path.Combine(Environment.CurrentDirectory, "appsettings.json"), optional: true)
        .AddEnvironmentVariables()
        .Build();

    /// <summary>The rooms; the caller disposes of them.</summary>
    public static ServiceProvider Rooms(IConfiguration configuration, AfkOptions options) => new ServiceCollection()
        .AddSingleton(configuration)
        .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddFilter(ServiceRegistration.StoreConnectionLog, LogLevel.None).AddSimpleConsole(console => console.SingleLine = true)
            .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace))
        .AddAfk(options, Surroundings.Real)
        .BuildServiceProvider();

    /// <summary>As above, for verbs that speak to a running deployment: they need the store it shares.</summary>
    /// <param name="instead">What to do where there is none.</param>
    /// <param name="verb">The verb.</param>
    public static Task<int> RunSharedAsync(string instead, Func<IServiceProvider, AfkOptions, Task<int>> verb) => RunAsync(async (services, options) =>
    {
        if (options.Redis.Length > 0)
        {
            return await verb(services, options);
        }

        await Console.Error.WriteLineAsync($"ConnectionStrings:Redis is not set: a process with the in-memory store cannot be spoken to from here. {instead}");
        return ExitCodes.BadInput;
    });

    /// <summary>The repository of that name as the store knows it; null when it does not.</summary>
    public static async Task<RepositoryRecord?> KnownAsync(IServiceProvider services, string fullName, CancellationToken cancellationToken) =>
        (await services.GetRequiredService<IRecordStore>().AllAsync(cancellationToken)).FirstOrDefault(record => string.Equals(record.Repository.FullName, fullName, StringComparison.OrdinalIgnoreCase));

    /// <summary>Says that a store which knows nothing may have forgotten it.</summary>
    public static async Task SayIfForgetfulAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        if ((await services.GetRequiredService<IStoreHealth>().CheckAsync(cancellationToken)) is { RestsUntil: not null } condition)
        {
            await Console.Error.WriteLineAsync($"{condition.Why}. 'rebuild' searches GitHub for what it does not know.");
        }
    }

    /// <summary>Says that a reference is none; the exit code.</summary>
    public static Task<int> RefuseReference(string? reference)
    {
        Console.Error.WriteLine(reference is null ? "Name a repository as owner/name or owner/name#n." : $"'{reference}' is not a repository; write owner/name or owner/name#n.");
        return Task.FromResult(ExitCodes.BadInput);
    }

    /// <summary>Parses <c>owner/name</c> or <c>owner/name#n</c>.</summary>
    public static (string FullName, int? Issue)? ParseReference(string? text)
    {
        var parts = (text ?? "").Split('#');
        if (parts.Length > 2 || !RepositoryKey.IsFullName(parts[0]))
        {
            return null;
        }

        if (parts.Length == 1)
        {
            return (parts[0], null);
        }

        return int.TryParse(parts[1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? (parts[0], number) : null;
    }

    /// <summary>The named repositories, or all on the allowlist; names that cannot be resolved are said and left out.</summary>
    public static async Task<(List<RepositoryKey> Found, bool Complete)> ResolveAsync(IServiceProvider services, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var app = services.GetRequiredService<IGitHubApp>();
        var found = new List<RepositoryKey>();
        var complete = true;
        foreach (var name in names)
        {
            if (await app.FindRepositoryAsync(name, cancellationToken) is { } repository)
            {
                found.Add(repository);
            }
            else
            {
                complete = false;
                await Console.Error.WriteLineAsync($"{name}: the App is not installed on it, or it does not exist.");
            }
        }

        return (found, complete);
    }
}
