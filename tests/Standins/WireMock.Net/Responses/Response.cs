using System.Net;
using System.Text;
using JsonConverter.Abstractions;
using JsonConverter.Newtonsoft.Json;
using Microsoft.AspNetCore.Http;
using WireMock.Serving;
using WireMock.Settings;
using WireMock.Types;
using WireMock.Util;

namespace WireMock.ResponseBuilders;

/// <inheritdoc cref="IResponseBuilder"/>
public class Response : IResponseBuilder
{
    private TimeSpan? _delay;
    private Func<TimeSpan>? _randomDelay;
    private Func<IRequestMessage, Task<IResponseMessage>>? _syncCallback;
    private Func<IRequestMessage, Task<IResponseMessage>>? _asyncCallback;

    private Response(ResponseMessage message) => ResponseMessage = message;

    public IMapping Mapping { get; set; } = null!;

    public IResponseMessage ResponseMessage { get; }

    public static IResponseBuilder Create(ResponseMessage? responseMessage = null) =>
        new Response(responseMessage ?? new ResponseMessage { DateTime = Clock.UtcNow });

    public static IResponseBuilder Create(Func<ResponseMessage> func) => new Response(Guard.NotNull(func)());

    public async Task<(IResponseMessage Message, IMapping? Mapping)> ProvideResponseAsync(IMapping mapping, HttpContext context, IRequestMessage requestMessage, WireMockServerSettings settings)
    {
        // As in the package, a random delay outranks a fixed one and synchronous code outranks asynchronous code.
        if ((_randomDelay?.Invoke() ?? _delay) is { } delay)
        {
            await Task.Delay(delay, TimeProvider.System, Shutdown.TokenOf(context));
        }

        if ((_syncCallback ?? _asyncCallback) is not { } callback)
        {
            return (ResponseMessage, null);
        }

        var message = await callback(requestMessage);
        message.StatusCode = ResponseMessage.StatusCode ?? message.StatusCode;
        message.Headers = ResponseMessage.Headers is { Count: > 0 } headers ? headers : message.Headers;
        message.TrailingHeaders = ResponseMessage.TrailingHeaders is { Count: > 0 } trailers ? trailers : message.TrailingHeaders;
        return (message, null);
    }

    public IResponseBuilder WithStatusCode(int code)
    {
        ResponseMessage.StatusCode = code;
        return this;
    }

    public IResponseBuilder WithStatusCode(string code)
    {
        ResponseMessage.StatusCode = code;
        return this;
    }

    public IResponseBuilder WithStatusCode(HttpStatusCode code) => WithStatusCode((int)code);

    public IResponseBuilder WithSuccess() => WithStatusCode(HttpStatusCode.OK);

    public IResponseBuilder WithNotFound() => WithStatusCode(HttpStatusCode.NotFound);

    public IResponseBuilder WithHeader(string name, params string[] values)
    {
        ResponseMessage.AddHeader(Guard.NotNull(name), values);
        return this;
    }

    public IResponseBuilder WithHeaders(IDictionary<string, string> headers) => WithHeaders(Lists(headers, value => new(value)));

    public IResponseBuilder WithHeaders(IDictionary<string, string[]> headers) => WithHeaders(Lists(headers, values => new(values)));

    public IResponseBuilder WithHeaders(IDictionary<string, WireMockList<string>> headers)
    {
        ResponseMessage.Headers = Guard.NotNull(headers);
        return this;
    }

    public IResponseBuilder WithTrailingHeader(string name, params string[] values)
    {
        ResponseMessage.AddTrailingHeader(Guard.NotNull(name), values);
        return this;
    }

    public IResponseBuilder WithTrailingHeaders(IDictionary<string, string> headers) => WithTrailingHeaders(Lists(headers, value => new(value)));

    public IResponseBuilder WithTrailingHeaders(IDictionary<string, string[]> headers) => WithTrailingHeaders(Lists(headers, values => new(values)));

    public IResponseBuilder WithTrailingHeaders(IDictionary<string, WireMockList<string>> headers)
    {
        ResponseMessage.TrailingHeaders = Guard.NotNull(headers);
        return this;
    }

    public IResponseBuilder WithBody(Func<IRequestMessage, string> bodyFactory, string? destination = BodyDestinationFormat.SameAsSource, Encoding? encoding = null)
    {
        Guard.NotNull(bodyFactory);
        return WithCallback(request => With(Text(bodyFactory(request), encoding ?? Encoding.UTF8)));
    }

    public IResponseBuilder WithBody(Func<IRequestMessage, Task<string>> bodyFactory, string? destination = BodyDestinationFormat.SameAsSource, Encoding? encoding = null)
    {
        Guard.NotNull(bodyFactory);
        return WithCallback(async request => With(Text(await bodyFactory(request), encoding ?? Encoding.UTF8)));
    }

