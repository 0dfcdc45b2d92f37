namespace Octokit.Internal;

internal static class MediaTypes
{
    internal const string Json = "application/vnd.github.v3+json";
    internal const string Html = "application/vnd.github.v3.html";
    internal const string Raw = "application/vnd.github.v3.raw";
}
