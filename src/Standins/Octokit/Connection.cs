using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Octokit.Caching;
using Octokit.Internal;

namespace Octokit;

/// <summary>The way to GitHub: builds a request, proves who sends it, sends it, maps the answer or its failure.</summary>
public class Connection : IConnection
{
    private const string FormContentType = "application/x-www-form-urlencoded";
    private static readonly Uri PublicAddress = new("https://api.github.com/");

    private readonly JsonPipeline json;
    private ICredentialStore credentialStore;
    private IHttpClient client;
    private ApiInfo lastApiInfo;

    public Connection(ProductHeaderValue productInformation)
        : this(productInformation, PublicAddress, Nobody())
    {
    }

    public Connection(ProductHeaderValue productInformation, IHttpClient httpClient)
        : this(productInformation, PublicAddress, Nobody(), httpClient, new SimpleJsonSerializer())
    {
    }

    public Connection(ProductHeaderValue productInformation, Uri baseAddress)
        : this(productInformation, baseAddress, Nobody())
    {
    }

    public Connection(ProductHeaderValue productInformation, ICredentialStore credentialStore)
        : this(productInformation, PublicAddress, credentialStore)
    {
    }

    public Connection(ProductHeaderValue productInformation, Uri baseAddress, ICredentialStore credentialStore)
        : this(productInformation, baseAddress, credentialStore, new HttpClientAdapter(HttpMessageHandlerFactory.CreateDefault), new SimpleJsonSerializer())
    {
    }

    public Connection(ProductHeaderValue productInformation, Uri baseAddress, ICredentialStore credentialStore, IHttpClient httpClient, IJsonSerializer serializer)
    {
        ArgumentNullException.ThrowIfNull(productInformation);
        ArgumentNullException.ThrowIfNull(baseAddress);
        ArgumentNullException.ThrowIfNull(credentialStore);
        ArgumentNullException.ThrowIfNull(httpClient);
        ArgumentNullException.ThrowIfNull(serializer);
        if (!baseAddress.IsAbsoluteUri)
        {
            throw new ArgumentException($"The base address '{baseAddress}' must be an absolute URI", nameof(baseAddress));
        }

        UserAgent = DescribeSender(productInformation);
        BaseAddress = baseAddress;
        this.credentialStore = credentialStore;
        client = httpClient;
        json = new JsonPipeline(serializer);
    }

    public Uri BaseAddress { get; private set; }

    public string UserAgent { get; private set; }

    public ICredentialStore CredentialStore => credentialStore;

