using System;
using System.Linq;

namespace Octokit.Internal;

/// <summary>Which exception stands for which answer. The reasons of a 403 are case-sensitive pieces of its body.</summary>
internal static class Failures
{
    internal static ApiException From(IResponse response) => (int)response.StatusCode switch
    {
        401 => OneTimeCodeWanted(response) is var wanted and not TwoFactorType.None
            ? new TwoFactorRequiredException(response, wanted)
            : new AuthorizationException(response),
        403 => Forbidden(response, response.Body as string ?? ""),
        404 => new NotFoundException(response),
        422 => new ApiValidationException(response),
        451 => new LegalRestrictionException(response),
        >= 400 => new ApiException(response),
        _ => null,
    };

    internal static TwoFactorType OneTimeCodeWanted(IResponse response)
    {
        var value = response?.Headers is { } headers ? ResponseHeaders.Find(headers, "X-GitHub-OTP") : null;
        var parts = (value ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);
        return parts.FirstOrDefault() != "required" ? TwoFactorType.None : parts.ElementAtOrDefault(1)?.Trim() switch
        {
            "sms" => TwoFactorType.Sms,
            "app" => TwoFactorType.AuthenticatorApp,
            _ => TwoFactorType.Unknown,
        };
    }

    private static ForbiddenException Forbidden(IResponse response, string body)
    {
        bool Says(string reason) => body.Contains(reason, StringComparison.Ordinal);

        if (Says("rate limit exceeded"))
        {
            return new RateLimitExceededException(response);
        }

        if (Says("secondary rate limit"))
        {
            return new SecondaryRateLimitExceededException(response);
        }

        if (Says("number of login attempts exceeded"))
        {
            return new LoginAttemptsExceededException(response);
        }

        return Says("abuse-rate-limits") || Says("abuse detection mechanism") ? new AbuseException(response) : new ForbiddenException(response);
    }
}
