using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Hosting;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Settings;

namespace AfkGitHubApp.Cli;

/// <summary>The product's rooms without its doors, for verbs that look once and end. Logs go to standard error, answers to standard output.</summary>
internal static class OneShot
{
    public static async Task<int> RunAsync(Func<IServiceProvider, AfkOptions, Task<int>> verb)
    {
        var configuration = new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile(Path.Combine(Environment.CurrentDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .Build();
        var (options, problems) = AfkOptions.Read(configuration);
        if (problems.Count > 0)
        {
            return BadSettings.Report(problems);
        }

        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => console.SingleLine = true)
                .Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace))
            .AddAfk(options, Surroundings.Real)
            .BuildServiceProvider();
        try
        {
            return await verb(services, options);
        }
        catch (GitHubFailure failure)
        {
            await Console.Error.WriteLineAsync($"GitHub could not be asked ({failure.Kind}): {failure.Message}");
            return ExitCodes.Failure;
        }
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
