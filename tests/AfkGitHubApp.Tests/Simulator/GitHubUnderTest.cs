using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.Webhooks;
using AfkGitHubApp.Simulator.World;
using AfkGitHubApp.Tests.Harness;

namespace AfkGitHubApp.Tests.SimulatorTests;

/// <summary>Which way a request takes into the simulator.</summary>
public enum Door
{
    InProcess,
    Http,
}

/// <summary>A simulated GitHub with one repository, on a manual clock, and the credentials of its App.</summary>
internal sealed class GitHubUnderTest : IAsyncDisposable
{
    public const string Repo = "acme/widgets";

    private static readonly RSA Key = RSA.Create(2048);

    private readonly RunningSimulator? served;
    private readonly HttpClient client;
    private readonly WireJudge judge;
    private string? token;

    private GitHubUnderTest(ManualClock clock, SimulatedGitHub world, RunningSimulator? served, HttpClient client)
    {
        Clock = clock;
        World = world;
        this.served = served;
        this.client = client;
        judge = WireJudge.Watch(world, RequestsOf.ATest);
    }

    public ManualClock Clock { get; }

    public SimulatedGitHub World { get; }

    public CollectingWebhookSink Hooks { get; } = new();

    public static async Task<GitHubUnderTest> StartAsync(Door door = Door.InProcess, Func<SimulatorOptions, SimulatorOptions>? change = null, bool repository = true)
    {
        var clock = new ManualClock();
        var options = new SimulatorOptions { AppPublicKeyPem = Key.ExportSubjectPublicKeyInfoPem(), Advance = clock.Advance };
        options = change?.Invoke(options) ?? options;
        GitHubUnderTest made;
        if (door == Door.Http)
        {
            var running = await SimulatorHost.StartAsync(new SimulatorHostOptions { Simulator = options }, clock, TestContext.Current.CancellationToken);
            made = new GitHubUnderTest(clock, running.World, running, new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = running.BaseUrl });
        }
        else
        {
            var world = new SimulatedGitHub(clock, options);
            made = new GitHubUnderTest(clock, world, null, new HttpClient(world.CreateHandler()) { BaseAddress = world.BaseUrl });
        }

        made.World.WebhookSink = made.judge.Around(made.Hooks);
        if (repository)
        {
            made.World.AddRepository(Repo);
            made.World.SetPermission(Repo, "ada", "write");
            made.Hooks.TakeAll();
        }

        return made;
    }

    public string Jwt(Func<JsonObject, JsonObject>? change = null, RSA? key = null, string algorithm = "RS256")
    {
        var now = Clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["iat"] = now - 60, ["exp"] = now + 540, ["iss"] = World.Options.ClientId };
        claims = change?.Invoke(claims) ?? claims;
        var text = $"{Encode(new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT" })}.{Encode(claims)}";
        return $"{text}.{Base64Url.EncodeToString((key ?? Key).SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";

        static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    public async Task<string> MintAsync(string repository = Repo, JsonObject? body = null)
    {
        var answer = await SendAsync(HttpMethod.Post, $"app/installations/{World.InstallationId(repository)}/access_tokens", body, Jwt());
        answer.Status.ShouldBe(201);
        return (string)answer.Json["token"]!;
    }

    public async Task<Answer> GetAsync(string path) => await SendAsync(HttpMethod.Get, path, null, await TokenAsync());

    /// <summary>Sends a read and gives the answer back as soon as its headers are there.</summary>
    public async Task<HttpResponseMessage> BeginGetAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("User-Agent", "tests");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync());
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public async Task<Answer> PostAsync(string path, JsonNode? body = null) => await SendAsync(HttpMethod.Post, path, body, await TokenAsync());

    public async Task<Answer> PatchAsync(string path, JsonNode body) => await SendAsync(HttpMethod.Patch, path, body, await TokenAsync());

    public async Task<Answer> DeleteAsync(string path) => await SendAsync(HttpMethod.Delete, path, null, await TokenAsync());

    public async Task<Answer> GetAsAppAsync(string path) => await SendAsync(HttpMethod.Get, path, null, Jwt());

    public async Task<Answer> ControlAsync(string verb, JsonObject body) => await SendAsync(HttpMethod.Post, $"_simulator/{verb}", body, null);

    public async Task<Answer> SendAsync(HttpMethod method, string path, JsonNode? body, string? bearer, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("User-Agent", "tests");
        request.Headers.TryAddWithoutValidation("X-GitHub-Api-Version", "2026-03-10");
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        if (body is not null)
        {
            // Octokit sends JSON under this content type; a simulator that minds would hide that from nobody but itself.
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/x-www-form-urlencoded");
        }

        change?.Invoke(request);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response);
    }

    public async Task<string> TokenAsync() => token ??= await MintAsync();

    /// <summary>Dispatches the agent's workflow and answers the run's id.</summary>
    public async Task<long> DispatchAsync(int issue, string turn = "R1.1", string? delivery = null, string? branch = null)
    {
        var inputs = new JsonObject { ["run_id"] = turn.Split('.')[0], ["turn_id"] = turn, ["issue"] = issue.ToString(), ["prompt"] = "Do it." };
        if (delivery is not null)
        {
            inputs["delivery"] = delivery;
            inputs["branch"] = branch;
        }

        var answer = await PostAsync($"repos/{Repo}/actions/workflows/afk-agent.yml/dispatches", new JsonObject { ["ref"] = "main", ["inputs"] = inputs });
        answer.Status.ShouldBe(200);
        return (long)answer.Json["workflow_run_id"]!;
    }

    public void Pass(TimeSpan time)
    {
        Clock.Advance(time);
        World.RunDue();
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (served is not null)
        {
            await served.DisposeAsync();
        }

        judge.ShouldHaveNoComplaint();
    }
}

internal sealed record Answer(int Status, string Text, Dictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string Message => (string)Json["message"]!;

    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
        response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
}
