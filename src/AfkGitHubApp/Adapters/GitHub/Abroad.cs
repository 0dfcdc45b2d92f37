using System.Net;
using System.Text;
using AfkGitHubApp.Ports;

namespace AfkGitHubApp.Adapters.GitHub;

/// <summary>
/// Reads what GitHub keeps elsewhere and names by a redirect: a signed address on another host that holds for a minute. Nothing of ours goes
/// along (no token, no header of GitHub's), it is followed once and only over https, and neither its size nor its time is the other host's to
/// choose. The address is itself a secret: it stands in no message.
/// </summary>
internal sealed class Abroad(Uri home, TimeSpan timeout, TimeProvider wireTime, HttpMessageHandler wire) : IDisposable
{
    /// <summary>A log longer than this is not read to its end, and only its end is wanted.</summary>
    private const int Largest = 16 * 1024 * 1024;

    /// <summary>How much of the end is kept.</summary>
    private const int Kept = 256 * 1024;

    private readonly HttpMessageInvoker invoker = new(wire, disposeHandler: false);

    /// <summary>The end of the text at this address.</summary>
    /// <exception cref="GitHubFailure">It could not be read, or is not to be.</exception>
    public async Task<string> ReadEndAsync(Uri? address, CancellationToken cancellationToken)
    {
        if (address is not { IsAbsoluteUri: true } || address.UserInfo.Length > 0 || !IsSafe(address))
        {
            throw Unread("its address is none that is followed");
        }

        using var deadline = new CancellationTokenSource(timeout, wireTime);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("User-Agent", "AfkGitHubApp");
        try
        {
            using var response = await invoker.SendAsync(request, bound.Token);
            if (response.StatusCode is not HttpStatusCode.OK)
            {
                throw Unread($"its host answered {(int)response.StatusCode}");
            }

            await using var body = await response.Content.ReadAsStreamAsync(bound.Token);
            return await EndAsync(body, bound.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is OperationCanceledException or HttpRequestException or IOException or InvalidDataException)
        {
            throw Unread($"{exception.GetType().Name} on the way");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => invoker.Dispose();

    /// <summary>Plain http only on this machine itself, and only where GitHub is on it, too.</summary>
    private bool IsSafe(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback && home.IsLoopback);

    private static async Task<string> EndAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[2 * Kept];
        var filled = 0;
        var total = 0L;
        while (await body.ReadAsync(buffer.AsMemory(filled), cancellationToken) is > 0 and var count)
        {
            filled += count;
            total += count;
            if (total > Largest)
            {
                throw Unread($"it is longer than {Largest} bytes");
            }

            if (filled == buffer.Length)
            {
                buffer.AsSpan(Kept).CopyTo(buffer);
                filled = Kept;
            }
        }

        var text = Encoding.UTF8.GetString(buffer, 0, filled);

        // Where the beginning is missing, so is that of the first line.
        return total > filled && text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? text[(end + 1)..] : text;
    }

    private static GitHubFailure Unread(string why) => new(FailureKind.Transient, $"What GitHub keeps elsewhere could not be read: {why}");
}
