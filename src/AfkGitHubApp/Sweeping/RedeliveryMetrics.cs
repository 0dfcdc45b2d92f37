using System.Diagnostics.Metrics;

namespace AfkGitHubApp.Sweeping;

/// <summary>The gap between what GitHub sent and what arrived, as metrics of the meter <c>AfkGitHubApp.Deliveries</c>.</summary>
public sealed class RedeliveryMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "AfkGitHubApp.Deliveries";

    private readonly Meter meter;
    private readonly Counter<long> failed;
    private readonly Counter<long> asked;
    private long missing;

    /// <summary>Instruments of this process; the meter's scope is this object.</summary>
    public RedeliveryMetrics()
    {
        meter = new Meter(MeterName, version: null, tags: null, scope: this);
        failed = meter.CreateCounter<long>("afk.deliveries.failed", "{delivery}", "Events none of whose attempts reached the app, found by this process");
        asked = meter.CreateCounter<long>("afk.deliveries.asked_again", "{delivery}", "Deliveries this process has asked GitHub to repeat");
        meter.CreateObservableGauge("afk.deliveries.missing", () => Interlocked.Read(ref missing), "{delivery}", "Events that have not arrived yet, as of this process' last sweep");
    }

    /// <summary>So many events were found to have failed.</summary>
    public void Failed(int count) => failed.Add(count);

    /// <summary>One was asked for again.</summary>
    public void AskedAgain() => asked.Add(1);

    /// <summary>So many are missing now.</summary>
    public void Missing(int count) => Interlocked.Exchange(ref missing, count);

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();
}
