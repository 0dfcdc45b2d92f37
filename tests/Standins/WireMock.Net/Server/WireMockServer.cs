using System.Collections.Specialized;
using WireMock.Exceptions;
using WireMock.Logging;
using WireMock.Matchers;
using WireMock.Matchers.Request;
using WireMock.RequestBuilders;
using WireMock.Serving;
using WireMock.Settings;

namespace WireMock.Server;

/// <inheritdoc cref="IWireMockServer"/>
public class WireMockServer : IWireMockServer
{
    private readonly WireMockServerSettings _settings;
    private readonly CancellationTokenSource _disposing = new();
    private readonly Scenarios _scenarios = new();
    private readonly Mappings _mappings;
    private readonly LogBook _log;
    private readonly Pipeline _pipeline;
    private readonly Listener _listener;
    private NotifyCollectionChangedEventHandler? _logEntriesChanged;

    /// <exception cref="WireMockException">The server cannot listen.</exception>
    protected WireMockServer(WireMockServerSettings settings)
    {
        _settings = Guard.NotNull(settings);
        _mappings = new Mappings(_scenarios);
        _log = new LogBook(OnLogChanged) { MaximumCount = settings.MaxRequestLogCount, ExpirationHours = settings.RequestLogExpirationDuration };
        _pipeline = new Pipeline(settings, _mappings, _scenarios, _log, _disposing.Token);
        _listener = Blocking.Wait(() => Listener.StartAsync(settings, _pipeline.AnswerAsync));
        Urls = [.. _listener.Addresses.Select(address => address.GetLeftPart(UriPartial.Authority))];
        Ports = [.. _listener.Addresses.Select(address => address.Port)];
        IsStarted = true;
    }

    public event NotifyCollectionChangedEventHandler LogEntriesChanged
    {
        add => _logEntriesChanged += value;
        remove => _logEntriesChanged -= value;
    }

    public bool IsStarted { get; private set; }

    public List<int> Ports { get; }

    public int Port => Ports.FirstOrDefault();

    public string[] Urls { get; }

    public string? Url => Urls.FirstOrDefault();

    public IReadOnlyList<IMapping> Mappings => _mappings.Snapshot();

    public IReadOnlyList<ScenarioState> Scenarios => _scenarios.Snapshot();

    public IReadOnlyList<ILogEntry> LogEntries => _log.Snapshot();

    /// <exception cref="WireMockException">The server cannot listen.</exception>
    public static WireMockServer Start(WireMockServerSettings settings) => new(settings);

    /// <exception cref="WireMockException">The server cannot listen.</exception>
    public static WireMockServer Start(Action<WireMockServerSettings> action)
    {
        var settings = new WireMockServerSettings();
        Guard.NotNull(action)(settings);
        return new WireMockServer(settings);
    }

    /// <summary>Starts at http://localhost with a free port unless told otherwise.</summary>
    /// <exception cref="WireMockException">The server cannot listen.</exception>
    public static WireMockServer Start(int? port = 0, bool useSSL = false, bool useHttp2 = false) =>
        new(new WireMockServerSettings { Port = port, UseSSL = useSSL, UseHttp2 = useHttp2 });

    /// <exception cref="WireMockException">The server cannot listen.</exception>
    public static WireMockServer Start(params string[] urls) => new(new WireMockServerSettings { Urls = Guard.NotEmpty(urls) });

    public IRespondWithAProvider Given(IRequestMatcher requestMatcher, bool saveToFile = false) => saveToFile
        ? throw new NotSupportedException("The stand-in keeps no mappings in files.")
        : new RespondWithAProvider(Guard.NotNull(requestMatcher), _settings, _mappings.Put);

    public IRespondWithAProvider WhenRequest(Action<IRequestBuilder> action, bool saveToFile = false)
    {
        var request = Request.Create();
        Guard.NotNull(action)(request);
        return Given(request, saveToFile);
    }

    /// <summary>A client whose base address is this server.</summary>
    /// <exception cref="InvalidOperationException">The server is stopped.</exception>
    public HttpClient CreateClient(params DelegatingHandler[] handlers) => CreateClient(new HttpClientHandler(), handlers);

    /// <summary>A client whose base address is this server.</summary>
    /// <exception cref="InvalidOperationException">The server is stopped.</exception>
    public HttpClient CreateClient(HttpMessageHandler innerHandler, params DelegatingHandler[] handlers)
    {
        if (!IsStarted)
        {
            throw new InvalidOperationException("Unable to create HttpClient because the service is not started.");
        }

        var chain = innerHandler;
        foreach (var handler in handlers.Reverse())
        {
            handler.InnerHandler = chain;
            chain = handler;
        }

        return new HttpClient(chain) { BaseAddress = new Uri(Url!) };
    }

    public void AddGlobalProcessingDelay(TimeSpan delay) => _pipeline.Delay = delay;

    public void AllowPartialMapping(bool allow = true) => _settings.AllowPartialMapping = allow;

    public bool DeleteLogEntry(Guid guid) => _log.Remove(guid);

    public bool DeleteMapping(Guid guid) => _mappings.Remove(guid);

    public IReadOnlyList<ILogEntry> FindLogEntries(params IRequestMatcher[] matchers)
    {
        Guard.NotNull(matchers);
        return
        [
            .. LogEntries
                .Select(entry => (Entry: entry, Result: Measure(entry, matchers)))
                .Where(found => found.Result.AverageTotalScore > MatchScores.AlmostPerfect)
                .OrderBy(found => found.Result)
                .Select(found => found.Entry),
        ];
    }

    public void Reset()
    {
        ResetLogEntries();
        ResetScenarios();
        ResetMappings();
    }

    public void ResetMappings() => _mappings.Clear();

    public void ResetScenarios() => _scenarios.Clear();

    public bool ResetScenario(string name) => _scenarios.Forget(name);

    public bool SetScenarioState(string name, string? state)
    {
        if (state is null)
        {
            return ResetScenario(name);
        }

        _scenarios.Set(name, state);
        return true;
    }

    public void ResetLogEntries() => _log.Clear();

    public void SetMaxRequestLogCount(int? maxRequestLogCount) => _log.MaximumCount = maxRequestLogCount;

    public void SetRequestLogExpirationDuration(int? requestLogExpirationDuration) => _log.ExpirationHours = requestLogExpirationDuration;

    public void Stop()
    {
        IsStarted = false;
        Blocking.Wait(_listener.StopAsync);
    }

    /// <summary>Stops at once: answers under way are cut, delays end.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing || _disposing.IsCancellationRequested)
        {
            return;
        }

        IsStarted = false;
        _disposing.Cancel();
        Blocking.Wait(_listener.AbortAsync);
    }

    private static RequestMatchResult Measure(ILogEntry entry, IRequestMatcher[] matchers)
    {
        var result = new RequestMatchResult();
        foreach (var matcher in matchers)
        {
            matcher.GetMatchingScore(entry.RequestMessage!, result);
        }

        return result;
    }

    /// <summary>A subscriber that fails does not fail the request.</summary>
    private void OnLogChanged(NotifyCollectionChangedEventArgs change)
    {
        foreach (var subscriber in _logEntriesChanged?.GetInvocationList().Cast<NotifyCollectionChangedEventHandler>() ?? [])
        {
            try
            {
                subscriber(this, change);
            }
            catch (Exception)
            {
                // The package writes this to its logger and goes on; the stand-in has no logger.
            }
        }
    }
}
