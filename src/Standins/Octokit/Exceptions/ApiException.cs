using System;
using System.Collections.Generic;
using System.Net;
using System.Runtime.Serialization;
using Octokit.Internal;

namespace Octokit;

/// <summary>A status of 400 or more that has no type of its own, 429 among them.</summary>
[Serializable]
public class ApiException : Exception
{
    public ApiException()
        : this(new Response(default, null, new Dictionary<string, string>(), null))
    {
    }

    public ApiException(string message, HttpStatusCode httpStatusCode)
        : this(Parse(message), httpStatusCode, null)
    {
    }

    public ApiException(string message, Exception innerException)
        : this(Parse(message), default, innerException)
    {
    }

    public ApiException(IResponse response)
        : this(response, null)
    {
    }

    public ApiException(IResponse response, Exception innerException)
        : base(null, innerException)
    {
        ArgumentNullException.ThrowIfNull(response);
        HttpResponse = response;
        StatusCode = response.StatusCode;
        ApiError = Parse(response.Body as string);
    }

    protected ApiException(ApiException innerException)
    {
        ArgumentNullException.ThrowIfNull(innerException);
        StatusCode = innerException.StatusCode;
        ApiError = innerException.ApiError;
    }

    protected ApiException(HttpStatusCode statusCode, Exception innerException)
        : this(new ApiError(), statusCode, innerException)
    {
    }

    protected ApiException(ApiError apiError, HttpStatusCode statusCode, Exception innerException)
        : base(null, innerException)
    {
        ArgumentNullException.ThrowIfNull(apiError);
        ApiError = apiError;
        StatusCode = statusCode;
    }

    protected ApiException(SerializationInfo info, StreamingContext context)
        : base(info, context)
    {
        StatusCode = (HttpStatusCode)info.GetInt32("HttpStatusCode");
        ApiError = (ApiError)info.GetValue(nameof(ApiError), typeof(ApiError));
    }

    public IResponse HttpResponse { get; private set; }

    public override string Message => ApiErrorMessageSafe ?? "An error occurred with this API request";

    public HttpStatusCode StatusCode { get; private set; }

    public ApiError ApiError { get; private set; }

    protected string ApiErrorMessageSafe => string.IsNullOrWhiteSpace(ApiError?.Message) ? null : ApiError.Message;

    protected string HttpResponseBodySafe =>
        HttpResponse is { ContentType: { } type, Body: string text } && !type.StartsWith("image/", StringComparison.OrdinalIgnoreCase) ? text : "";

    public override void GetObjectData(SerializationInfo info, StreamingContext context)
    {
        base.GetObjectData(info, context);
        info.AddValue("HttpStatusCode", StatusCode);
        info.AddValue(nameof(ApiError), ApiError);
    }

    public override string ToString() => $"{base.ToString()}{Environment.NewLine}{HttpResponseBodySafe}";

    private static ApiError Parse(string body)
    {
        if (string.IsNullOrEmpty(body))
        {
            return new ApiError(body);
        }

        try
        {
            return new SimpleJsonSerializer().Deserialize<ApiError>(body) ?? new ApiError(body);
        }
        catch (Exception)
        {
            // An error page or errors given as plain strings: the text itself is the message.
            return new ApiError(body);
        }
    }
}
