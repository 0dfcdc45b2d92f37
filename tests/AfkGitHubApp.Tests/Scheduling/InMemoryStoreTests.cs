using AfkGitHubApp.Adapters.InMemory;
using AfkGitHubApp.Scheduling;
using AfkGitHubApp.Tests.Acting;
using AfkGitHubApp.Tests.Remembering;

namespace AfkGitHubApp.Tests.Scheduling;

internal static class InMemoryFaces
{
    public static ValueTask<StoreFaces> Create(TimeProvider clock, StoreTimings timings)
    {
        var store = new InMemoryStore(clock, timings);
        return ValueTask.FromResult(new StoreFaces(store, store, store));
    }
}

public sealed class InMemoryDueQueueTests : DueQueueContract
{
    protected override ValueTask<StoreFaces> CreateAsync(TimeProvider clock, StoreTimings timings) => InMemoryFaces.Create(clock, timings);
}

public sealed class InMemoryRecordStoreTests : RecordStoreContract
{
    protected override ValueTask<StoreFaces> CreateAsync(TimeProvider clock, StoreTimings timings) => InMemoryFaces.Create(clock, timings);
}

public sealed class InMemoryEffectJournalTests : EffectJournalContract
{
    protected override ValueTask<StoreFaces> CreateAsync(TimeProvider clock, StoreTimings timings) => InMemoryFaces.Create(clock, timings);
}
