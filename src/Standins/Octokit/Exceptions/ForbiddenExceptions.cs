using System;
using System.Runtime.Serialization;
using Octokit.Internal;

namespace Octokit;

/// <summary>403 whose body names no known reason.</summary>
[Serializable]
public class ForbiddenException : ApiException
{
    public ForbiddenException(IResponse response)
        : this(response, null)
    {
    }

    public ForbiddenException(IResponse response, Exception innerException)
        : base(response, innerException)
    {
    }

    protected ForbiddenException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
    }

    public override string Message => ApiErrorMessageSafe ?? "Request Forbidden";
}

/// <summary>403 whose body contains "rate limit exceeded".</summary>
[Serializable]
public class RateLimitExceededException : ForbiddenException
{
    private readonly RateLimit rateLimit;
    private readonly TimeSpan serverTimeDifference;

    public RateLimitExceededException(IResponse response)
        : this(response, null)
    {
    }

    public RateLimitExceededException(IResponse response, Exception innerException)
        : base(response, innerException)
    {
        rateLimit = response.ApiInfo.RateLimit;
        serverTimeDifference = response.ApiInfo.ServerTimeDifference;
    }

    protected RateLimitExceededException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
        rateLimit = (RateLimit)info.GetValue("RateLimit", typeof(RateLimit));
        serverTimeDifference = (TimeSpan)info.GetValue("ServerTimeDifference", typeof(TimeSpan));
    }

    public int Limit => rateLimit.Limit;

    public int Remaining => rateLimit.Remaining;

    public DateTimeOffset Reset => rateLimit.Reset;

    public override string Message => ApiErrorMessageSafe ?? "API Rate Limit exceeded";

    // The skew is added where subtracting it would be right; this repeats the real arithmetic.
    public TimeSpan GetRetryAfterTimeSpan()
    {
        var wait = Reset + serverTimeDifference - TimeProvider.System.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    public override void GetObjectData(SerializationInfo info, StreamingContext context)
    {
        base.GetObjectData(info, context);
        info.AddValue("RateLimit", rateLimit);
        info.AddValue("ServerTimeDifference", serverTimeDifference);
    }
}

/// <summary>403 whose body contains "secondary rate limit". Retry-After is only in the response headers.</summary>
[Serializable]
public class SecondaryRateLimitExceededException : ForbiddenException
{
    public SecondaryRateLimitExceededException(IResponse response)
        : this(response, null)
    {
    }

    public SecondaryRateLimitExceededException(IResponse response, Exception innerException)
        : base(response, innerException)
    {
    }

    protected SecondaryRateLimitExceededException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
    }

    public override string Message => ApiErrorMessageSafe ?? "Secondary API Rate Limit exceeded";
}

/// <summary>403 whose body contains "number of login attempts exceeded".</summary>
[Serializable]
public class LoginAttemptsExceededException : ForbiddenException
{
    public LoginAttemptsExceededException(IResponse response)
        : base(response)
    {
    }

    public LoginAttemptsExceededException(IResponse response, Exception innerException)
        : base(response, innerException)
    {
    }

    protected LoginAttemptsExceededException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
    }

    public override string Message => ApiErrorMessageSafe ?? "Maximum number of login attempts exceeded";
}

/// <summary>403 whose body names the abuse detection.</summary>
[Serializable]
public class AbuseException : ForbiddenException
{
    public AbuseException(IResponse response)
        : this(response, null)
    {
    }

    public AbuseException(IResponse response, Exception innerException)
        : base(response, innerException) =>
        RetryAfterSeconds = int.TryParse(ResponseHeaders.Find(response.Headers, "Retry-After"), out var seconds) && seconds >= 0 ? seconds : null;

    protected AbuseException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
    }

    /// <summary>Seconds to wait; null when the header is missing, negative or no number.</summary>
    public int? RetryAfterSeconds { get; private set; }

    public override string Message => ApiErrorMessageSafe ?? "Request Forbidden - Abuse Detection";

    public override void GetObjectData(SerializationInfo info, StreamingContext context)
    {
        base.GetObjectData(info, context);
        info.AddValue(nameof(RetryAfterSeconds), RetryAfterSeconds);
    }
}
