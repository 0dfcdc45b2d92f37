using AfkGitHubApp.Simulator.Chaos;
using AfkGitHubApp.Simulator.Http;
using AfkGitHubApp.Simulator.Scenarios;

namespace AfkGitHubApp.Simulator.World;

/// <summary>The T3 Code server beside GitHub, whose agent works on this GitHub's repositories.</summary>
public sealed partial class SimulatedGitHub
{
    /// <summary>Where the T3 Code server is reached, with a slash at its end.</summary>
    public Uri T3CodeUrl => Within(() => new Uri(world.BaseUrl, $"{T3Door.Root}/"));

    /// <summary>The one bearer the T3 Code server accepts; changing it is what an expiry looks like.</summary>
    public string T3CodeToken
    {
        get => Within(() => world.T3Code.Token);
        set => Within(() => world.T3Code.Token = value);
    }

    /// <summary>How long after the world's beginning that bearer says it ends; it is accepted all the same.</summary>
    public TimeSpan T3CodeTokenLifetime
    {
        get => Within(() => world.T3Code.TokenLifetime);
        set => Within(() => world.T3Code.TokenLifetime = value);
    }

    /// <summary>Its release.</summary>
    public string T3CodeVersion
    {
        get => Within(() => world.T3Code.Version);
        set => Within(() => world.T3Code.Version = value);
    }

    /// <summary>Its threads, deleted ones too.</summary>
    public IReadOnlyList<T3ThreadView> T3Threads => Within(() => world.T3Code.Threads.Values
        .Select(thread => new T3ThreadView(thread.Id, thread.Title, thread.Project.WorkspaceRoot, thread.LatestTurn?.State, thread.Session?.Status, thread.DeletedAt is not null, [.. thread.Messages.Where(message => message.Role == "user").Select(message => message.Text)]))
        .ToList());

    /// <summary>Makes a folder on the server.</summary>
    public void AddT3Folder(string path) => Within(() => world.T3Code.Folders.Add(path));

    /// <summary>Sets what the bearer may do.</summary>
    public void SetT3Scopes(params string[] scopes) => Within(() => world.T3Code.Scopes = scopes);

    /// <summary>Scripts the turns whose prompt contains a phrase; without one, those of an issue go by <see cref="ScriptIssue"/>.</summary>
    public void ScriptT3Prompts(string phrase, TurnScript script) => Within(() => world.T3Code.Script(phrase, script));

    /// <summary>A person deletes a thread, which ends its agent.</summary>
    public void DeleteT3Thread(string id) => Within(() => world.T3Code.Delete(world.T3Code.ThreadOf(id).Id));

    /// <summary>A person archives a thread, whose agent goes on.</summary>
    public void ArchiveT3Thread(string id) => Within(() => world.T3Code.Archive(world.T3Code.ThreadOf(id).Id));

    /// <summary>Stops and starts the server: what was at work is lost.</summary>
    public void RestartT3Code() => Within(world.T3Code.Restart);

    /// <summary>Puts a fault in the way of requests to the T3 Code server; paths are those below its address.</summary>
    public void AddT3Fault(RequestFault fault) => Within(() => world.T3Requests.Add(fault));

    /// <summary>Takes its faults away.</summary>
    public void ClearT3Faults() => Within(world.T3Requests.Clear);
}

/// <summary>A thread of the T3 Code server.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
/// <param name="Folder">Where its agent works.</param>
/// <param name="TurnState">The server's word for its latest turn; null when there was none.</param>
/// <param name="SessionStatus">The server's word for its session; null when there was none.</param>
/// <param name="IsDeleted">Whether it was deleted.</param>
/// <param name="Prompts">What it was sent, in order.</param>
public sealed record T3ThreadView(string Id, string Title, string Folder, string? TurnState, string? SessionStatus, bool IsDeleted, IReadOnlyList<string> Prompts);
