using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Core.Deciding;

/// <summary>One deployment of a commit that counts, in GitHub's words.</summary>
/// <param name="Environment">Where to.</param>
/// <param name="Id">Its id; a newer one is larger.</param>
/// <param name="State">Its newest status, in small letters; null when it has none yet.</param>
/// <param name="Url">Where to look; may be null.</param>
public sealed record DeploymentFact(string Environment, long Id, string? State, string? Url);

/// <summary>
/// The stage after the checks: folds the deployments of a green commit into its verdict. Wanted properties: of an environment the newest
/// deployment that was not superseded decides; a failure is red by the environment's name; a reviewer's approval is a person's; an unknown
/// word is pending; nothing but success everywhere leaves green green.
/// </summary>
public static class DeploymentVerdict
{
    private const string Superseded = "inactive";

    /// <summary>The verdict with the deployments counted in.</summary>
    /// <param name="green">The verdict of the checks.</param>
    /// <param name="environments">Every environment that must be reached; at least one.</param>
    /// <param name="deployments">Those of the judged commit and of commits on top of it, of any environment.</param>
    public static DeploymentReading Fold(CiReading green, IReadOnlyCollection<string> environments, IReadOnlyCollection<DeploymentFact> deployments)
    {
        ArgumentNullException.ThrowIfNull(green);
        ArgumentNullException.ThrowIfNull(environments);
        ArgumentNullException.ThrowIfNull(deployments);

        var items = environments.Select(environment => Item.Of(environment, deployments)).ToList();
        var fingerprint = Fingerprint(items);
        ImmutableArray<FailingCheck> failed = [.. items.Where(item => item.Status is DeploymentStatus.Failed).Select(item => new FailingCheck($"deployment:{item.Environment}", $"deployment to {item.Environment}", item.Word, item.Url))];
        if (failed.Length > 0)
        {
            return new(DeploymentStatus.Failed, green with { Status = CiStatus.Red, Why = $"the deployment to {Named(items, DeploymentStatus.Failed)} failed", Failing = failed }, fingerprint);
        }

        if (items.Exists(item => item.Status is DeploymentStatus.NeedsPerson))
        {
            return new(DeploymentStatus.NeedsPerson, green with { Status = CiStatus.NeedsPerson, Why = $"the deployment to {Named(items, DeploymentStatus.NeedsPerson)} waits for a person" }, fingerprint);
        }

        var open = items.Where(item => item.Status is DeploymentStatus.Pending).ToList();
        return open.Count > 0
            ? new(DeploymentStatus.Pending, green with { Status = CiStatus.Pending, Why = $"the commit has not been deployed to {Named(items, DeploymentStatus.Pending)}{(open.TrueForAll(item => item.Word.Length == 0) ? ", and no deployment has begun" : "")}" }, fingerprint)
            : new(DeploymentStatus.Reached, green with { Passed = [.. green.Passed, .. items.Select(item => new PassedCheck($"deployment to {item.Environment}", item.Url))] }, fingerprint);
    }

    private static string Named(List<Item> items, DeploymentStatus status) => string.Join(", ", items.Where(item => item.Status == status).Select(item => item.Environment));

    private static string Fingerprint(List<Item> items) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', items.Select(item => $"{item.Environment}={item.Id}:{item.Word}")))).AsSpan(0, 8));

    private sealed record Item(string Environment, long Id, string Word, DeploymentStatus Status, string? Url)
    {
        public static Item Of(string environment, IEnumerable<DeploymentFact> deployments)
        {
            var newest = deployments.Where(each => string.Equals(each.Environment, environment, StringComparison.Ordinal) && each.State is not Superseded).MaxBy(each => each.Id);
            return newest is null
                ? new(environment, 0, "", DeploymentStatus.Pending, null)
                : new(environment, newest.Id, newest.State ?? "begun", Classify(newest.State), newest.Url);
        }

        private static DeploymentStatus Classify(string? state) => state switch
        {
            "success" => DeploymentStatus.Reached,
            "failure" or "error" => DeploymentStatus.Failed,
            "waiting" => DeploymentStatus.NeedsPerson,
            _ => DeploymentStatus.Pending,
        };
    }
}

/// <summary>How far the deployments are.</summary>
/// <param name="Status">The stage's own word.</param>
/// <param name="Verdict">The commit's verdict with the deployments counted in.</param>
/// <param name="Fingerprint">Changes whenever a deployment that counts changes.</param>
public sealed record DeploymentReading(DeploymentStatus Status, CiReading Verdict, string Fingerprint);
