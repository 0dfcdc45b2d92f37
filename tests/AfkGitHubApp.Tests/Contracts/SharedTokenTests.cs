using System.Collections.Concurrent;
using System.Text;
using AfkGitHubApp.Adapters.GitHub;
using AfkGitHubApp.Adapters.Redis;
using AfkGitHubApp.Ports;
using AfkGitHubApp.Tests.Harness;
using Microsoft.Extensions.Caching.Distributed;
using StackExchange.Redis;
using WireMock.RequestBuilders;

namespace AfkGitHubApp.Tests.Contracts;

/// <summary>Installation tokens between replicas: what one minted the others take, and nothing of the cache between them ever stops a request.</summary>
public sealed class SharedTokenTests : ContractTest
{
    private const string Branch = "/repos/Octo-Org/hello.world/branches/main";
    private const string Secret = "secret-0-secret-0-secret-0-secret-0";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Shelf shelf;
    private readonly ConcurrentBag<GitHubAdapter> replicas = [];

    public SharedTokenTests(ContractServer server)
        : base(server)
    {
        shelf = new(Server.Time);
        Server.Given("GET", Branch, ContractServer.Json("""{"commit":{"sha":"abc"}}"""));
    }

    [Fact]
    public async Task Replicas_mint_one_token_between_them()
    {
        foreach (var replica in (GitHubAdapter[])[Replica(), Replica(), Replica()])
        {
            await AskAsync(replica);
            await AskAsync(replica);
        }

        Server.Mints.Count.ShouldBe(1);
        Bearers().Distinct(StringComparer.Ordinal).ShouldBe([Token(1)]);
    }

