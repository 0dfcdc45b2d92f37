using System.Text.Json.Nodes;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>The App's own webhook.</summary>
internal sealed partial class Render
{
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
