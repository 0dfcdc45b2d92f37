using AfkGitHubApp.Simulator.World;

namespace AfkGitHubApp.Simulator.Http;

/// <summary>Who sent a request.</summary>
internal abstract record Identity
{
    public abstract string Name { get; }
}

internal sealed record Anonymous : Identity
{
    public override string Name => "anonymous";
}

internal sealed record AppIdentity : Identity
{
    public override string Name => "app";
}

internal sealed record InstallationIdentity(AccessToken Token) : Identity
{
    public override string Name => $"installation:{Token.Installation.Id}";
}
