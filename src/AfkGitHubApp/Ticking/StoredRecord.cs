using System.Text.Json;
using AfkGitHubApp.Core.Runs;
using AfkGitHubApp.Remembering;
using AfkGitHubApp.Scheduling;

namespace AfkGitHubApp.Ticking;

/// <summary>The record that comes with a claim.</summary>
internal static class StoredRecord
{
    /// <summary>Null = a newer build wrote it, and it is to be left alone. A damaged one is as good as none: its run is found again by its marker.</summary>
    public static RepositoryRecord? Read(Claim claim, out bool damaged)
    {
        damaged = false;
        var unknown = new RepositoryRecord { Repository = claim.Lease.Repository };
        try
        {
            return claim.Record is null ? unknown : RecordCodec.Read(claim.Record, out _) is { } known ? known with { Repository = claim.Lease.Repository } : null;
        }
        catch (JsonException)
        {
            damaged = true;
            return unknown;
        }
    }
}
