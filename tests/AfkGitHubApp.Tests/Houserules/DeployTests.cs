using System.Globalization;
using System.Text.RegularExpressions;
using AfkGitHubApp.Adapters.Redis;
using AfkGitHubApp.Hosting;
using AfkGitHubApp.Settings;
using AfkGitHubApp.Tests.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using YamlDotNet.RepresentationModel;

namespace AfkGitHubApp.Tests.Houserules;

/// <summary>The files in deploy/ run what the product is: its paths, port, user, settings and time to stop.</summary>
public sealed partial class DeployTests
{
    private const string Replicated = "deploy/kubernetes/afk.yaml";
    private const string InMemory = "deploy/kubernetes/afk-in-memory.yaml";

    /// <summary>What the variable APP_UID of .NET's images stands for: https://learn.microsoft.com/dotnet/core/docker/container-images.</summary>
    private const int ImageUser = 1654;

    private const int Patience = 60_000;

    private static readonly string[] SecretNames = ["Afk__Keys", "Afk__GitHub__WebhookSecret", "Afk__GitHub__PrivateKey", "ConnectionStrings__Redis", "REDIS_PASSWORD"];

    public static TheoryData<string> KubernetesFiles => [Replicated, InMemory];

    private static YamlNode Compose => ShippedYaml.Documents("deploy/compose.yaml").Single();

    [Fact]
    public void Compose_runs_two_replicas_that_share_one_Redis()
    {
        var services = Compose.Entries("services");

        services.Keys.ShouldBe(["afk", "redis", "door"], ignoreOrder: true);
        services["afk"].Number("deploy", "replicas").ShouldBe(2);
        Example()["ConnectionStrings__Redis"].ShouldStartWith("redis:6379,");

        // A name or a port of the host can be given to one container only.
        services["afk"].Find("container_name").ShouldBeNull();
        services["afk"].Find("ports").ShouldBeNull();
    }

    [Fact]
    public void Kubernetes_runs_two_replicas_that_share_one_Redis_and_are_replaced_one_by_one()
    {
        var deployment = One(Replicated, "Deployment");

        deployment.Number("spec", "replicas").ShouldBe(2);
        deployment.Text("spec", "strategy", "type").ShouldBe("RollingUpdate");
        deployment.Number("spec", "strategy", "rollingUpdate", "maxUnavailable").ShouldBe(0);
        One(Replicated, "PodDisruptionBudget").Number("spec", "minAvailable").ShouldBe(1);
        One(Replicated, "StatefulSet").Number("spec", "replicas").ShouldBe(1);
        Variables(Replicated)["ConnectionStrings__Redis"].ShouldNotBeNull().ShouldStartWith(Named(Replicated, "Service", "afk-redis").Text("metadata", "name") + ":6379,");
    }

    [Fact]
    public void Without_Redis_there_is_one_process_and_it_stops_before_the_next_one_starts()
    {
        var deployment = One(InMemory, "Deployment");

        deployment.Number("spec", "replicas").ShouldBe(1);
        deployment.Text("spec", "strategy", "type").ShouldBe("Recreate");
        Variables(InMemory).ShouldNotContainKey("ConnectionStrings__Redis");
        ShippedYaml.Documents(InMemory).Select(document => document.Text("kind")).ShouldBe(["ConfigMap", "Deployment", "Service", "Ingress"]);
    }

    [Theory]
    [MemberData(nameof(KubernetesFiles))]
    public async Task Probes_ask_what_the_product_answers(string file)
    {
        await using var app = App();
        var served = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(endpoint => "/" + endpoint.RoutePattern.RawText?.TrimStart('/')).ToList();
        var container = Container(file);
        container.Items("ports").ShouldHaveSingleItem().Number("containerPort").ShouldBe(ImagePort());

        foreach (var (probe, path) in (ReadOnlySpan<(string, string)>)[("startupProbe", "/healthz/live"), ("livenessProbe", "/healthz/live"), ("readinessProbe", "/healthz/ready")])
        {
            served.ShouldContain(path);
            container.Text(probe, "httpGet", "path").ShouldBe(path);
            container.Text(probe, "httpGet", "port").ShouldBe(container.Items("ports")[0].Text("name"));
        }
    }