    public IResponseBuilder WithBody(byte[] body, string? destination = BodyDestinationFormat.SameAsSource, Encoding? encoding = null)
    {
        Guard.NotNull(body);
        return WithBodyData(destination, destination == BodyDestinationFormat.String
            ? Text((encoding ?? Encoding.UTF8).GetString(body), encoding ?? Encoding.UTF8)
            : new BodyData { DetectedBodyType = BodyType.Bytes, BodyAsBytes = body });
    }

    public IResponseBuilder WithBody(string body, string? destination = BodyDestinationFormat.SameAsSource, Encoding? encoding = null, IJsonConverter? jsonConverter = null, JsonConverterOptions? options = null)
    {
        Guard.NotNull(body);
        encoding ??= Encoding.UTF8;
        return WithBodyData(destination, destination switch
        {
            BodyDestinationFormat.Bytes => new BodyData { DetectedBodyType = BodyType.Bytes, BodyAsBytes = encoding.GetBytes(body), Encoding = encoding },
            BodyDestinationFormat.Json => Json((jsonConverter ?? new NewtonsoftJsonConverter()).Deserialize<object>(body, options ?? Bodies.DatesAsText), encoding),
            _ => Text(body, encoding),
        });
    }

    public IResponseBuilder WithBody(object body, IJsonConverter jsonConverter, JsonConverterOptions? options = null) => WithBody(body, null, jsonConverter, options);

    public IResponseBuilder WithBody(object body, Encoding? encoding, IJsonConverter jsonConverter, JsonConverterOptions? options = null) =>
        WithBodyData(null, Text(Guard.NotNull(jsonConverter).Serialize(Guard.NotNull(body), options), encoding));

    public IResponseBuilder WithBodyAsJson(object body, Encoding? encoding = null, bool? indented = null) => WithBodyData(null, Json(Guard.NotNull(body), encoding, indented));

    public IResponseBuilder WithBodyAsJson(object body, bool indented) => WithBodyAsJson(body, null, indented);

    public IResponseBuilder WithBodyAsJson(Func<IRequestMessage, object> bodyFactory, Encoding? encoding = null)
    {
        Guard.NotNull(bodyFactory);
        return WithCallback(request => With(Json(bodyFactory(request), encoding ?? Encoding.UTF8)));
    }

    public IResponseBuilder WithBodyAsJson(Func<IRequestMessage, Task<object>> bodyFactory, Encoding? encoding = null)
    {
        Guard.NotNull(bodyFactory);
        return WithCallback(async request => With(Json(await bodyFactory(request), encoding ?? Encoding.UTF8)));
    }

    public IResponseBuilder WithCallback(Func<IRequestMessage, IResponseMessage> callbackHandler)
    {
        Guard.NotNull(callbackHandler);
        _syncCallback = request => Task.FromResult(callbackHandler(request));
        return this;
    }

    public IResponseBuilder WithCallback(Func<IRequestMessage, Task<IResponseMessage>> callbackHandler)
    {
        _asyncCallback = Guard.NotNull(callbackHandler);
        return this;
    }

    public IResponseBuilder WithDelay(TimeSpan delay)
    {
        Guard.InRange(delay > TimeSpan.Zero || delay == Timeout.InfiniteTimeSpan, nameof(delay));
        _delay = delay;
        return this;
    }

    public IResponseBuilder WithDelay(int milliseconds) => WithDelay(TimeSpan.FromMilliseconds(milliseconds));

    public IResponseBuilder WithRandomDelay(int minimumMilliseconds = 0, int maximumMilliseconds = 60_000)
    {
        Guard.InRange(minimumMilliseconds >= 0, nameof(minimumMilliseconds));
        Guard.InRange(maximumMilliseconds > minimumMilliseconds, nameof(maximumMilliseconds));
        _randomDelay = () => TimeSpan.FromMilliseconds(Chance.Between(minimumMilliseconds, maximumMilliseconds));
        return this;
    }

    public IResponseBuilder WithFault(FaultType faultType, double? percentage = null)
    {
        ResponseMessage.FaultType = faultType;
        ResponseMessage.FaultPercentage = percentage;
        return this;
    }

    private static BodyData Text(string text, Encoding? encoding) => new() { DetectedBodyType = BodyType.String, BodyAsString = text, Encoding = encoding };

    private static BodyData Json(object? value, Encoding? encoding, bool? indented = null) =>
        new() { DetectedBodyType = BodyType.Json, BodyAsJson = value, BodyAsJsonIndented = indented, Encoding = encoding };

    private static IResponseMessage With(BodyData body) => new ResponseMessage { BodyData = body };

    private static Dictionary<string, WireMockList<string>> Lists<T>(IDictionary<string, T> headers, Func<T, WireMockList<string>> list) =>
        (headers ?? throw new ArgumentNullException(nameof(headers))).ToDictionary(header => header.Key, header => list(header.Value));

    private Response WithBodyData(string? destination, BodyData body)
    {
        ResponseMessage.BodyDestination = destination;
        ResponseMessage.BodyData = body;
        return this;
    }
}
