using System;
using System.Net;
using System.Runtime.Serialization;

namespace Octokit;

/// <summary>404.</summary>
[Serializable]
public class NotFoundException : ApiException
{
    public NotFoundException(IResponse response)
        : this(response, null)
    {
    }

    public NotFoundException(string message, HttpStatusCode statusCode)
        : base(message, statusCode)
    {
    }

    public NotFoundException(IResponse response, Exception innerException)
        : base(response, innerException)
    {
    }

    protected NotFoundException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
    }
}

/// <summary>422.</summary>
[Serializable]
public class ApiValidationException : ApiException
{
    public ApiValidationException()
        : base((HttpStatusCode)422, null)
    {
    }

    public ApiValidationException(IResponse response)
        : this(response, null)
    {
    }

    public ApiValidationException(IResponse response, Exception innerException)
        : base(response, innerException)
    {
    }

    protected ApiValidationException(ApiException innerException)
        : base(innerException)
    {
    }

    protected ApiValidationException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
    }

    public override string Message => ApiErrorMessageSafe ?? "Validation Failed";
}

/// <summary>451.</summary>
[Serializable]
public class LegalRestrictionException : ApiException
{
    public LegalRestrictionException(IResponse response)
        : this(response, null)
    {
    }

    public LegalRestrictionException(string message, HttpStatusCode statusCode)
        : base(message, statusCode)
    {
    }

    public LegalRestrictionException(IResponse response, Exception innerException)
        : base(response, innerException)
    {
    }

    protected LegalRestrictionException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
    }

    public override string Message => ApiErrorMessageSafe ?? "Resource taken down due to a DMCA notice.";
}
