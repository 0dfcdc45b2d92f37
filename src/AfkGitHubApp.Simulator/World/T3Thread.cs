namespace AfkGitHubApp.Simulator.World;

internal sealed record T3Project(string Id, string Title, string WorkspaceRoot, DateTimeOffset CreatedAt);

/// <summary>A thread of the simulated T3 Code server, in that server's own words.</summary>
internal sealed class T3Thread(string id, T3Project project, string title, string instance, string model, string runtimeMode, DateTimeOffset createdAt)
{
    public string Id => id;

    public T3Project Project => project;

    public string Title => title;

    public string Instance => instance;

    public string Model => model;

    public string RuntimeMode => runtimeMode;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset UpdatedAt { get; set; } = createdAt;

    public DateTimeOffset? ArchivedAt { get; set; }

    public DateTimeOffset? DeletedAt { get; set; }

    public T3Turn? LatestTurn { get; set; }

    public T3Session? Session { get; set; }

    public bool PendingApproval { get; set; }

    public bool PendingQuestion { get; set; }

    public List<T3Message> Messages { get; } = [];

    public List<T3Activity> Activities { get; } = [];

    /// <summary>What its agent will still do.</summary>
    public List<AgendaEntry> Ahead { get; } = [];

    /// <summary>The agent does not listen to an interrupt.</summary>
    public bool IgnoresInterrupt { get; set; }

    public bool IsGone => ArchivedAt is not null || DeletedAt is not null;

    public void ForgetWhatIsAhead()
    {
        foreach (var entry in Ahead)
        {
            entry.Cancel();
        }

        Ahead.Clear();
    }
}

internal sealed record T3Turn(string Id, string State, DateTimeOffset RequestedAt, DateTimeOffset? CompletedAt, string? AssistantMessageId)
{
    /// <summary>Its number in the journal.</summary>
    public long Number { get; init; }

    /// <summary><c>owner/name</c> it works in; null when its prompt names none of this world's.</summary>
    public string? Repository { get; init; }
}

internal sealed record T3Session(string Status, string? ActiveTurnId, string? LastError, DateTimeOffset UpdatedAt);

internal sealed record T3Message(string Id, string Role, string Text, string? TurnId, DateTimeOffset CreatedAt);

internal sealed record T3Activity(string Kind, string Summary, string? Detail, string? RequestId, string? TurnId, DateTimeOffset CreatedAt);
