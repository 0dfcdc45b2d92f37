using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AfkGitHubApp.Tests.Harness;

/// <summary>What was taken by a receiver.</summary>
internal sealed record Taken(string Path, IReadOnlyDictionary<string, string> Headers, JsonElement Body);

/// <summary>
/// The other side of a doorbell over a real socket: it refuses what the real one refuses, with the real one's words. Slack: what is no JSON or has
/// no text (400), an address that is no webhook's (404). ntfy: who may not write (401, 403), what is no topic or no JSON (400), a message that
/// would be an attachment (413). A receiver of Standard Webhooks: what is not signed, or too long ago.
/// </summary>
internal sealed class DoorbellReceiver : IAsyncDisposable
{
    public const string SlackPath = "/services/T0/B0/secretsecretsecret";
    public const string NtfyToken = "tk_secretsecretsecret";
    public const string NtfyPassword = "pass:word";
    public static readonly byte[] WebhookSecret = [.. Enumerable.Range(1, 32).Select(at => (byte)(at * 7))];
    private readonly WebApplication app;
    private readonly List<Taken> taken = [];
    private readonly Queue<Func<HttpContext, Task>> troubles = new();

    private DoorbellReceiver(Func<string, HttpContext, (int Status, string Text)> judge)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(async context =>
        {
            Attempts++;
            if (Trouble is { } always)
            {
                await always(context);
                return;
            }

            if (troubles.TryDequeue(out var trouble))
            {
                await trouble(context);
                return;
            }

            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var text = await reader.ReadToEndAsync(context.RequestAborted);
            var (status, said) = context.Request.Method == "POST" ? judge(text, context) : (405, "method_not_allowed");
            if (status is 200)
            {
                lock (taken)
                {
                    taken.Add(new(context.Request.Path, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), JsonDocument.Parse(text).RootElement));
                }
            }

            context.Response.StatusCode = status;
            await context.Response.WriteAsync(said, context.RequestAborted);
            await context.Response.CompleteAsync();
            AfterTaking?.Invoke();
        });
    }

    /// <summary>What it took, in order.</summary>
    public IReadOnlyList<Taken> All
    {
        get
        {
            lock (taken)
            {
                return [.. taken];
            }
        }
    }

    /// <summary>Every request that came, taken or not.</summary>
    public int Attempts { get; private set; }

    /// <summary>Set, every request gets this instead of an answer.</summary>
    public Func<HttpContext, Task>? Trouble { get; set; }

    /// <summary>Called after each answer.</summary>
    public Action? AfterTaking { get; set; }

    public Uri Home => new(app.Urls.First());

    public static Task<DoorbellReceiver> SlackAsync() => StartAsync(Slack);

    public static Task<DoorbellReceiver> NtfyAsync() => StartAsync(Ntfy);

    public static Task<DoorbellReceiver> WebhookAsync() => StartAsync(Webhook);

    /// <summary>The next request gets this instead of an answer.</summary>
    public void Next(Func<HttpContext, Task> trouble) => troubles.Enqueue(trouble);

    /// <summary>An answer.</summary>
    public static Func<HttpContext, Task> Answering(int status, string said = "", string? retryAfter = null, string? location = null) => async context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        context.Response.Headers.Location = location;
        await context.Response.WriteAsync(said, context.RequestAborted);
    };

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private static async Task<DoorbellReceiver> StartAsync(Func<string, HttpContext, (int Status, string Text)> judge)
    {
        var receiver = new DoorbellReceiver(judge);
        await receiver.app.StartAsync();
        return receiver;
    }

    private static (int Status, string Text) Slack(string text, HttpContext context)
    {
        if (context.Request.Path != SlackPath)
        {
            return (404, "no_service");
        }

        if (context.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) is not true || Parse(text) is not { ValueKind: JsonValueKind.Object } body)
        {
            return (400, "invalid_payload");
        }

        return body.TryGetProperty("text", out var said) && said.ValueKind is JsonValueKind.String && said.GetString() is { Length: > 0 } words
            ? words.Length > 40_000 ? (400, "msg_too_long") : (200, "ok")
            : (400, "no_text");
    }

    private static (int Status, string Text) Ntfy(string text, HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.Length == 0)
        {
            return (403, """{"code":40301,"http":403,"error":"forbidden"}""");
        }

        if (authorization != $"Bearer {NtfyToken}" && authorization != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"maria:{NtfyPassword}"))}")
        {
            return (401, """{"code":40101,"http":401,"error":"unauthorized"}""");
        }

        if (context.Request.Path != "/" || Parse(text) is not { ValueKind: JsonValueKind.Object } body || !body.TryGetProperty("topic", out var topic) || topic.GetString() is not { Length: > 0 })
        {
            return (400, """{"code":40024,"http":400,"error":"invalid request: request body must be message JSON"}""");
        }

        return Encoding.UTF8.GetByteCount(body.GetProperty("message").GetString()!) > 4096 || body.GetProperty("priority").GetInt32() is < 1 or > 5 ? (413, """{"code":41301,"http":413}""") : (200, text);
    }

    private static (int Status, string Text) Webhook(string text, HttpContext context)
    {
        var (id, at, signatures) = (context.Request.Headers["webhook-id"].ToString(), context.Request.Headers["webhook-timestamp"].ToString(), context.Request.Headers["webhook-signature"].ToString());
        if (id.Length == 0 || !long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || Math.Abs(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - seconds) > 300)
        {
            return (400, "message_timestamp_too_old");
        }

        var wanted = "v1," + Convert.ToBase64String(HMACSHA256.HashData(WebhookSecret, Encoding.UTF8.GetBytes($"{id}.{at}.{text}")));
        return signatures.Split(' ').Contains(wanted, StringComparer.Ordinal) ? (200, "") : (401, "no_matching_signature");
    }

    private static JsonElement? Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
