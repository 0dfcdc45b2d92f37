using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>
/// The storage that GitHub keeps logs in: another service, which knows no tokens. An address is signed and holds for a minute; a request that
/// brings a token along is refused, as the real one does.
/// </summary>
internal static class LogDoor
{
    public const string Root = "/_storage/logs/";

    private static readonly TimeSpan Holds = TimeSpan.FromMinutes(1);

    public static string AddressOf(WorldState world, CheckRun job)
    {
        var expires = (world.Now + Holds).ToUnixTimeSeconds();
        return $"{world.Render().Api}{Root}{job.Id}?se={expires}&sig={Signature(job.Id, expires)}";
    }

    public static SimulatedResponse Handle(WorldState world, SimulatedRequest request)
    {
        if (request.Header("Authorization") is not null)
        {
            return Text(400, "<Error><Code>InvalidAuthenticationInfo</Code></Error>");
        }

        var query = request.Query.Split('&').Select(pair => pair.Split('=')).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        var signed = long.TryParse(request.Path[Root.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && long.TryParse(query.GetValueOrDefault("se"), NumberStyles.None, CultureInfo.InvariantCulture, out var expires)
            && query.GetValueOrDefault("sig") == Signature(id, expires)
            && world.Now.ToUnixTimeSeconds() <= expires;
        var job = signed ? world.Repositories.SelectMany(repository => repository.Runs.Values).SelectMany(run => run.Jobs.Concat(run.OldJobs)).FirstOrDefault(one => one.Id == id) : null;
        return job is null ? Text(403, "<Error><Code>AuthenticationFailed</Code></Error>") : Text(200, Log(job));
    }

    private static string Log(CheckRun job)
    {
        var own = job.Log ?? (job.Conclusion == "success" ? "Everything is well" : "1 test failed\n##[error]Process completed with exit code 1.");
        var lines = new[] { "##[group]Set up job", "Current runner version: '2.330.0'", "##[endgroup]", $"##[group]Run {job.Name}" }.Concat(own.Split('\n')).Append("Cleaning up orphan processes");
        var at = (job.StartedAt ?? job.CreatedAt).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
        return "\ufeff" + string.Concat(lines.Select(line => $"{at} {line}\r\n"));
    }

    private static string Signature(long job, long expires) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"log {job} until {expires}")).AsSpan(0, 16));

    private static SimulatedResponse Text(int status, string text) => (SimulatedResponse.Empty(status) with { Body = Encoding.UTF8.GetBytes(text) }).Add("Content-Type", "text/plain; charset=utf-8");
}
