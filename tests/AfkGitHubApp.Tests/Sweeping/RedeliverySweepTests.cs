using System.Diagnostics.Metrics;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Hosting;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Sweeping;
using AfkGitHubApp.Tests.Harness;
using AfkGitHubApp.Tests.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AfkGitHubApp.Tests.Sweeping;

/// <summary>The search for lost deliveries, against a list that the test writes.</summary>
public sealed class RedeliverySweepTests
{
    private static readonly TimeSpan Interval = RedeliverySweep.Interval;

    [Fact]
    public async Task An_event_that_failed_is_asked_for_once_until_its_new_attempt_has_shown_up()
    {
        await using var room = await Room.CreateAsync();
        room.Attempt(1, "g", 503);

        await room.SweepAsync();
        room.App.Asked.ShouldBe([1]);
        for (var sweep = 0; sweep < 11; sweep++)
        {
            await room.SweepAfterAsync(Interval);
        }

        room.App.Asked.ShouldBe([1], "nothing has shown up within the hour");
    }

    [Fact]
    public async Task A_new_attempt_that_failed_is_asked_for_after_ever_longer_waits_and_at_last_no_more()
    {
        await using var room = await Room.CreateAsync();
        room.Attempt(1, "g", 503);
        var asked = new List<TimeSpan>();
        var start = room.Clock.GetUtcNow();
        for (var known = 0; room.Clock.GetUtcNow() - start < TimeSpan.FromDays(2);)
        {
            await room.SweepAsync();
            if (room.App.Asked.Count > known)
            {
                known = room.App.Asked.Count;
                asked.Add(room.Clock.GetUtcNow() - start);
                room.Clock.Advance(TimeSpan.FromSeconds(10));
                room.Attempt(100 + known, "g", 503);
            }

            room.Clock.Advance(Interval);
        }

        asked.Count.ShouldBe(RedeliverySweep.MostAsks);
        room.App.Asked.ShouldBe([1, .. Enumerable.Range(101, RedeliverySweep.MostAsks - 1).Select(id => (long)id)], "the newest attempt is the one asked for");
        asked[^1].ShouldBeInRange(TimeSpan.FromHours(20), TimeSpan.FromHours(30));
        var waits = asked.Zip(asked.Skip(1), (earlier, later) => later - earlier).ToList();
        waits.Zip(waits.Skip(1)).ShouldAllBe(pair => pair.Second > pair.First);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(202)]
    public async Task An_event_one_of_whose_attempts_succeeded_is_not_asked_for(int success)
    {
        await using var room = await Room.CreateAsync();
        room.Attempt(1, "g", 503);
        room.Attempt(2, "g", success);
        room.Attempt(3, "g", 500);

        await room.SweepAsync();

        room.App.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(301)]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    public async Task Nothing_but_a_success_counts_as_arrived(int status)
    {
        await using var room = await Room.CreateAsync();
        room.Attempt(1, "g", status);

        await room.SweepAsync();

        room.App.Asked.ShouldBe([1]);
    }

    [Fact]
    public async Task What_nobody_listens_to_and_what_nobody_allows_is_not_asked_for()
    {
        await using var room = await Room.CreateAsync();
        room.Attempt(1, "g1", 503, name: "star");
        room.Attempt(2, "g2", 503, name: "ping", repository: null);
        room.Attempt(3, "g3", 503, repository: 4711);
        room.Attempt(4, "g4", 503, name: "installation", repository: null);
        room.Attempt(5, "g5", 503, name: "check_suite");

        await room.SweepAsync();

        room.App.Asked.Order().ShouldBe([4, 5]);
    }

    [Fact]
    public async Task A_repository_with_a_run_in_flight_counts_although_nobody_allows_it_any_more()
    {
        await using var room = await Room.CreateAsync();
        room.InFlight.Saw(new RepositoryKey(4711, "octo/dropped", 7), inFlight: true);
        room.Attempt(1, "g", 503, repository: 4711);

        await room.SweepAsync();

        room.App.Asked.ShouldBe([1]);
    }

