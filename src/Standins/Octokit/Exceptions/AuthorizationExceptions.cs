using System;
using System.Net;
using System.Runtime.Serialization;
using Octokit.Internal;

namespace Octokit;

/// <summary>401.</summary>
[Serializable]
public class AuthorizationException : ApiException
{
    public AuthorizationException()
        : base(HttpStatusCode.Unauthorized, null)
    {
    }

    public AuthorizationException(IResponse response)
        : this(response, null)
    {
    }

    public AuthorizationException(IResponse response, Exception innerException)
        : base(response, innerException)
    {
    }

    public AuthorizationException(HttpStatusCode httpStatusCode, Exception innerException)
        : base(httpStatusCode, innerException)
    {
    }

    protected AuthorizationException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
    }
}

/// <summary>How a one-time code reaches its owner.</summary>
public enum TwoFactorType
{
    None,
    Unknown,
    Sms,
    AuthenticatorApp,
}

/// <summary>401 because of a one-time code.</summary>
[Serializable]
public abstract class TwoFactorAuthorizationException : AuthorizationException
{
    protected TwoFactorAuthorizationException(TwoFactorType twoFactorType, Exception innerException)
        : base(HttpStatusCode.Unauthorized, innerException) => TwoFactorType = twoFactorType;

    protected TwoFactorAuthorizationException(IResponse response, TwoFactorType twoFactorType)
        : base(response) => TwoFactorType = twoFactorType;

    protected TwoFactorAuthorizationException(IResponse response, TwoFactorType twoFactorType, Exception innerException)
        : base(response, innerException) => TwoFactorType = twoFactorType;

    protected TwoFactorAuthorizationException(SerializationInfo info, StreamingContext context)
        : base(info, context) => TwoFactorType = (TwoFactorType)info.GetInt32(nameof(TwoFactorType));

    public TwoFactorType TwoFactorType { get; private set; }

    public override void GetObjectData(SerializationInfo info, StreamingContext context)
    {
        base.GetObjectData(info, context);
        info.AddValue(nameof(TwoFactorType), TwoFactorType);
    }
}

/// <summary>401 with the header X-GitHub-OTP: required.</summary>
[Serializable]
public class TwoFactorRequiredException : TwoFactorAuthorizationException
{
    public TwoFactorRequiredException()
        : this(TwoFactorType.None)
    {
    }

    public TwoFactorRequiredException(TwoFactorType twoFactorType)
        : base(twoFactorType, null)
    {
    }

    public TwoFactorRequiredException(IResponse response, TwoFactorType twoFactorType)
        : base(response, twoFactorType)
    {
    }

    protected TwoFactorRequiredException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
    }

    public override string Message => ApiErrorMessageSafe ?? "Two-factor authentication code is required";
}

/// <summary>The one-time code was wrong.</summary>
[Serializable]
public class TwoFactorChallengeFailedException : TwoFactorAuthorizationException
{
    public TwoFactorChallengeFailedException()
        : base(TwoFactorType.None, null)
    {
    }

    public TwoFactorChallengeFailedException(string authorizationCode, ApiException innerException)
        : base(Failures.OneTimeCodeWanted(innerException?.HttpResponse), innerException) => AuthorizationCode = authorizationCode;

    protected TwoFactorChallengeFailedException(SerializationInfo info, StreamingContext context)
        : base(info, context) => AuthorizationCode = info.GetString(nameof(AuthorizationCode));

    public override string Message => "The two-factor authentication code supplied is not correct";

    public string AuthorizationCode { get; private set; }

    public override void GetObjectData(SerializationInfo info, StreamingContext context)
    {
        base.GetObjectData(info, context);
        info.AddValue(nameof(AuthorizationCode), AuthorizationCode);
    }
}