    [Fact]
    public async Task Without_sharing_each_mints_its_own()
    {
        using var other = Server.Adapter();

        await AskAsync(GitHub);
        await AskAsync(other);

        Server.Mints.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_shared_token_is_replaced_when_less_than_ten_minutes_are_left_and_then_the_new_one_is_shared()
    {
        var (one, other) = (Replica(), Replica());
        await AskAsync(one);
        await AskAsync(other);
        shelf.Lives.ShouldBe([TimeSpan.FromMinutes(50)]);

        Server.Time.Advance(TimeSpan.FromMinutes(50) + TimeSpan.FromSeconds(1));
        await AskAsync(other);
        await AskAsync(one);

        Server.Mints.Count.ShouldBe(2);
        Bearers().ShouldBe([Token(1), Token(1), Token(2), Token(2)]);
    }

    [Fact]
    public async Task A_token_that_the_cache_kept_for_too_long_is_not_taken()
    {
        await AskAsync(Replica());
        shelf.Forgets = false;

        Server.Time.Advance(TimeSpan.FromMinutes(50) + TimeSpan.FromSeconds(1));
        await AskAsync(Replica());

        Bearers().ShouldBe([Token(1), Token(2)]);
    }

    [Fact]
    public async Task A_refused_token_is_not_read_back_and_its_successor_takes_its_place()
    {
        GivenRefusalOf(1);
        await AskAsync(Replica());
        await AskAsync(Replica());

        Bearers().ShouldBe([Token(1), Token(2), Token(2)]);
        Server.Mints.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_refused_token_is_not_read_back_when_its_successor_could_not_be_had()
    {
        var replica = Replica();
        await AskAsync(replica);
        GivenRefusalOf(1);
        Server.Given("POST", $"/app/installations/{Repository.InstallationId}/access_tokens", ContractServer.Json("", 500));
        await FailureOf(replica.Ci.HeadAsync(Repository, "main", Cancel));
        Server.GivenMint(Repository.InstallationId, () => Task.CompletedTask);

        await AskAsync(replica);

        Bearers().ShouldBe([Token(1), Token(1), Token(2)]);
    }

    [Fact]
    public async Task After_a_refusal_no_token_of_the_past_is_taken_for_the_second_try()
    {
        var (one, other) = (Replica(), Replica());
        await AskAsync(one);
        shelf.Entries.Clear();
        await AskAsync(other);

        // All tokens of the installation ended at once, as they do when it is suspended for a while.
        GivenRefusalOf(1);
        GivenRefusalOf(2);

        await AskAsync(one);

        Bearers().ShouldBe([Token(1), Token(2), Token(1), Token(3)]);
    }

    [Fact]
    public async Task Two_Apps_and_two_installations_do_not_meet()
    {
        var other = Repository with { InstallationId = 9 };
        await AskAsync(Replica());
        await AskAsync(Replica(issuer: "Iv23liAnother"));
        (await Replica().Ci.HeadAsync(other, "main", Cancel)).ShouldBe("abc");

        Server.Mints.Count.ShouldBe(3);
        shelf.Entries.Keys.ShouldBe(
        [
            $"installation-token:{Server.Home.Authority}:{GitHubAdapter.Issuer}:{Repository.InstallationId}",
            $"installation-token:{Server.Home.Authority}:Iv23liAnother:{Repository.InstallationId}",
            $"installation-token:{Server.Home.Authority}:{GitHubAdapter.Issuer}:9",
        ],
        ignoreOrder: true);
    }

    [Fact]
    public async Task A_rotation_of_secrets_loses_no_token()
    {
        await AskAsync(Replica());
        await AskAsync(Replica(keys: ["secret-1-secret-1-secret-1-secret-1", Secret]));

        Server.Mints.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task What_cannot_be_read_counts_as_nothing_and_is_written_over(string what)
    {
        await AskAsync(Replica());
        var (name, kept) = shelf.Entries.ShouldHaveSingleItem();
        shelf.Entries[name] = what switch
        {
            "nothing" => [],
            "noise" => Encoding.UTF8.GetBytes("WRONGTYPE Operation against a key"),
            "half" => kept[..(kept.Length / 2)],
            "changed" => [.. kept[..^1], (byte)(kept[^1] ^ 1)],
            "of a later version" => [2, .. kept[1..]],
            "of another secret" => new TokenSeal(["another-another-another-another-another"]).Seal("12345678ghs_evil"u8, name),
            "of another installation" => new TokenSeal([Secret]).Seal("12345678ghs_evil"u8, name + "1"),
            "sealed nonsense" => new TokenSeal([Secret]).Seal("x"u8, name),
            "sealed nonsense of a moment" => new TokenSeal([Secret]).Seal([0x7F, .. Enumerable.Repeat((byte)0xFF, 20)], name),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, "unknown"),
        };

        await AskAsync(Replica());
        await AskAsync(Replica());

        Bearers().ShouldBe([Token(1), Token(2), Token(2)]);
    }

    public static TheoryData<string> Garbage { get; } =
    [
        "nothing",
        "noise",
        "half",
        "changed",
        "of a later version",
        "of another secret",
        "of another installation",
        "sealed nonsense",
        "sealed nonsense of a moment",
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cache_that_fails_costs_a_token_and_nothing_else(bool atOnce)
    {
        shelf.First = () => atOnce ? throw new InvalidOperationException("down") : Task.FromException(new RedisLike());
        var replica = Replica();

        await AskAsync(replica);
        await AskAsync(replica);

        Bearers().ShouldBe([Token(1), Token(1)]);
        shelf.Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cache_that_never_answers_is_waited_for_a_second_at_each_step()
    {
        var wire = new ManualTime();
        var asked = new SemaphoreSlim(0);
        shelf.First = () =>
        {
            asked.Release();
            return new TaskCompletionSource().Task;
        };

        var call = AskAsync(Replica(wire));
        (await asked.WaitAsync(Patience, Cancel)).ShouldBeTrue("the token is looked for");
        wire.Advance(TimeSpan.FromMilliseconds(999));
        Server.Mints.ShouldBeEmpty();
        wire.Advance(TimeSpan.FromMilliseconds(1));
        (await asked.WaitAsync(Patience, Cancel)).ShouldBeTrue("the token is left");
        Server.Mints.Count.ShouldBe(1);
        wire.Advance(TimeSpan.FromSeconds(1));

        await call.WaitAsync(Patience, TimeProvider.System, Cancel);
        Bearers().ShouldBe([Token(1)]);
    }

    [Fact]
    public async Task A_caller_who_gives_up_does_not_wait_for_the_cache()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var asked = new SemaphoreSlim(0);
        shelf.First = () =>
        {
            asked.Release();
            return new TaskCompletionSource().Task;
        };

        var call = Replica(new ManualTime()).Ci.HeadAsync(Repository, "main", patience.Token);
        (await asked.WaitAsync(Patience, Cancel)).ShouldBeTrue();
        await patience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call.WaitAsync(Patience, TimeProvider.System, Cancel));
        Server.Mints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Forty_callers_of_one_replica_ask_the_cache_once()
    {
        var replica = Replica();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => AskAsync(replica)));

        Server.Mints.Count.ShouldBe(1);
        shelf.Reads.ShouldBe(1);
    }

    [Fact]
    public async Task Through_Redis_replicas_share_a_token_that_Redis_cannot_read()
    {
        await using var redis = await RedisServer.StartAsync(Cancel);
        var (one, other) = (RedisCaches.Create(redis.ConnectionString), RedisCaches.Create(redis.ConnectionString));
        using var closesOne = (IDisposable)one;
        using var closesOther = (IDisposable)other;

        await AskAsync(Replica(cache: one));
        await AskAsync(Replica(cache: other));

        Server.Mints.Count.ShouldBe(1);
        using var probe = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var key = $"afk:installation-token:{Server.Home.Authority}:{GitHubAdapter.Issuer}:{Repository.InstallationId}";
        var fields = await probe.GetDatabase().HashGetAllAsync(key);
        fields.Length.ShouldBe(3);
        fields.Where(field => Encoding.Latin1.GetString((byte[])field.Value!).Contains("ghs_", StringComparison.Ordinal)).ShouldBeEmpty();
        (await probe.GetDatabase().KeyTimeToLiveAsync(key)).ShouldNotBeNull().ShouldBe(TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_Redis_that_is_not_there_costs_a_token_and_nothing_else()
    {
        await using var redis = await RedisServer.StartAsync(Cancel);
        var cache = RedisCaches.Create(redis.ConnectionString);
        using var closes = (IDisposable)cache;
        await redis.StopAsync();
        var replica = Replica(cache: cache);

        await AskAsync(replica).WaitAsync(Patience, TimeProvider.System, Cancel);

        Server.Mints.Count.ShouldBe(1);
    }

    [Fact]
    public void Nothing_that_prints_a_bearer_gives_it_away() => new Bearer("ghs_abc", Server.Time.GetUtcNow()).ToString().ShouldBe("bearer until 2026-03-10 12:00:00Z");

    public override void Dispose()
    {
        base.Dispose();
        foreach (var replica in replicas)
        {
            replica.Dispose();
        }
    }

    private static async Task AskAsync(GitHubAdapter replica) => (await replica.Ci.HeadAsync(Repository, "main", Cancel)).ShouldBe("abc");

    private static string Token(int ordinal) => "Bearer " + ContractServer.Token(Repository.InstallationId, ordinal);

    private GitHubAdapter Replica(TimeProvider? wireTime = null, string[]? keys = null, string issuer = GitHubAdapter.Issuer, IDistributedCache? cache = null)
    {
        var replica = new GitHubAdapter(Server.Home, Server.Time, wireTime, sharing: new(cache ?? shelf, keys ?? [Secret]), issuer: issuer);
        replicas.Add(replica);
        return replica;
    }

    private void GivenRefusalOf(int ordinal) =>
        Server.Given(Request.Create().UsingGet().WithPath(Branch).WithHeader("Authorization", Token(ordinal)), ContractServer.Json("""{"message":"Bad credentials"}""", 401));

    private List<string?> Bearers() => [.. Server.Log.Select(entry => entry.Authorization)];

    private sealed class RedisLike() : TimeoutException("Timeout performing HMGET");

    /// <summary>A cache in memory, on the test's clock, with something to happen before each use.</summary>
    private sealed class Shelf(TimeProvider time) : IDistributedCache
    {
        private readonly ConcurrentDictionary<string, DateTimeOffset> ends = new(StringComparer.Ordinal);
        private int reads;

        public ConcurrentDictionary<string, byte[]> Entries { get; } = new(StringComparer.Ordinal);

        public ConcurrentQueue<TimeSpan> Lives { get; } = [];

        public bool Forgets { get; set; } = true;

        public Func<Task> First { get; set; } = () => Task.CompletedTask;

        public int Reads => reads;

        public Task<byte[]?> GetAsync(string key, CancellationToken token = default)
        {
            Interlocked.Increment(ref reads);
            return GetAsync(key, First());
        }

        public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
            SetAsync(key, value, options.AbsoluteExpirationRelativeToNow.ShouldNotBeNull(), First());

        public byte[]? Get(string key) => throw new NotSupportedException();

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException();

        public void Refresh(string key) => throw new NotSupportedException();

        public Task RefreshAsync(string key, CancellationToken token = default) => throw new NotSupportedException();

        public void Remove(string key) => throw new NotSupportedException();

        public Task RemoveAsync(string key, CancellationToken token = default) => throw new NotSupportedException();

        private async Task<byte[]?> GetAsync(string key, Task first)
        {
            await first;
            return Entries.TryGetValue(key, out var value) && (!Forgets || ends[key] > time.GetUtcNow()) ? value : null;
        }

        private async Task SetAsync(string key, byte[] value, TimeSpan life, Task first)
        {
            await first;
            Lives.Enqueue(life);
            ends[key] = time.GetUtcNow() + life;
            Entries[key] = value;
        }
    }
}