    [Theory]
    [InlineData("Afk:KillSwitch", "true")]
    [InlineData("Afk:Allowlist", "")]
    public async Task Disarmed_nothing_is_asked(string key, string value)
    {
        await using var room = await Room.CreateAsync();
        room.Attempt(1, "g", 503);
        room.Set(key, value);
        var before = room.App.Calls;

        await room.SweepAfterAsync(Interval);

        room.App.Calls.ShouldBe(before);
        room.App.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_too_old_for_GitHub_is_not_asked_for()
    {
        await using var room = await Room.CreateAsync();
        room.Attempt(1, "g", 503);
        await room.SweepAsync();
        room.App.Asked.Clear();

        await room.SweepAfterAsync(RedeliverySweep.Window);

        room.App.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_GitHub_will_not_deliver_is_given_up()
    {
        await using var room = await Room.CreateAsync();
        room.App.Willing = false;
        room.Attempt(1, "g", 503);
        await room.SweepAsync();
        room.App.Willing = true;

        for (var sweep = 0; sweep < 30; sweep++)
        {
            await room.SweepAfterAsync(Interval);
        }

        room.App.Asked.ShouldBe([1]);
    }

    [Fact]
    public async Task A_read_list_is_not_read_again_but_for_its_end()
    {
        await using var room = await Room.CreateAsync();
        for (var id = 1; id <= 450; id++)
        {
            room.Attempt(id, $"g{id}", 200);
            room.Clock.Advance(TimeSpan.FromSeconds(6));
        }

        await room.SweepAsync();
        room.App.Pages.ShouldBe(5);
        await room.SweepAfterAsync(Interval);

        room.App.Pages.ShouldBe(6);
    }

    [Fact]
    public async Task A_list_longer_than_one_sweep_reads_is_gone_on_with_by_the_next()
    {
        await using var room = await Room.CreateAsync();
        room.Attempt(1, "lost", 503);
        for (var id = 2; id <= 1501; id++)
        {
            room.Attempt(id, $"g{id}", 200);
            room.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await room.SweepAsync();
        room.App.Pages.ShouldBe(RedeliverySweep.MostPages);
        room.App.Asked.ShouldBeEmpty();
        await room.SweepAfterAsync(Interval);

        room.App.Asked.ShouldBe([1]);
    }

    [Fact]
    public async Task A_place_in_the_list_that_GitHub_has_forgotten_is_left_for_the_newest()
    {
        await using var room = await Room.CreateAsync();
        for (var id = 1; id <= 1501; id++)
        {
            room.Attempt(id, $"g{id}", 200);
        }

        await room.SweepAsync();
        room.App.ForgetsCursors = true;
        room.Attempt(2000, "new", 503);
        await room.SweepAfterAsync(Interval);

        room.App.Asked.ShouldBe([2000]);
    }

    [Fact]
    public async Task One_sweep_asks_for_so_many_the_newest_first_and_the_next_for_the_rest()
    {
        await using var room = await Room.CreateAsync();
        for (var id = 1; id <= 40; id++)
        {
            room.Attempt(id, $"g{id}", 503);
            room.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        await room.SweepAsync();
        room.App.Asked.ShouldBe(Enumerable.Range(11, 30).Reverse().Select(id => (long)id));
        await room.SweepAfterAsync(Interval);

        room.App.Asked.Order().ShouldBe(Enumerable.Range(1, 40).Select(id => (long)id));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task After_a_failed_ask_the_next_sweep_asks_again_unless_it_may_have_been_heard(bool heard, int asks)
    {
        await using var room = await Room.CreateAsync();
        room.Attempt(1, "g", 503);
        room.App.Fails = new GitHubFailure(FailureKind.Transient, "no answer") { Ambiguous = heard };
        await room.SweepAsync();
        room.App.Fails = null;
        await room.SweepAfterAsync(Interval);

        room.App.Asked.Count.ShouldBe(asks);
    }

    [Fact]
    public async Task A_list_that_cannot_be_read_is_read_by_the_next_sweep()
    {
        await using var room = await Room.CreateAsync();
        room.Attempt(1, "g", 503);
        room.App.ListFails = new GitHubFailure(FailureKind.RateLimited, "slow down") { RetryAfter = TimeSpan.FromMinutes(1) };
        await room.SweepAsync();
        room.App.ListFails = null;
        await room.SweepAfterAsync(Interval);

        room.App.Asked.ShouldBe([1]);
    }

    [Fact]
    public async Task The_gap_is_measured()
    {
        await using var room = await Room.CreateAsync();
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        var metrics = room.Services.GetRequiredService<RedeliveryMetrics>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, metrics))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = instrument is ObservableInstrument<long> ? value : seen.GetValueOrDefault(instrument.Name) + value);
        listener.Start();
        room.Attempt(1, "g1", 503);
        room.Attempt(2, "g2", 503);
        await room.SweepAsync();
        room.Clock.Advance(TimeSpan.FromSeconds(5));
        room.Attempt(3, "g1", 200);
        await room.SweepAfterAsync(Interval);
        listener.RecordObservableInstruments();

        seen["afk.deliveries.failed"].ShouldBe(2);
        seen["afk.deliveries.asked_again"].ShouldBe(2);
        seen["afk.deliveries.missing"].ShouldBe(1);
    }

    /// <summary>The product's own sweep before a scripted App.</summary>
    private sealed class Room : IAsyncDisposable
    {
        private readonly IConfiguration configuration = ValidSettings.Configuration([("Afk:KillSwitch", "false"), ("Afk:Allowlist", "octo/widgets")]);
        private ServiceProvider services = null!;

        public ManualClock Clock { get; } = new();

        public ScriptedApp App { get; } = new();

        public IServiceProvider Services => services;

        public WorkInFlight InFlight => services.GetRequiredService<WorkInFlight>();

        public static async Task<Room> CreateAsync()
        {
            var room = new Room();
            room.services = new ServiceCollection()
                .AddSingleton(room.configuration)
                .AddLogging()
                .AddAfk(ValidSettings.Read(room.configuration), new Surroundings(room.Clock, room.Clock, () => new HttpClientHandler(), Seed: 1))
                .AddSingleton<IGitHubApp>(room.App)
                .BuildServiceProvider();
            await room.services.GetRequiredService<Enrolment>().SweepAsync(TestContext.Current.CancellationToken);
            return room;
        }

        public void Set(string key, string value) => configuration[key] = value;

        public void Attempt(long id, string guid, int status, string name = "issues", long? repository = 1001) =>
            App.Attempts.Add(new DeliveryAttempt(id, guid, Clock.GetUtcNow(), status, name, repository));

        public Task SweepAsync() => services.GetRequiredService<RedeliverySweep>().SweepAsync(TestContext.Current.CancellationToken);

        public Task SweepAfterAsync(TimeSpan time)
        {
            Clock.Advance(time);
            return SweepAsync();
        }

        public ValueTask DisposeAsync() => services.DisposeAsync();
    }

    private sealed class ScriptedApp : IGitHubApp
    {
        public List<DeliveryAttempt> Attempts { get; } = [];

        public List<long> Asked { get; } = [];

        public int Calls { get; private set; }

        public int Pages { get; private set; }

        public bool Willing { get; set; } = true;

        public bool ForgetsCursors { get; set; }

        public GitHubFailure? Fails { get; set; }

        public GitHubFailure? ListFails { get; set; }

        public AppIdentity? KnownIdentity { get; } = new(1, "afk", 2);

        public Task<AppIdentity> IdentityAsync(CancellationToken cancellationToken) => Task.FromResult(KnownIdentity!);

        public Task<RepositoryKey?> FindRepositoryAsync(string fullName, CancellationToken cancellationToken) => Task.FromResult<RepositoryKey?>(new(1001, fullName, 7));

        public Task<DeliveryPage> DeliveriesAsync(string? cursor, CancellationToken cancellationToken)
        {
            Calls++;
            Pages++;
            if (ListFails is { } failure || (cursor is not null && ForgetsCursors && (failure = new GitHubFailure(FailureKind.Bug, "Invalid cursor")) is not null))
            {
                return Task.FromException<DeliveryPage>(failure);
            }

            var before = cursor is null ? long.MaxValue : long.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture);
            var page = Attempts.Where(attempt => attempt.Id < before).OrderByDescending(attempt => attempt.Id).Take(101).ToList();
            return Task.FromResult(new DeliveryPage([.. page.Take(100)], page.Count > 100 ? page[99].Id.ToString(System.Globalization.CultureInfo.InvariantCulture) : null));
        }

        public Task<bool> RedeliverAsync(long deliveryId, CancellationToken cancellationToken)
        {
            Calls++;
            Asked.Add(deliveryId);
            return Fails is { } failure ? Task.FromException<bool>(failure) : Task.FromResult(Willing);
        }
    }
}
