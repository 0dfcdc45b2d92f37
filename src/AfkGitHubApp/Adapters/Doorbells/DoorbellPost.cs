using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.Doorbells;

/// <summary>
/// The one request of a doorbell: bounded, to the configured address only (redirects are not followed), and of the answer no more is read
/// than its status and the first word of a refusal. No failure repeats the address, which may be a secret.
/// </summary>
internal sealed class DoorbellPost(TimeProvider wireTime, TimeProvider time) : IDisposable
{
    private const int MostOfAnswer = 256;
    private const int LongestWord = 40;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Posts.</summary>
    /// <exception cref="DoorbellFailure">It was not taken, as far as is known.</exception>
    public async Task SendAsync(Uri address, JsonObject body, Action<HttpRequestHeaders, string>? sign, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Bound, wireTime);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var text = body.ToJsonString();
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(text, Encoding.UTF8, MediaTypeNames.Application.Json) };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("AfkGitHubApp", null));
        sign?.Invoke(request.Headers, text);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, bound.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw await FailureAsync(response, bound.Token);
            }
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is OperationCanceledException or HttpRequestException or IOException)
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            throw new DoorbellFailure($"no answer within {Bound.TotalSeconds:0} s", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new DoorbellFailure($"it could not be reached ({(exception as HttpRequestException)?.HttpRequestError ?? HttpRequestError.Unknown})", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<DoorbellFailure> FailureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var word = await WordAsync(response, cancellationToken);
        return new DoorbellFailure(word is null ? $"it answered {status}" : $"it answered {status} {word}")
        {
            IsFinal = status < 500 && response.StatusCode is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests) and not (HttpStatusCode)425,
            RetryAfter = response.Headers.RetryAfter switch
            {
                { Delta: { } delta } => delta,
                { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
                _ => null,
            },
        };
    }

    /// <summary>What the other side says if it is a single word, such as Slack's <c>no_service</c>: nothing that could carry a secret back.</summary>
    private static async Task<string?> WordAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[MostOfAnswer];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var said = Encoding.ASCII.GetString(buffer, 0, length).Trim();
        return said.Length is > 0 and <= LongestWord && said.All(letter => char.IsAsciiLetterLower(letter) || letter is '_') ? said : null;
    }
}
