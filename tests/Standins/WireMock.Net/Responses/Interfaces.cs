using System.Net;
using System.Text;
using JsonConverter.Abstractions;
using Microsoft.AspNetCore.Http;
using WireMock.ResponseProviders;
using WireMock.Settings;
using WireMock.Types;

namespace WireMock.ResponseProviders
{
    /// <summary>Makes the answer to a request that a mapping matched.</summary>
    public interface IResponseProvider
    {
        Task<(IResponseMessage Message, IMapping? Mapping)> ProvideResponseAsync(IMapping mapping, HttpContext context, IRequestMessage requestMessage, WireMockServerSettings settings);
    }
}

namespace WireMock.ResponseBuilders
{
    /// <summary>Answers by code; status and headers named on the builder override those of the code's answer.</summary>
    public interface ICallbackResponseBuilder : IResponseProvider
    {
        IResponseBuilder WithCallback(Func<IRequestMessage, IResponseMessage> callbackHandler);

        IResponseBuilder WithCallback(Func<IRequestMessage, Task<IResponseMessage>> callbackHandler);
    }

    /// <summary>Waits before answering; the request enters the log only afterwards.</summary>
    public interface IDelayResponseBuilder : ICallbackResponseBuilder
    {
        /// <exception cref="ArgumentOutOfRangeException">The delay is neither positive nor infinite.</exception>
        IResponseBuilder WithDelay(TimeSpan delay);

        /// <exception cref="ArgumentOutOfRangeException">The delay is neither positive nor infinite (-1).</exception>
        IResponseBuilder WithDelay(int milliseconds);

        /// <exception cref="ArgumentOutOfRangeException">The minimum is negative or not below the maximum.</exception>
        IResponseBuilder WithRandomDelay(int minimumMilliseconds = 0, int maximumMilliseconds = 60_000);
    }

    /// <summary>Spoils the body.</summary>
    public interface IFaultResponseBuilder : IDelayResponseBuilder
    {
        /// <summary><paramref name="percentage"/> is a chance between 0 and 1; null means always.</summary>
        IResponseBuilder WithFault(FaultType faultType, double? percentage = null);
    }

    /// <summary>Sets the body; none of these sets a Content-Type.</summary>
    public interface IBodyResponseBuilder : IFaultResponseBuilder
    {
        IResponseBuilder WithBody(string body, string? destination = BodyDestinationFormat.SameAsSource, Encoding? encoding = null, IJsonConverter? jsonConverter = null, JsonConverterOptions? options = null);

        IResponseBuilder WithBody(Func<IRequestMessage, string> bodyFactory, string? destination = BodyDestinationFormat.SameAsSource, Encoding? encoding = null);

        IResponseBuilder WithBody(Func<IRequestMessage, Task<string>> bodyFactory, string? destination = BodyDestinationFormat.SameAsSource, Encoding? encoding = null);

        IResponseBuilder WithBody(byte[] body, string? destination = BodyDestinationFormat.SameAsSource, Encoding? encoding = null);

        IResponseBuilder WithBodyAsJson(object body, Encoding? encoding = null, bool? indented = null);

        IResponseBuilder WithBodyAsJson(object body, bool indented);

        IResponseBuilder WithBodyAsJson(Func<IRequestMessage, object> bodyFactory, Encoding? encoding = null);

        IResponseBuilder WithBodyAsJson(Func<IRequestMessage, Task<object>> bodyFactory, Encoding? encoding = null);

        IResponseBuilder WithBody(object body, IJsonConverter jsonConverter, JsonConverterOptions? options = null);

        IResponseBuilder WithBody(object body, Encoding? encoding, IJsonConverter jsonConverter, JsonConverterOptions? options = null);
    }

    /// <summary>Sets headers; the plural forms replace all those set so far.</summary>
    public interface IHeadersResponseBuilder : IBodyResponseBuilder
    {
        IResponseBuilder WithHeader(string name, params string[] values);

        IResponseBuilder WithHeaders(IDictionary<string, string> headers);

        IResponseBuilder WithHeaders(IDictionary<string, string[]> headers);

        IResponseBuilder WithHeaders(IDictionary<string, WireMockList<string>> headers);

        IResponseBuilder WithTrailingHeader(string name, params string[] values);

        IResponseBuilder WithTrailingHeaders(IDictionary<string, string> headers);

        IResponseBuilder WithTrailingHeaders(IDictionary<string, string[]> headers);

        IResponseBuilder WithTrailingHeaders(IDictionary<string, WireMockList<string>> headers);
    }

    /// <summary>Sets the status; without one it is 200.</summary>
    public interface IStatusCodeResponseBuilder : IHeadersResponseBuilder
    {
        IResponseBuilder WithStatusCode(int code);

        IResponseBuilder WithStatusCode(string code);

        IResponseBuilder WithStatusCode(HttpStatusCode code);

        IResponseBuilder WithSuccess();

        IResponseBuilder WithNotFound();
    }

    /// <summary>Builds an answer.</summary>
    public interface IResponseBuilder : IStatusCodeResponseBuilder
    {
        /// <summary>The mapping that gives this answer, once it is registered.</summary>
        IMapping Mapping { get; }

        IResponseMessage ResponseMessage { get; }
    }
}
