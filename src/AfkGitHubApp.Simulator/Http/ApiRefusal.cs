using System.Text.Json.Nodes;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>An answer of status 400 or above, in GitHub's shape: <c>message</c>, <c>documentation_url</c>, <c>status</c>, sometimes <c>errors</c>.</summary>
internal sealed class ApiRefusal(int status, string message, JsonArray? errors = null) : Exception(message)
{
    public int Status => status;

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    public static ApiRefusal NotFound() => new(404, "Not Found");

    public static ApiRefusal Unauthorized(string message) => new(401, message);

    public static ApiRefusal BadCredentials() => new(401, "Bad credentials");

    public static ApiRefusal Forbidden() => new(403, "Resource not accessible by integration");

    public static ApiRefusal Unprocessable(string message) => new(422, message);

    public static ApiRefusal ValidationFailed(string resource, string field, string code, string? detail = null)
    {
        var error = new JsonObject { ["resource"] = resource, ["code"] = code, ["field"] = field };
        if (detail is not null)
        {
            error["message"] = detail;
        }

        return new ApiRefusal(422, "Validation Failed", new JsonArray(error));
    }

    public JsonObject ToJson()
    {
        var body = new JsonObject { ["message"] = Message };
        if (errors is not null)
        {
            body["errors"] = errors.DeepClone();
        }

        body["documentation_url"] = "https://docs.github.com/rest";
        body["status"] = status.ToString();
        return body;
    }
}
