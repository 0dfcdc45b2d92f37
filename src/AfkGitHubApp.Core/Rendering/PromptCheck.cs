namespace AfkGitHubApp.Core.Rendering;

/// <summary>A check that did not pass, as a corrective prompt names it. Every text in it was written by others.</summary>
/// <param name="Name">The check's name or status context.</param>
/// <param name="Conclusion">GitHub's word for how it ended.</param>
/// <param name="Url">Where to read more, if anywhere.</param>
/// <param name="Excerpt">A piece of the failing step's log.</param>
/// <param name="Step">The step that failed.</param>
public sealed record PromptCheck(string Name, string Conclusion, string? Url = null, string? Excerpt = null, string? Step = null);
