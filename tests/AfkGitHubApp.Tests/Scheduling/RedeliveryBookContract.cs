using AfkGitHubApp.Adapters.InMemory;
using AfkGitHubApp.Adapters.Redis;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.Scheduling;

/// <summary>What a book of lost deliveries owes the sweep, whatever it is made of.</summary>
public abstract class RedeliveryBookContract
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>An empty book, as two replicas see it.</summary>
    protected abstract ValueTask<(IRedeliveryBook One, IRedeliveryBook Other)> CreateAsync();

    [Fact]
    public async Task A_turn_is_one_replicas_at_a_time()
    {
        var (one, other) = await CreateAsync();

        (await one.TakeTurnAsync(Long, Token)).ShouldNotBeNull();

        (await other.TakeTurnAsync(Long, Token)).ShouldBeNull();
        (await one.TakeTurnAsync(Long, Token)).ShouldBeNull("a turn is over by itself only");
    }

    [Fact]
    public async Task A_new_book_remembers_nothing()
    {
        var (one, _) = await CreateAsync();

        var notes = (await one.TakeTurnAsync(Long, Token)).ShouldNotBeNull();

        notes.Through.ShouldBeNull();
        notes.Cursor.ShouldBeNull();
        notes.NextThrough.ShouldBeNull();
        notes.Lost.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_has_the_next_turn_reads_what_was_saved()
    {
        var (one, other) = await CreateAsync();
        var at = new DateTimeOffset(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);
        var saved = new RedeliveryNotes
        {
            Through = at,
            Cursor = "v1_17==",
            NextThrough = at.AddMinutes(1),
            Lost = [new LostDelivery("g1", 9_007_199_254_740_993, at) { Asked = 3, AskedAt = at.AddSeconds(5), IsOutstanding = true }, new LostDelivery("g2", 2, at)],
        };
        await one.SaveAsync(saved, Token);

        var read = (await other.TakeTurnAsync(Long, Token)).ShouldNotBeNull();

        (read with { Lost = saved.Lost }).ShouldBe(saved);
        read.Lost.ShouldBe(saved.Lost);
    }

    [Fact]
    public async Task One_event_is_asked_for_by_one_replica()
    {
        var (one, other) = await CreateAsync();

        (await one.MayAskAsync("g1", Long, Token)).ShouldBeTrue();

        (await other.MayAskAsync("g1", Long, Token)).ShouldBeFalse();
        (await one.MayAskAsync("g1", Long, Token)).ShouldBeFalse();
        (await other.MayAskAsync("g2", Long, Token)).ShouldBeTrue();
    }
}

public sealed class InMemoryRedeliveryBookTests : RedeliveryBookContract
{
    private readonly ManualClock clock = new();

    [Fact]
    public async Task A_turn_and_the_quiet_after_an_ask_are_over_by_themselves()
    {
        var book = new InMemoryRedeliveryBook(clock);
        await book.TakeTurnAsync(TimeSpan.FromMinutes(5), Token);
        await book.MayAskAsync("g", TimeSpan.FromMinutes(4), Token);

        clock.Advance(TimeSpan.FromMinutes(4));
        (await book.MayAskAsync("g", TimeSpan.FromMinutes(4), Token)).ShouldBeTrue();
        (await book.TakeTurnAsync(TimeSpan.FromMinutes(5), Token)).ShouldBeNull();

        clock.Advance(TimeSpan.FromMinutes(1));
        (await book.TakeTurnAsync(TimeSpan.FromMinutes(5), Token)).ShouldNotBeNull();
    }

    protected override ValueTask<(IRedeliveryBook One, IRedeliveryBook Other)> CreateAsync()
    {
        var book = new InMemoryRedeliveryBook(clock);
        return ValueTask.FromResult<(IRedeliveryBook, IRedeliveryBook)>((book, book));
    }
}

public sealed class RedisRedeliveryBookTests(RedisFixture redis) : RedeliveryBookContract, IClassFixture<RedisFixture>
{
    private static readonly StoreTimings Timings = StoreTimings.Default;

    [Fact]
    public async Task A_turn_and_the_quiet_after_an_ask_have_an_end()
    {
        var (one, _) = await CreateAsync();
        await one.TakeTurnAsync(TimeSpan.FromMinutes(5), Token);
        await one.MayAskAsync("g", TimeSpan.FromMinutes(4), Token);
        await one.SaveAsync(new RedeliveryNotes(), Token);

        var ends = await redis.Connect(new ManualClock(), Timings).Connection.AskAsync(
            async database => (await database.KeyTimeToLiveAsync("afk:redelivery:turn"), await database.KeyTimeToLiveAsync("afk:redelivery:asked:g"), await database.KeyTimeToLiveAsync("afk:redelivery:notes")), Token);

        ends.Item1.ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
        ends.Item2.ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(4));
        ends.Item3.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromDays(3), "GitHub's own memory is three days");
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"Lost\":null}")]
    [InlineData("{\"Lost\":7}")]
    public async Task Damaged_notes_are_as_good_as_none(string text)
    {
        var (one, _) = await CreateAsync();
        await redis.Connect(new ManualClock(), Timings).Connection.AskAsync(database => database.StringSetAsync("afk:redelivery:notes", text), Token);

        (await one.TakeTurnAsync(TimeSpan.FromMinutes(5), Token)).ShouldNotBeNull().Lost.ShouldBeEmpty();
    }

    protected override async ValueTask<(IRedeliveryBook One, IRedeliveryBook Other)> CreateAsync()
    {
        await redis.Server.FlushAsync(Token);
        return (new RedisRedeliveryBook(redis.Connect(new ManualClock(), Timings).Connection), new RedisRedeliveryBook(redis.Connect(new ManualClock(), Timings).Connection));
    }
}
