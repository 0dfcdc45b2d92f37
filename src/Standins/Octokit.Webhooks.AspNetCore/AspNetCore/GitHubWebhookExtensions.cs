using System.Net.Mime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Octokit.Webhooks.AspNetCore;

/// <summary>Maps the endpoint that GitHub delivers to.</summary>
public static partial class GitHubWebhookExtensions
{
    /// <summary>
    /// Answers 200 once the processor is done. Content type, event header, body, secret and signature are looked at in
    /// this order; a missing Content-Type is answered 200 as well, with nothing processed.
    /// </summary>
    public static IEndpointConventionBuilder MapGitHubWebhooks(this IEndpointRouteBuilder endpoints, string path = "/api/github/webhooks", string? secret = null)
    {
        var options = endpoints.ServiceProvider.GetService<IOptionsMonitor<GitHubWebhookOptions>>();
        return endpoints.MapPost(path, async context =>
        {
            var logger = context.RequestServices.GetRequiredService<ILogger<WebhookEventProcessor>>();
            if (!HasJsonContentType(context))
            {
                Log.WrongContentType(logger);
                return;
            }

            if (!HasOneEventName(context))
            {
                Log.WrongEventName(logger);
                return;
            }

            try
            {
                var body = await ReadBody(context);

                // Assigned to the captured argument: the setting read by the first request holds for the life of the process.
                secret ??= options?.CurrentValue.Secret;
                if (!await IsTrusted(context, secret, body))
                {
                    Log.Untrusted(logger);
                    return;
                }

                var processor = context.RequestServices.GetRequiredService<WebhookEventProcessor>();
                await processor.ProcessWebhookAsync(context.Request.Headers, body, context.RequestAborted);
                context.Response.StatusCode = StatusCodes.Status200OK;
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                Log.Cancelled(logger);
            }
            catch (Exception exception)
            {
                Log.Failed(logger, exception);
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            }
        });
    }

    private static bool HasJsonContentType(HttpContext context)
    {
        if (context.Request.ContentType is not { } header)
        {
            return false;
        }

        // Throws FormatException for a header that cannot be parsed, which leaves the endpoint unhandled.
        if (new ContentType(header).MediaType == MediaTypeNames.Application.Json)
        {
            return true;
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return false;
    }

    private static bool HasOneEventName(HttpContext context)
    {
        if (context.Request.Headers["X-GitHub-Event"] is [{ } name] && !string.IsNullOrWhiteSpace(name))
        {
            return true;
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return false;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBody(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.ToArray();
    }

    private static async Task<bool> IsTrusted(HttpContext context, string? secret, ReadOnlyMemory<byte> body)
    {
        StringValues signature = context.Request.Headers["X-Hub-Signature-256"];
        var complaint = WebhookSignatureValidator.Verify(signature.ToString(), secret, body.Span) switch
        {
            WebhookSignatureValidationResult.Valid => null,
            WebhookSignatureValidationResult.MissingSignature =>
                "Expected an X-Hub-Signature-256 header but none was provided. Configure a webhook secret on the sender, or remove the secret from the receiver.",
            WebhookSignatureValidationResult.MissingSecret =>
                "Request includes an X-Hub-Signature-256 header but no secret is configured on the receiver.",
            _ => "X-Hub-Signature-256 does not match the expected signature. Verify that the webhook secret matches on both sender and receiver.",
        };
        if (complaint is null)
        {
            return true;
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        await context.Response.WriteAsync(complaint);
        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "GitHub event does not have the correct content type.")]
        internal static partial void WrongContentType(ILogger logger);

        [LoggerMessage(2, LogLevel.Error, "GitHub event failed signature validation.")]
        internal static partial void Untrusted(ILogger logger);

        [LoggerMessage(3, LogLevel.Error, "Exception processing GitHub event.")]
        internal static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(4, LogLevel.Warning, "GitHub event request was cancelled.")]
        internal static partial void Cancelled(ILogger logger);

        [LoggerMessage(5, LogLevel.Error, "GitHub event has a missing or invalid event type header.")]
        internal static partial void WrongEventName(ILogger logger);
    }
}
