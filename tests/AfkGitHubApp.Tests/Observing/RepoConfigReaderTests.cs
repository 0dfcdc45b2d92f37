using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Observing;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace AfkGitHubApp.Tests.Observing;

/// <summary>What a process keeps of the settings, while another one is told of the pushes.</summary>
public sealed class RepoConfigReaderTests
{
    private const string File = ".github/afk.yml";
    private const string Repository = AfkTester.Repository;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_push_that_another_process_was_told_of_is_known_by_the_record()
    {
        await using var tester = await StartAsync("budgets:\n  money_usd: 1");
        var other = ActivatorUtilities.CreateInstance<RepoConfigReader>(tester.Services);
        (await other.LastAtHeadAsync(await RecordAsync(tester), Cancel)).MoneyUsd.ShouldBe(1);

        tester.GitHub.CommitFile(Repository, File, "budgets:\n  money_usd: 2", AfkTester.Maintainer);
        (await other.LastAtHeadAsync(await RecordAsync(tester), Cancel)).MoneyUsd.ShouldBe(1, "nobody was told yet");
        await tester.PassAsync(TimeSpan.FromMinutes(1));

        (await other.LastAtHeadAsync(await RecordAsync(tester), Cancel)).MoneyUsd.ShouldBe(2);
    }

    [Fact]
    public async Task The_end_of_another_process_s_run_is_known_by_the_record()
    {
        await using var tester = await StartAsync("budgets:\n  money_usd: 1");
        var other = ActivatorUtilities.CreateInstance<RepoConfigReader>(tester.Services);
        await other.LastAtHeadAsync(await RecordAsync(tester), Cancel);

        tester.Deliveries = each => each.Event == "push" ? 0 : 1;
        var issue = tester.OpenReadyIssue();
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        tester.GitHub.CommitFile(Repository, File, "budgets:\n  money_usd: 2", AfkTester.Maintainer);
        await tester.PassUntilEndedAsync(issue, TimeSpan.FromMinutes(50));

        (await other.LastAtHeadAsync(await RecordAsync(tester), Cancel)).MoneyUsd.ShouldBe(2);
    }

    [Fact]
    public async Task A_store_that_was_emptied_says_nothing_of_the_pushes_before_and_the_head_is_read_anew()
    {
        await using var tester = await StartAsync("budgets:\n  money_usd: 1");
        var other = ActivatorUtilities.CreateInstance<RepoConfigReader>(tester.Services);
        await other.LastAtHeadAsync(await RecordAsync(tester), Cancel);

        tester.GitHub.CommitFile(Repository, File, "budgets:\n  money_usd: 2", AfkTester.Maintainer);
        await tester.PassAsync(TimeSpan.FromMinutes(1));
        await tester.RestartAsync();
        await tester.EnrolAsync();
        await tester.SettleAsync();

        (await other.LastAtHeadAsync(await RecordAsync(tester), Cancel)).MoneyUsd.ShouldBe(2);
    }

    [Fact]
    public async Task A_file_that_was_broken_is_read_each_time()
    {
        await using var tester = await StartAsync("budget: 1");
        var reader = tester.Services.GetRequiredService<RepoConfigReader>();
        var record = await RecordAsync(tester);
        (await reader.LastAtHeadAsync(record, Cancel)).Broken.ShouldNotBeNull();

        tester.GitHub.CommitFile(Repository, File, "version: 1", AfkTester.Maintainer);

        (await reader.LastAtHeadAsync(record, Cancel)).Broken.ShouldBeNull();
    }

    private static async Task<AfkTester> StartAsync(string file)
    {
        var tester = await AfkTester.InProcessAsync();
        tester.GitHub.PutFile(Repository, File, file);
        await tester.EnrolAsync();
        await tester.SettleAsync();
        return tester;
    }

    private static async Task<RepositoryRecord> RecordAsync(AfkTester tester) => (await tester.Services.GetRequiredService<IRecordStore>().AllAsync(Cancel)).ShouldHaveSingleItem();
}
