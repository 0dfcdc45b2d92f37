using System.Collections.Specialized;
using WireMock.Logging;
using WireMock.Matchers.Request;

namespace WireMock.Server;

/// <summary>An HTTP server that answers as it was told and remembers what it was asked.</summary>
public interface IWireMockServer : IDisposable
{
    bool IsStarted { get; }

    /// <summary>A snapshot, the newest last.</summary>
    IReadOnlyList<ILogEntry> LogEntries { get; }

    List<int> Ports { get; }

    int Port { get; }

    string[] Urls { get; }

    /// <summary>Keeps its value after <see cref="Stop"/>.</summary>
    string? Url { get; }

    event NotifyCollectionChangedEventHandler LogEntriesChanged;

    /// <summary>Waits before every matched answer.</summary>
    void AddGlobalProcessingDelay(TimeSpan delay);

    /// <summary>Lets the nearest mapping answer when none matches.</summary>
    void AllowPartialMapping(bool allow = true);

    bool DeleteLogEntry(Guid guid);

    bool DeleteMapping(Guid guid);

    /// <summary>The entries that all matchers accept; a request builder without any rule finds none.</summary>
    IReadOnlyList<ILogEntry> FindLogEntries(params IRequestMatcher[] matchers);

    /// <summary>Forgets mappings, log entries and scenarios.</summary>
    void Reset();

    void ResetMappings();

    void ResetScenarios();

    bool ResetScenario(string name);

    /// <summary>A state of null resets the scenario.</summary>
    bool SetScenarioState(string name, string? state);

    void ResetLogEntries();

    /// <summary>Entries kept; null keeps all, zero none.</summary>
    void SetMaxRequestLogCount(int? maxRequestLogCount);

    /// <summary>Hours that an entry is kept.</summary>
    void SetRequestLogExpirationDuration(int? requestLogExpirationDuration);

    /// <summary>Stops listening and waits for answers under way.</summary>
    void Stop();
}
