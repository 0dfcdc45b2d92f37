using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;

namespace Octokit.Internal;

/// <summary>Turns bodies into JSON text and back, through the serializer that the connection was given.</summary>
internal sealed class JsonPipeline(IJsonSerializer serializer)
{
    internal void WriteBody(Request request)
    {
        request.Headers.TryAdd("Accept", MediaTypes.Json);
        if (request.Method != HttpMethod.Get && request.Body is not (null or string or Stream or HttpContent))
        {
            request.Body = serializer.Serialize(request.Body);
        }
    }

    // Only the exact media type counts: application/vnd.github+json leaves the mapped body at its default.
    internal ApiResponse<T> ReadBody<T>(IResponse response)
    {
        if (response.ContentType != "application/json" || response.Body is not string { Length: > 0 } text || text == "{}")
        {
            return new ApiResponse<T>(response);
        }

        var single = text.StartsWith('{') && typeof(IEnumerable).IsAssignableFrom(typeof(T)) && !IsDictionary(typeof(T));
        return new ApiResponse<T>(response, serializer.Deserialize<T>(single ? $"[{text}]" : text));
    }

    private static bool IsDictionary(Type type) =>
        typeof(IDictionary).IsAssignableFrom(type)
        || type.GetInterfaces().Append(type).Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IDictionary<,>));
}