    [Fact]
    public void The_doors_let_through_deliveries_and_the_answer_whether_it_is_ready_and_nothing_else()
    {
        var door = RepositoryFiles.Read("deploy/Caddyfile");

        CaddyMatcher().Matches(door).Select(found => $"{found.Groups["method"].Value} {found.Groups["path"].Value}").ShouldBe(["POST " + AfkOptions.WebhookPath, "GET /healthz/ready"]);
        CaddyHandler().Matches(door).Select(found => $"{found.Groups["name"].Value}{found.Groups["what"].Value}").ShouldBe(["@delivery import replicas", "@readiness import replicas", "respond 404"]);
        CaddyUpstream().Match(door).Groups.Values.Skip(1).Select(group => group.Value).ShouldBe(["afk", ImagePort().ToString(CultureInfo.InvariantCulture)]);
        foreach (var file in (string[])[Replicated, InMemory])
        {
            var path = One(file, "Ingress").Items("spec", "rules").ShouldHaveSingleItem().Items("http", "paths").ShouldHaveSingleItem();
            path.Text("path").ShouldBe(AfkOptions.WebhookPath);
            path.Text("pathType").ShouldBe("Exact");
            path.Text("backend", "service", "name").ShouldBe(Named(file, "Service", "afk").Text("metadata", "name"));
        }
    }

    [Fact]
    public async Task A_stop_is_given_more_time_than_the_host_takes()
    {
        await using var app = App();
        var takes = app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;

        Seconds(Compose.Text("services", "afk", "stop_grace_period")!).ShouldBeGreaterThan(takes);
        foreach (var file in (string[])[Replicated, InMemory])
        {
            var waits = Container(file).Texts("lifecycle", "preStop", "exec", "command");
            waits[0].ShouldBe("sleep");
            TimeSpan.FromSeconds(Pod(file).Number("terminationGracePeriodSeconds")).ShouldBeGreaterThan(takes + Seconds(waits[1] + "s"));
        }
    }

    [Fact]
    public void Every_setting_named_is_one_and_as_shipped_nothing_may_start()
    {
        foreach (var variables in (IReadOnlyDictionary<string, string?>[])[Variables(Replicated), Variables(InMemory), ComposeVariables()])
        {
            variables.Keys.ShouldContain("Afk__GitHub__ClientId");
            variables.Keys.ShouldContain("Afk__KillSwitch");
            var (options, problems) = Read(variables);

            problems.ShouldBeEmpty();
            options.Labels.KillSwitch.ShouldBeTrue();
            options.Labels.Allowlist.ShouldBeEmpty();
            variables.Keys.Where(name => name.StartsWith("ConnectionStrings", StringComparison.OrdinalIgnoreCase)).Except(["ConnectionStrings__Redis"], StringComparer.Ordinal).ShouldBeEmpty();
            variables.Keys.Where(name => !name.Contains("__", StringComparison.Ordinal)).Except(["REDIS_PASSWORD"], StringComparer.Ordinal).ShouldBeEmpty();
        }

        Read(new Dictionary<string, string?>(StringComparer.Ordinal) { ["Afk__KilSwitch"] = "true" }).Problems.ShouldHaveSingleItem().ShouldContain("is not a setting");
    }

    [Fact]
    public void The_connection_strings_can_be_read()
    {
        RedisMultiplexer.Problem(Variables(Replicated)["ConnectionStrings__Redis"]!).ShouldBeNull();
        RedisMultiplexer.Problem(Example()["ConnectionStrings__Redis"]).ShouldBeNull();
        RedisMultiplexer.Display(Variables(Replicated)["ConnectionStrings__Redis"]!).ShouldBe("afk-redis:6379");
    }

    [Theory]
    [MemberData(nameof(KubernetesFiles))]
    public void No_secret_stands_in_a_Kubernetes_file_and_the_line_at_its_head_makes_each_one_it_asks_for(string file)
    {
        var documents = ShippedYaml.Documents(file);
        var variables = Container(file).Items("env");
        var asked = documents.SelectMany(document => document.AllNodes).OfType<YamlMappingNode>().SelectMany(SecretKeys).Distinct(StringComparer.Ordinal);

        documents.Select(document => document.Text("kind")).ShouldNotContain("Secret");
        documents.Where(document => document.Text("kind") == "ConfigMap").SelectMany(document => document.Entries("data").Keys).Intersect(SecretNames, StringComparer.Ordinal).ShouldBeEmpty();
        foreach (var variable in variables.Where(variable => SecretNames.Contains(variable.Text("name"), StringComparer.Ordinal)))
        {
            (variable.Find("valueFrom", "secretKeyRef") is not null || Unresolved().IsMatch(variable.Text("value")!)).ShouldBeTrue(variable.Text("name"));
        }

        SecretLine().Matches(RepositoryFiles.Read(file)).Select(found => found.Groups["key"].Value).ShouldBe(asked, ignoreOrder: true);
    }

