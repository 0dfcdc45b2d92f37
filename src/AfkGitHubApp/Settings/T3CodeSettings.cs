using AfkGitHubApp.Core.Runs;

namespace AfkGitHubApp.Settings;

/// <summary>The T3 Code server that works turns, and what its threads are made with.</summary>
public sealed record T3CodeSettings
{
    private const string Owner = "{owner}";
    private const string Name = "{name}";

    /// <summary>Where it is; the bearer is sent nowhere else.</summary>
    public required Uri BaseAddress { get; init; }

    /// <summary>The bearer; empty when it stands in <see cref="TokenPath"/>.</summary>
    public string Token { get; init; } = "";

    /// <summary>File with the bearer, read at each request so that a new one counts at once; empty when <see cref="Token"/> is given.</summary>
    public string TokenPath { get; init; } = "";

    /// <summary>Folder of a repository's clone on the server, with <c>{owner}</c> and <c>{name}</c> to be replaced.</summary>
    public required string Workspaces { get; init; }

    /// <summary>The server's provider instance that works the threads.</summary>
    public string Instance { get; init; } = "codex";

    /// <summary>The model, by the provider's name.</summary>
    public required string Model { get; init; }

    /// <summary>What the agent may do without being asked, in T3 Code's words.</summary>
    public string RuntimeMode { get; init; } = "full-access";

    /// <summary>Its name only: what it holds is secret.</summary>
    public override string ToString() => nameof(T3CodeSettings);

    /// <summary>The folder of this repository's clone on the server.</summary>
    public string WorkspaceOf(RepositoryKey repository)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return Workspaces.Replace(Owner, repository.Owner, StringComparison.Ordinal).Replace(Name, repository.Name, StringComparison.Ordinal);
    }

    /// <summary>Reads what is configured; problems only where a server is named or required.</summary>
    internal static T3CodeSettings? Read(SettingsReader read, bool isRequired)
    {
        var isNamed = read.Text("Afk:T3Code:BaseAddress", "").Length > 0;
        var token = read.Text("Afk:T3Code:Token", "");
        var tokenPath = read.Text("Afk:T3Code:TokenPath", "");
        var workspaces = read.Text("Afk:T3Code:Workspaces", "");
        var model = read.Text("Afk:T3Code:Model", "");
        var instance = read.Text("Afk:T3Code:Instance", "codex");
        var mode = read.Word("Afk:T3Code:RuntimeMode", "full-access", ("full-access", "full-access"), ("auto", "auto"), ("auto-accept-edits", "auto-accept-edits"), ("approval-required", "approval-required"));
        if (!isNamed && !isRequired)
        {
            return null;
        }

        if (!isNamed)
        {
            read.Problem("Afk:T3Code:BaseAddress", "is missing; it is the address of the T3 Code server that Afk:Backend asks for, such as http://127.0.0.1:3773");
            return null;
        }

        CheckToken(read, token, tokenPath);
        if (workspaces.Length == 0)
        {
            read.Problem("Afk:T3Code:Workspaces", "is missing; it is where the clones are on the T3 Code server, such as /srv/afk/{owner}/{name}");
        }
        else if (!workspaces.Contains(Owner, StringComparison.Ordinal) || !workspaces.Contains(Name, StringComparison.Ordinal) || !IsAbsolute(workspaces))
        {
            read.Problem("Afk:T3Code:Workspaces", $"is '{workspaces}'; it must be an absolute path with {{owner}} and {{name}} in it, such as /srv/afk/{{owner}}/{{name}}");
        }

        if (model.Length == 0)
        {
            read.Problem("Afk:T3Code:Model", "is missing; it is the model that works the threads, by its provider's name");
        }

        return read.Address("Afk:T3Code:BaseAddress", "", "http://127.0.0.1:3773") is { } address
            ? new T3CodeSettings { BaseAddress = address, Token = token, TokenPath = tokenPath, Workspaces = workspaces, Instance = instance, Model = model, RuntimeMode = mode }
            : null;
    }

    private static void CheckToken(SettingsReader read, string token, string tokenPath)
    {
        if (token.Length > 0 && tokenPath.Length > 0)
        {
            read.Problem("Afk:T3Code:Token", "is given beside Afk:T3Code:TokenPath; give one of them");
        }
        else if (token.Length == 0 && tokenPath.Length == 0)
        {
            read.Problem("Afk:T3Code:TokenPath", "is missing; give a token of the T3 Code server as a file (Afk:T3Code:TokenPath) or as text (Afk:T3Code:Token)");
        }
        else if (tokenPath.Length > 0 && !File.Exists(tokenPath))
        {
            read.Problem("Afk:T3Code:TokenPath", $"names the file {tokenPath}, which does not exist");
        }
    }

    /// <summary>Absolute where the server runs, which need not be a machine like this one.</summary>
    private static bool IsAbsolute(string path) => path[0] is '/' || (path.Length > 2 && char.IsAsciiLetter(path[0]) && path[1] is ':' && path[2] is '\\' or '/');
}