    public Credentials Credentials
    {
        // Blocks, as the real one does: the store is asked on every read.
        get => CredentialStore.GetCredentials()?.Result ?? Credentials.Anonymous;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            credentialStore = new InMemoryCredentialStore(value);
        }
    }

    public IResponseCache ResponseCache
    {
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            client = new ConditionalHttpClient(client, value);
        }
    }

    public ApiInfo GetLastApiInfo() => lastApiInfo?.Clone();

    public void SetRequestTimeout(TimeSpan timeout) => client.SetRequestTimeout(timeout);

    public async Task<IApiResponse<string>> GetHtml(Uri uri, IDictionary<string, string> parameters)
    {
        var response = await Send(Unmapped(uri, parameters, MediaTypes.Html), CancellationToken.None, null);
        return new ApiResponse<string>(response, response.Body as string);
    }

    public Task<IApiResponse<byte[]>> GetRaw(Uri uri, IDictionary<string, string> parameters) =>
        ReadRaw(Unmapped(uri, parameters, MediaTypes.Raw));

    public Task<IApiResponse<byte[]>> GetRaw(Uri uri, IDictionary<string, string> parameters, TimeSpan timeout)
    {
        var request = Unmapped(uri, parameters, MediaTypes.Raw);
        request.Timeout = timeout;
        return ReadRaw(request);
    }

    public async Task<IApiResponse<Stream>> GetRawStream(Uri uri, IDictionary<string, string> parameters)
    {
        var response = await Send(Unmapped(uri, parameters, MediaTypes.Raw), CancellationToken.None, null);
        return new ApiResponse<Stream>(response, response.Body as Stream);
    }

    public Task<IApiResponse<T>> Get<T>(Uri uri, IDictionary<string, string> parameters) =>
        Exchange<T>(NewRequest(HttpMethod.Get, Query.Apply(uri, parameters)));

    public Task<IApiResponse<T>> Get<T>(Uri uri, IDictionary<string, string> parameters, string accepts) =>
        Exchange<T>(NewRequest(HttpMethod.Get, Query.Apply(uri, parameters)), accepts: accepts);

    public Task<IApiResponse<T>> Get<T>(Uri uri, IDictionary<string, string> parameters, string accepts, CancellationToken cancellationToken) =>
        Exchange<T>(NewRequest(HttpMethod.Get, Query.Apply(uri, parameters)), accepts: accepts, cancellationToken: cancellationToken);

    public Task<IApiResponse<T>> Get<T>(Uri uri, IDictionary<string, string> parameters, string accepts, CancellationToken cancellationToken, Func<object, object> preprocessResponseBody) =>
        Exchange<T>(NewRequest(HttpMethod.Get, Query.Apply(uri, parameters)), accepts: accepts, cancellationToken: cancellationToken, preprocess: preprocessResponseBody);

    public Task<IApiResponse<T>> Get<T>(Uri uri, TimeSpan timeout) => Exchange<T>(NewRequest(HttpMethod.Get, uri, timeout));

    public Task<HttpStatusCode> Patch(Uri uri) => Status(NewRequest(HttpMethod.Patch, uri));

    public Task<HttpStatusCode> Patch(Uri uri, object body) => Status(NewRequest(HttpMethod.Patch, uri), Required(body));

    public Task<HttpStatusCode> Patch(Uri uri, string accepts)
    {
        ArgumentNullException.ThrowIfNull(accepts);
        return Status(NewRequest(HttpMethod.Patch, uri), accepts: accepts);
    }

    public Task<HttpStatusCode> Patch(Uri uri, object body, string accepts)
    {
        ArgumentNullException.ThrowIfNull(accepts);
        return Status(NewRequest(HttpMethod.Patch, uri), Required(body), accepts);
    }

    public Task<IApiResponse<T>> Patch<T>(Uri uri, object body) => Exchange<T>(NewRequest(HttpMethod.Patch, uri), Required(body));

    public Task<IApiResponse<T>> Patch<T>(Uri uri, object body, string accepts)
    {
        ArgumentNullException.ThrowIfNull(accepts);
        return Exchange<T>(NewRequest(HttpMethod.Patch, uri), Required(body), accepts);
    }

    public Task<HttpStatusCode> Post(Uri uri, CancellationToken cancellationToken = default) =>
        Status(NewRequest(HttpMethod.Post, uri), cancellationToken: cancellationToken);

    public Task<HttpStatusCode> Post(Uri uri, object body, string accepts, CancellationToken cancellationToken = default) =>
        Status(NewRequest(HttpMethod.Post, uri), body, accepts, cancellationToken: cancellationToken);

    public Task<IApiResponse<T>> Post<T>(Uri uri, CancellationToken cancellationToken = default) =>
        Exchange<T>(NewRequest(HttpMethod.Post, uri), cancellationToken: cancellationToken);

    public Task<IApiResponse<T>> Post<T>(Uri uri, object body, string accepts, string contentType, CancellationToken cancellationToken = default) =>
        Exchange<T>(NewRequest(HttpMethod.Post, uri), Required(body), accepts, contentType, cancellationToken: cancellationToken);

    public Task<IApiResponse<T>> Post<T>(Uri uri, object body, string accepts, string contentType, IDictionary<string, string> parameters, CancellationToken cancellationToken = default) =>
        Exchange<T>(NewRequest(HttpMethod.Post, Query.Apply(uri, parameters)), Required(body), accepts, contentType, cancellationToken: cancellationToken);

    public Task<IApiResponse<T>> Post<T>(Uri uri, object body, string accepts, string contentType, string twoFactorAuthenticationCode, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(twoFactorAuthenticationCode);
        return Exchange<T>(NewRequest(HttpMethod.Post, uri), Required(body), accepts, contentType, twoFactorAuthenticationCode, cancellationToken);
    }

    public Task<IApiResponse<T>> Post<T>(Uri uri, object body, string accepts, string contentType, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        Exchange<T>(NewRequest(HttpMethod.Post, uri, timeout), Required(body), accepts, contentType, cancellationToken: cancellationToken);

    public Task<IApiResponse<T>> Post<T>(Uri uri, object body, string accepts, string contentType, Uri baseAddress, CancellationToken cancellationToken = default)
    {
        var request = NewRequest(HttpMethod.Post, uri);
        request.BaseAddress = baseAddress ?? BaseAddress;
        return Exchange<T>(request, Required(body), accepts, contentType, cancellationToken: cancellationToken);
    }

    public Task<IApiResponse<T>> Put<T>(Uri uri, object body) => Exchange<T>(NewRequest(HttpMethod.Put, uri), body);

    public Task<IApiResponse<T>> Put<T>(Uri uri, object body, string twoFactorAuthenticationCode) =>
        Exchange<T>(NewRequest(HttpMethod.Put, uri), body, oneTimeCode: twoFactorAuthenticationCode);

    public Task<IApiResponse<T>> Put<T>(Uri uri, object body, string twoFactorAuthenticationCode, string accepts) =>
        Exchange<T>(NewRequest(HttpMethod.Put, uri), body, accepts, oneTimeCode: twoFactorAuthenticationCode);

    public Task<HttpStatusCode> Put(Uri uri) => Status(NewRequest(HttpMethod.Put, uri));

    public Task<HttpStatusCode> Put(Uri uri, object body) => Status(NewRequest(HttpMethod.Put, uri), Required(body));

    public Task<HttpStatusCode> Delete(Uri uri) => Status(NewRequest(HttpMethod.Delete, uri));

    public Task<HttpStatusCode> Delete(Uri uri, string twoFactorAuthenticationCode) =>
        Status(NewRequest(HttpMethod.Delete, uri), oneTimeCode: twoFactorAuthenticationCode);

    public Task<HttpStatusCode> Delete(Uri uri, object data)
    {
        // The one body that leaves without a content type of Octokit's; the platform then calls it text/plain.
        var request = NewRequest(HttpMethod.Delete, uri);
        request.Body = Required(data);
        return Status(request);
    }

    public Task<HttpStatusCode> Delete(Uri uri, object data, string accepts)
    {
        ArgumentNullException.ThrowIfNull(accepts);
        return Status(NewRequest(HttpMethod.Delete, uri), data, accepts);
    }

    public Task<IApiResponse<T>> Delete<T>(Uri uri, object data) => Exchange<T>(NewRequest(HttpMethod.Delete, uri), Required(data));

    public Task<IApiResponse<T>> Delete<T>(Uri uri, object data, string accepts)
    {
        ArgumentNullException.ThrowIfNull(accepts);
        return Exchange<T>(NewRequest(HttpMethod.Delete, uri), data, accepts);
    }

    private static InMemoryCredentialStore Nobody() => new(Credentials.Anonymous);

    private static object Required(object body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return body;
    }

    private static string DescribeSender(ProductHeaderValue product)
    {
        var system = Environment.OSVersion;
        var bits = Environment.Is64BitOperatingSystem ? "amd64" : "x86";
        return $"{product} ({system.Platform} {system.Version.ToString(3)}; {bits}; {CultureInfo.CurrentCulture.Name}; Octokit.net 14.0.0)";
    }

    private Request NewRequest(HttpMethod method, Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint, "uri");
        return new Request { Method = method, BaseAddress = BaseAddress, Endpoint = endpoint };
    }

    private Request NewRequest(HttpMethod method, Uri endpoint, TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
        {
            throw new ArgumentException("Timespan must be greater than zero", nameof(timeout));
        }

        var request = NewRequest(method, endpoint);
        request.Timeout = timeout;
        return request;
    }

    private Request Unmapped(Uri uri, IDictionary<string, string> parameters, string accepts)
    {
        var request = NewRequest(HttpMethod.Get, Query.Apply(uri, parameters));
        request.Headers["Accept"] = accepts;
        return request;
    }

    private async Task<IApiResponse<byte[]>> ReadRaw(Request request)
    {
        var response = await Send(request, CancellationToken.None, null);
        if (response.Body is not Stream stream)
        {
            return new ApiResponse<byte[]>(response, response.Body as byte[]);
        }

        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return new ApiResponse<byte[]>(response, copy.ToArray());
    }

    private async Task<HttpStatusCode> Status(
        Request request,
        object body = null,
        string accepts = null,
        string oneTimeCode = null,
        CancellationToken cancellationToken = default)
    {
        var answer = await Exchange<object>(request, body, accepts, oneTimeCode: oneTimeCode, cancellationToken: cancellationToken);
        return answer.HttpResponse.StatusCode;
    }

    private async Task<IApiResponse<T>> Exchange<T>(
        Request request,
        object body = null,
        string accepts = null,
        string contentType = null,
        string oneTimeCode = null,
        CancellationToken cancellationToken = default,
        Func<object, object> preprocess = null)
    {
        if (!string.IsNullOrEmpty(accepts))
        {
            request.Headers["Accept"] = accepts;
        }

        if (!string.IsNullOrEmpty(oneTimeCode))
        {
            request.Headers["X-GitHub-OTP"] = oneTimeCode;
        }

        if (body is not null)
        {
            request.Body = body;
            request.ContentType = contentType ?? FormContentType;
        }

        json.WriteBody(request);
        return json.ReadBody<T>(await Send(request, cancellationToken, preprocess));
    }

    private async Task<IResponse> Send(Request request, CancellationToken cancellationToken, Func<object, object> preprocess)
    {
        request.Headers.Add("User-Agent", UserAgent);
        CredentialHeader.Apply(request, await CredentialStore.GetCredentials() ?? Credentials.Anonymous);
        var response = await client.Send(request, cancellationToken, preprocess);
        lastApiInfo = response.ApiInfo.Clone();
        return Failures.From(response) is { } failure ? throw failure : response;
    }
}