    [Fact]
    public void No_secret_stands_beside_the_Compose_file_and_git_ignores_those_put_there()
    {
        var ignored = RepositoryFiles.Read(".gitignore").Split('\n');
        var example = Example();

        foreach (var name in example.Keys.Intersect(SecretNames, StringComparer.Ordinal).Append("Afk__GitHub__ClientId"))
        {
            example[name].Split("password=")[^1].ShouldBeEmpty(name);
        }

        Compose.Text("services", "afk", "env_file").ShouldBe("afk.env");
        ignored.ShouldContain("deploy/afk.env");
        Compose.Entries("secrets").Values.Select(secret => secret.Text("file")!).ShouldBe(["secrets/private-key.pem", "secrets/redis-password"], ignoreOrder: true);
        ignored.ShouldContain("deploy/secrets/");
        foreach (var service in Compose.Entries("services").Values)
        {
            service.Entries("environment").Keys.Intersect(SecretNames, StringComparer.Ordinal).ShouldBeEmpty();
            service.Texts("secrets").Except(Compose.Entries("secrets").Keys, StringComparer.Ordinal).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Redis_keeps_what_it_is_told_and_forgets_nothing_by_itself()
    {
        var directives = Directives(RepositoryFiles.Read("deploy/redis.conf"));

        directives["appendonly"].ShouldBe("yes");
        directives["appendfsync"].ShouldBe("everysec");
        directives["maxmemory-policy"].ShouldBe("noeviction");
        directives["dir"].ShouldBe("/data");
        directives["maxmemory"].ShouldBe("256mb");
        Directives(Named(Replicated, "ConfigMap", "afk-redis").Text("data", "redis.conf")!).ShouldBe(directives, ignoreOrder: true);
    }

    [Fact]
    public void Redis_runs_on_that_file_with_a_password_and_a_volume()
    {
        var compose = Compose.At("services", "redis");
        var container = Container(Replicated, "StatefulSet");

        compose.Texts("volumes").ShouldBe(["./redis.conf:/etc/redis/redis.conf:ro", "redis-data:/data"]);
        Compose.Entries("volumes").ShouldContainKey("redis-data");
        container.Items("volumeMounts").Select(mount => mount.Text("mountPath")).ShouldBe(["/etc/redis", "/run/secrets/redis", "/data"], ignoreOrder: true);
        One(Replicated, "StatefulSet").Items("spec", "volumeClaimTemplates").ShouldHaveSingleItem().Text("metadata", "name").ShouldBe(container.Items("volumeMounts").Single(mount => mount.Text("mountPath") == "/data").Text("name"));

        // In Compose a doubled dollar is one that is meant.
        var start = compose.Texts("command").Select(part => part.Replace("$$", "$", StringComparison.Ordinal)).ToList();
        start[^1].ShouldBe("exec redis-server /etc/redis/redis.conf - <<END\nrequirepass $(cat /run/secrets/redis-password)\nEND\n");
        container.Texts("command").ShouldBe(start.Select(part => part.Replace("/run/secrets/", "/run/secrets/redis/", StringComparison.Ordinal)));
        container.Text("image").ShouldBe(compose.Text("image"));
    }

    [Fact]
    public void Only_the_app_reaches_Redis()
    {
        var policy = One(Replicated, "NetworkPolicy");
        var from = policy.Items("spec", "ingress").ShouldHaveSingleItem();

        Labels(policy, "spec", "podSelector", "matchLabels").ShouldBe(Labels(One(Replicated, "StatefulSet"), "spec", "template", "metadata", "labels"));
        Labels(from.Items("from").ShouldHaveSingleItem(), "podSelector", "matchLabels").ShouldBe(Labels(One(Replicated, "Deployment"), "spec", "template", "metadata", "labels"));
        from.Items("ports").ShouldHaveSingleItem().Number("port").ShouldBe(6379);
        policy.Texts("spec", "policyTypes").ShouldContain("Ingress");
        Compose.Text("networks", "store", "internal").ShouldBe("true");
        Compose.Entries("services").Where(service => service.Value.Texts("networks").Contains("store", StringComparer.Ordinal)).Select(service => service.Key).ShouldBe(["afk", "redis"], ignoreOrder: true);
        Compose.Texts("services", "redis", "networks").ShouldBe(["store"]);
        Compose.Find("services", "redis", "ports").ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(KubernetesFiles))]
    public void Selectors_meet_the_pods_they_are_for(string file)
    {
        var pods = ShippedYaml.Documents(file).Where(document => document.Find("spec", "template") is not null).ToDictionary(document => document.Text("metadata", "name")!, document => document, StringComparer.Ordinal);
        foreach (var document in ShippedYaml.Documents(file).Where(document => document.Find("spec", "selector") is not null))
        {
            var pod = Labels(pods[document.Text("metadata", "name")!], "spec", "template", "metadata", "labels");
            (document.Text("kind") is "Service" ? Labels(document, "spec", "selector") : Labels(document, "spec", "selector", "matchLabels")).ShouldBe(pod, document.Text("kind"));
        }

        Named(file, "Service", "afk").Items("spec", "ports").ShouldHaveSingleItem().Text("targetPort").ShouldBe(Container(file).Items("ports")[0].Text("name"));
        Container(file).Items("envFrom").ShouldHaveSingleItem().Text("configMapRef", "name").ShouldBe(Named(file, "ConfigMap", "afk").Text("metadata", "name"));
        ShippedYaml.Documents(file).Where(document => document.Find("metadata", "namespace") is not null).ShouldBeEmpty();
    }

    [Fact]
    public void The_process_runs_as_the_user_of_the_image()
    {
        RepositoryFiles.Read("Dockerfile").Split('\n').ShouldContain("USER $APP_UID");
        Compose.Text("services", "afk", "user").ShouldBe($"{ImageUser}:{ImageUser}");
        foreach (var file in (string[])[Replicated, InMemory])
        {
            var security = Pod(file).At("securityContext");
            security.Number("runAsUser").ShouldBe(ImageUser);
            security.Number("runAsGroup").ShouldBe(ImageUser);

            // The key file's mode lets the group read.
            security.Number("fsGroup").ShouldBe(ImageUser);
        }
    }

    [Fact]
    public void No_container_can_change_its_files_or_gain_rights()
    {
        foreach (var (name, service) in Compose.Entries("services"))
        {
            service.Text("read_only").ShouldBe("true", name);
            service.Texts("cap_drop").ShouldBe(["ALL"], name);
            service.Texts("cap_add").ShouldBe(name == "door" ? ["NET_BIND_SERVICE"] : [], name);
            service.Texts("security_opt").ShouldBe(["no-new-privileges:true"], name);
            service.Text("restart").ShouldBe("unless-stopped", name);
        }

        foreach (var (file, kind) in (ReadOnlySpan<(string, string)>)[(Replicated, "Deployment"), (Replicated, "StatefulSet"), (InMemory, "Deployment")])
        {
            var pod = Pod(file, kind);
            pod.Text("automountServiceAccountToken").ShouldBe("false");
            pod.Text("securityContext", "runAsNonRoot").ShouldBe("true");
            pod.Text("securityContext", "seccompProfile", "type").ShouldBe("RuntimeDefault");
            var container = Container(file, kind);
            container.Text("securityContext", "allowPrivilegeEscalation").ShouldBe("false");
            container.Text("securityContext", "readOnlyRootFilesystem").ShouldBe("true");
            container.Texts("securityContext", "capabilities", "drop").ShouldBe(["ALL"]);
            container.Text("resources", "limits", "memory").ShouldNotBeNull();
            container.Text("resources", "requests", "memory").ShouldNotBeNull();
        }
    }

    [Fact]
    public void The_page_on_operating_names_files_and_settings_that_exist()
    {
        var page = RepositoryFiles.Read("docs/operating.md");
        var links = Link().Matches(page).Select(found => found.Groups["to"].Value).ToList();
        var settings = SettingName().Matches(page).Select(found => found.Value).Distinct(StringComparer.Ordinal).ToDictionary(name => name, _ => (string?)"", StringComparer.Ordinal);

        links.ShouldContain("../deploy/compose.yaml");
        links.Where(link => !File.Exists(Path.Combine(RepositoryFiles.Root, "docs", link))).ShouldBeEmpty();
        settings.ShouldContainKey("Afk__KillSwitch");
        Read(settings).Problems.Where(problem => problem.Contains("is not a setting", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static YamlNode One(string file, string kind) => ShippedYaml.Documents(file).Single(document => document.Text("kind") == kind);

    private static YamlNode Named(string file, string kind, string name) => ShippedYaml.Documents(file).Single(document => document.Text("kind") == kind && document.Text("metadata", "name") == name);

    private static YamlNode Pod(string file, string kind = "Deployment") => One(file, kind).At("spec", "template", "spec");

    private static YamlNode Container(string file, string kind = "Deployment") => Pod(file, kind).Items("containers").ShouldHaveSingleItem();

    private static Dictionary<string, string?> Labels(YamlNode node, params string[] keys) => node.Entries(keys).ToDictionary(label => label.Key, label => label.Value.Text(), StringComparer.Ordinal);

    /// <summary>Variables of the app's container; null for a value that a Secret holds.</summary>
    private static Dictionary<string, string?> Variables(string file)
    {
        var variables = Labels(Named(file, "ConfigMap", "afk"), "data");
        foreach (var variable in Container(file).Items("env"))
        {
            variables.Add(variable.Text("name")!, variable.Text("value"));
        }

        return variables;
    }

    private static Dictionary<string, string?> ComposeVariables()
    {
        var variables = Labels(Compose, "services", "afk", "environment");
        foreach (var (name, value) in Example())
        {
            variables.Add(name, value);
        }

        return variables;
    }

    /// <summary>The lines of deploy/afk.env.example that set something.</summary>
    private static Dictionary<string, string> Example() =>
        RepositoryFiles.Read("deploy/afk.env.example").Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);

    /// <summary>Reads them as the product would, with valid values for what the operator fills in; the connection string has a test of its own.</summary>
    private static (AfkOptions Options, IReadOnlyList<string> Problems) Read(IReadOnlyDictionary<string, string?> variables)
    {
        var settings = ValidSettings.With();
        foreach (var (name, value) in variables.Where(variable => variable.Key.StartsWith("Afk__", StringComparison.Ordinal)))
        {
            var key = name.Replace("__", ":", StringComparison.Ordinal);
            settings[key] = value is { Length: > 0 } && key != "Afk:GitHub:PrivateKeyPath" ? value : settings.GetValueOrDefault(key, "");
        }

        return AfkOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
    }

    private static WebApplication App()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(ValidSettings.With());
        builder.Logging.ClearProviders();
        return AfkApp.Build(builder, ValidSettings.Read(builder.Configuration), Surroundings.Real);
    }

    private static int ImagePort() => int.Parse(PortOfTheImage().Match(RepositoryFiles.Read("Dockerfile")).Groups["port"].Value, CultureInfo.InvariantCulture);

    private static TimeSpan Seconds(string text)
    {
        text.ShouldEndWith("s");
        return TimeSpan.FromSeconds(int.Parse(text[..^1], CultureInfo.InvariantCulture));
    }

    private static Dictionary<string, string> Directives(string config) =>
        config.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ', 2)).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);

    private static IEnumerable<string> SecretKeys(YamlMappingNode node) => (node.Text("secretKeyRef", "key"), node.Text("secret", "secretName")) switch
    {
        ({ } key, _) => [key],
        (_, not null) => node.Items("secret", "items").Select(item => item.Text("key")!),
        _ => [],
    };

    [GeneratedRegex(@"^ENV ASPNETCORE_HTTP_PORTS=(?<port>\d+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex PortOfTheImage();

    [GeneratedRegex(@"--from-(literal|file)=(?<key>[a-z.-]+)=", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex SecretLine();

    [GeneratedRegex(@"\]\((?<to>[^)#:]+)", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Link();

    [GeneratedRegex(@"\bAfk__\w+", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex SettingName();

    /// <summary>A password that is the value of another variable.</summary>
    [GeneratedRegex(@"^[a-z-]+:6379,password=\$\([A-Z_]+\)$", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex Unresolved();

    [GeneratedRegex(@"method (?<method>\S+)\s+path (?<path>[^\n]+)", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex CaddyMatcher();

    [GeneratedRegex(@"name (?<name>\S+)\s+port (?<port>\d+)", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex CaddyUpstream();

    [GeneratedRegex(@"handle (?<name>@\w+ )?\{\s+(?<what>[^\n]+)", RegexOptions.ExplicitCapture, Patience)]
    private static partial Regex CaddyHandler();
}
