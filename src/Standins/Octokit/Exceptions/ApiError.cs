using System;
using System.Collections.Generic;

namespace Octokit;

/// <summary>What a failed answer says about itself. When its body is no such object, <see cref="Message"/> is the whole body.</summary>
[Serializable]
public class ApiError
{
    public ApiError()
    {
    }

    public ApiError(string message) => Message = message;

    public ApiError(string message, string documentationUrl, IReadOnlyList<ApiErrorDetail> errors)
    {
        Message = message;
        DocumentationUrl = documentationUrl;
        Errors = errors;
    }

    public string Message { get; private set; }

    public string DocumentationUrl { get; private set; }

    public IReadOnlyList<ApiErrorDetail> Errors { get; private set; }
}

/// <summary>One of the errors that a 422 lists.</summary>
[Serializable]
public class ApiErrorDetail
{
    public ApiErrorDetail()
    {
    }

    public ApiErrorDetail(string message, string code, string field, string resource)
    {
        Message = message;
        Code = code;
        Field = field;
        Resource = resource;
    }

    public string Message { get; private set; }

    public string Code { get; private set; }

    public string Field { get; private set; }

    public string Resource { get; private set; }
}
