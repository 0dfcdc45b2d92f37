using AfkGitHubApp.Adapters.GitHub;
using AfkGitHubApp.Hosting;
using AfkGitHubApp.Tests.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AfkGitHubApp.Tests.Houserules;

public sealed class ContainerTests
{
    [Fact]
    public async Task Every_registered_service_of_ours_resolves()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(ValidSettings.With());
        builder.Logging.ClearProviders();
        builder.Host.UseDefaultServiceProvider(provider =>
        {
            provider.ValidateOnBuild = true;
            provider.ValidateScopes = true;
        });
        await using var app = AfkApp.Build(builder, ValidSettings.Read(builder.Configuration), Surroundings.Real);
        var ours = builder.Services.Where(service => !service.ServiceType.ContainsGenericParameters && IsOurs(service)).Select(service => service.ServiceType).Distinct().ToList();

        ours.Count.ShouldBeGreaterThan(30);
        foreach (var type in ours)
        {
            app.Services.GetServices(type).ShouldNotBeEmpty(type.FullName);
        }

        app.Services.GetServices<IHostedService>().Select(service => service.GetType()).Where(type => type.Assembly == typeof(AfkApp).Assembly).Select(type => type.Name).ShouldBe(["TickPump", "Enrolment", "RedeliverySweep"]);
    }

    [Fact]
    public async Task What_the_verbs_share_resolves_without_the_web()
    {
        var configuration = ValidSettings.Configuration();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddAfk(ValidSettings.Read(configuration), Surroundings.Real);
        await using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        foreach (var service in services.Where(service => !service.ServiceType.ContainsGenericParameters && IsOurs(service)))
        {
            provider.GetService(service.ServiceType).ShouldNotBeNull(service.ServiceType.FullName);
        }
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("127.0.0.1:1", true)]
    public async Task Tokens_are_shared_where_there_is_a_Redis_to_share_them_through(string redis, bool shared)
    {
        var configuration = ValidSettings.Configuration(("ConnectionStrings:Redis", redis));
        var options = ValidSettings.Read(configuration);
        await using var provider = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddAfk(options, Surroundings.Real).BuildServiceProvider();

        provider.GetRequiredService<GitHubConnection>().ShouldNotBeNull();
        provider.GetService<TokenSharing>()?.Keys.ShouldBe(options.Keys);
        (provider.GetService<TokenSharing>() is not null).ShouldBe(shared);
    }

    private static bool IsOurs(ServiceDescriptor service) =>
        service.ServiceType.Assembly == typeof(AfkApp).Assembly || service.ImplementationType?.Assembly == typeof(AfkApp).Assembly || service.ServiceType.Assembly == typeof(Core.Runs.RunId).Assembly;
}
