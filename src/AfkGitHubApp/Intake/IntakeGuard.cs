using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace AfkGitHubApp.Intake;

/// <summary>
/// Stands before the webhook endpoint and refuses what the package behind it would accept, drop silently or answer with a server error:
/// a missing or foreign content type (415), a body over GitHub's own 25 MB, chunked ones included (413), and text that is not JSON (400). A
/// delivery that the store could not be told of is refused as well (503).
/// </summary>
public sealed class IntakeGuard(RequestDelegate next)
{
    /// <summary>GitHub sends nothing larger: https://docs.github.com/webhooks/webhook-events-and-payloads.</summary>
    public const long LargestBody = 25 * 1024 * 1024;

    /// <summary>Set by the intake on a verified body that is not JSON.</summary>
    internal static readonly object NotJson = new();

    /// <summary>Set by the intake when the store could not be told.</summary>
    internal static readonly object StoreAway = new();

    private const string RetryAfterSeconds = "10";

    /// <summary>Guards one delivery.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await next(context);
            return;
        }

        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !string.Equals(type.MediaType.Value, "application/json", StringComparison.Ordinal))
        {
            await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, "The content type must be application/json; set it so in the App's webhook settings.");
            return;
        }

        // The package reads the header again and breaks on odd parameters; JSON has none that matter.
        context.Request.ContentType = "application/json";
        if (context.Request.ContentLength > LargestBody)
        {
            await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, "A delivery is at most 25 MB.");
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // The buffer below is the limit, so that it holds for chunked bodies and answers 413.
            limit.MaxRequestBodySize = null;
        }

        using var body = new MemoryStream();
        if (!await CopyAsync(context.Request.Body, body, context.RequestAborted))
        {
            await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, "A delivery is at most 25 MB.");
            return;
        }

        body.Position = 0;
        context.Request.Body = body;
        await next(context);
        if (context.Items.ContainsKey(StoreAway) && !context.Response.HasStarted)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "The store cannot be asked; deliver again later.");
        }
        else if (context.Items.ContainsKey(NotJson) && !context.Response.HasStarted)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "The body is not JSON.");
        }
    }

    private static async Task<bool> CopyAsync(Stream from, MemoryStream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[81920];
        int read;
        while ((read = await from.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (to.Length + read > LargestBody)
            {
                return false;
            }

            to.Write(buffer, 0, read);
        }

        return true;
    }

    private static Task RefuseAsync(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why, context.RequestAborted);
    }
}
