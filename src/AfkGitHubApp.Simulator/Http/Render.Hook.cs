using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>What only webhooks carry.</summary>
internal sealed partial class Render
{
    public JsonObject Organization(Account organization)
    {
        var url = $"{Api}/orgs/{organization.Login}";
        return new JsonObject
        {
            ["login"] = organization.Login,
            ["id"] = organization.Id,
            ["node_id"] = organization.NodeId,
            ["url"] = url,
            ["repos_url"] = $"{url}/repos",
            ["events_url"] = $"{url}/events",
            ["hooks_url"] = $"{url}/hooks",
            ["issues_url"] = $"{url}/issues",
            ["members_url"] = $"{url}/members{{/member}}",
            ["public_members_url"] = $"{url}/public_members{{/member}}",
            ["avatar_url"] = $"{Html}/avatars/{organization.Id}",
            ["description"] = null,
        };
    }

    public JsonObject Ping(long hookId) => new()
    {
        ["zen"] = "Keep it logically awesome.",
        ["hook_id"] = hookId,
        ["hook"] = new JsonObject
        {
            ["type"] = "App",
            ["id"] = hookId,
            ["name"] = "web",
            ["active"] = true,
            ["app_id"] = world.App.Id,
            ["events"] = new JsonArray([.. world.App.Events.Select(name => (JsonNode?)name)]),
            ["config"] = new JsonObject
            {
                ["content_type"] = "json",
                ["insecure_ssl"] = "0",
                ["secret"] = "********",
                ["url"] = world.HookUrl?.AbsoluteUri ?? string.Empty,
            },
            ["updated_at"] = Time(world.Now),
            ["created_at"] = Time(world.Now),
            ["url"] = $"{Api}/app/hook",
            ["ping_url"] = $"{Api}/app/hook/pings",
            ["deliveries_url"] = $"{Api}/app/hook/deliveries",
        },
    };
}
