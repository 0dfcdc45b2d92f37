namespace AfkGitHubApp.Simulator.Http;

/// <summary>All routes. Templates of repository routes start after <c>/repos/OWNER/NAME</c> (or <c>/repositories/ID</c>).</summary>
internal sealed class RouteTable
{
    private readonly List<Route> plain = [];
    private readonly List<Route> ofRepository = [];

    public RouteTable()
    {
        AppRoutes.Add(this);
        RepositoryRoutes.Add(this);
        CommentRoutes.Add(this);
        IssueRoutes.Add(this);
        LabelRoutes.Add(this);
        ActionsRoutes.Add(this);
        ChecksRoutes.Add(this);
        PullRequestRoutes.Add(this);
    }

    public void Plain(string method, string template, Door door, Func<RestCall, SimulatedResponse> handle) =>
        plain.Add(new Route(method, template, door, null, "read", handle));

    public void Read(string template, string permission, Func<RestCall, SimulatedResponse> handle) =>
        ofRepository.Add(new Route("GET", template, Door.Installation, permission, "read", handle));

    public void Write(string method, string template, string permission, Func<RestCall, SimulatedResponse> handle) =>
        ofRepository.Add(new Route(method, template, Door.Installation, permission, "write", handle));

    /// <summary>A repository route that the App calls with its JWT.</summary>
    public void ForApp(string method, string template, Func<RestCall, SimulatedResponse> handle) =>
        ofRepository.Add(new Route(method, template, Door.App, null, "read", handle));

    public (Route Route, Dictionary<string, string> Values)? FindPlain(string method, string[] segments) => Find(plain, method, segments);

    public (Route Route, Dictionary<string, string> Values)? FindOfRepository(string method, string[] segments) => Find(ofRepository, method, segments);

    private static (Route Route, Dictionary<string, string> Values)? Find(List<Route> routes, string method, string[] segments)
    {
        foreach (var route in routes)
        {
            if (route.Method == method && route.Match(segments) is { } values)
            {
                return (route, values);
            }
        }

        return null;
    }
}
