namespace AfkGitHubApp.Diagnosing;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>Looked at, and as it should be.</summary>
    Ok,

    /// <summary>As it may be meant, and good to know.</summary>
    Note,

    /// <summary>Runs may still work; some will not, or later than they could.</summary>
    Warning,

    /// <summary>Runs cannot work.</summary>
    Error,
}

/// <summary>One thing found.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Code">A word for programs; does not change between versions.</param>
/// <param name="Subject">Whose it is: the deployment, the App, a repository.</param>
/// <param name="Where">The setting, permission, file or page it is about; empty where the subject says it.</param>
/// <param name="What">What was found, one sentence.</param>
/// <param name="WayOut">What to do about it; empty where nothing is to be done.</param>
public sealed record Finding(Severity Severity, string Code, string Subject, string Where, string What, string WayOut = "");
