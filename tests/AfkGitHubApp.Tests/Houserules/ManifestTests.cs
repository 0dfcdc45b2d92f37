using AfkGitHubApp.Diagnosing;
using AfkGitHubApp.Intake;
using AfkGitHubApp.Settings;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace AfkGitHubApp.Tests.Houserules;

/// <summary>app-manifest.yml says what the product listens to, and asks for no more than that takes.</summary>
public sealed class ManifestTests
{
    /// <summary>Which permission, at least read, an App needs to subscribe to an event: https://docs.github.com/webhooks/webhook-events-and-payloads.</summary>
    private static readonly Dictionary<string, string> PermissionOf = new(StringComparer.Ordinal)
    {
        ["check_run"] = "checks",
        ["check_suite"] = "checks",
        ["issue_comment"] = "issues",
        ["issue_dependencies"] = "issues",
        ["issues"] = "issues",
        ["merge_group"] = "merge_queues",
        ["pull_request"] = "pull_requests",
        ["pull_request_review"] = "pull_requests",
        ["push"] = "contents",
        ["status"] = "statuses",
        ["sub_issues"] = "issues",
        ["workflow_dispatch"] = "contents",
        ["workflow_job"] = "actions",
        ["workflow_run"] = "actions",
    };

    private static readonly Manifest Shipped = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build().Deserialize<Manifest>(RepositoryFiles.Read("app-manifest.yml"));

    [Fact]
    public void The_App_subscribes_to_what_the_router_listens_to()
    {
        // Three reach every App without a subscription, and cannot be subscribed to. The last needs a permission that only those give whose
        // repositories wait for environments; a manifest has no optional permissions.
        var subscribed = EventRouter.Events.Except(["ping", "installation", "installation_repositories", "deployment_status"]);

        Shipped.DefaultEvents.Order(StringComparer.Ordinal).ShouldBe(subscribed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_event_has_its_permission()
    {
        foreach (var name in Shipped.DefaultEvents)
        {
            Shipped.DefaultPermissions.ShouldContainKey(PermissionOf[name], name);
        }
    }

    [Fact]
    public void No_more_is_asked_for_than_the_product_needs() => Shipped.DefaultPermissions.OrderBy(permission => permission.Key, StringComparer.Ordinal).Select(permission => $"{permission.Key}: {permission.Value}").ShouldBe(
    [
        "actions: write", "checks: read", "contents: read", "issues: write", "metadata: read", "pull_requests: read", "statuses: read",
    ]);

    [Fact]
    public void The_doctor_asks_for_what_the_manifest_asks_for()
    {
        AppNeeds.Permissions.OrderBy(permission => permission.Key, StringComparer.Ordinal).ShouldBe(Shipped.DefaultPermissions.OrderBy(permission => permission.Key, StringComparer.Ordinal));
        AppNeeds.Events.Order(StringComparer.Ordinal).ShouldBe(Shipped.DefaultEvents.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_permission_is_explained_where_the_manifest_says_it_is()
    {
        var security = RepositoryFiles.Read("docs/security.md");

        foreach (var (name, level) in Shipped.DefaultPermissions)
        {
            security.ShouldContain($"`{name}: {level}`");
        }
    }

    [Fact]
    public void Deliveries_go_to_the_path_the_product_listens_on() => new Uri(Shipped.HookAttributes.Url).AbsolutePath.ShouldBe(AfkOptions.WebhookPath);

    [Fact]
    public void The_App_is_private_until_its_owner_says_otherwise() => Shipped.Public.ShouldBeFalse();

    /// <summary>All keys the file has; an unknown one fails the reading.</summary>
    private sealed class Manifest
    {
        public string Name { get; set; } = "";

        public string Url { get; set; } = "";

        public string Description { get; set; } = "";

        public bool Public { get; set; } = true;

        public Hook HookAttributes { get; set; } = new();

        public List<string> DefaultEvents { get; set; } = [];

        public Dictionary<string, string> DefaultPermissions { get; set; } = [];
    }

    private sealed class Hook
    {
        public string Url { get; set; } = "";

        public bool Active { get; set; }
    }
}
