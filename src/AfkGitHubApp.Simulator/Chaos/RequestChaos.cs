namespace AfkGitHubApp.Simulator.Chaos;

/// <summary>A fault in the way of matching HTTP requests.</summary>
public sealed record RequestFault
{
    /// <summary>HTTP method to match; null matches all.</summary>
    public string? Method { get; init; }

    /// <summary>Part of the path to match, ignoring case; null matches all.</summary>
    public string? PathContains { get; init; }

    /// <summary>How many matching requests it hits before it is spent.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Chance, 0 to 1, that a matching request is hit; a request that is spared does not count as one of <see cref="Times"/>.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Answers this status instead of performing the request.</summary>
    public int? Status { get; init; }

    /// <summary>Value of <c>retry-after</c>, in seconds.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>More headers of the answer, such as <c>x-ratelimit-remaining</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Message of the answer; by default GitHub's own for that status.</summary>
    public string? Message { get; init; }

    /// <summary>Cuts the connection without performing the request.</summary>
    public bool CutConnection { get; init; }

    /// <summary>Performs the request and then loses the answer.</summary>
    public bool LoseResponse { get; init; }

    /// <summary>Performs the request, sends the headers and half of the body, and then nothing more.</summary>
    public bool StallBody { get; init; }

    /// <summary>Time before the answer.</summary>
    public TimeSpan Latency { get; init; }

    internal string Name => CutConnection ? "cut" : LoseResponse ? "lost response" : StallBody ? "stalled body" : Status is { } status ? $"status {status}" : "latency";
}

/// <summary>The faults that are set at present, in the order in which they were set; the first that matches hits.</summary>
internal sealed class RequestFaults(int seed)
{
    private readonly List<(RequestFault Fault, int Left)> faults = [];
    private readonly Random chance = new(seed);

    public void Add(RequestFault fault) => faults.Add((fault, fault.Times));

    public void Clear() => faults.Clear();

    public RequestFault? Hit(string method, string path)
    {
        for (var position = 0; position < faults.Count; position++)
        {
            var (fault, left) = faults[position];
            var matches = (fault.Method is null || fault.Method.Equals(method, StringComparison.OrdinalIgnoreCase))
                && (fault.PathContains is null || path.Contains(fault.PathContains, StringComparison.OrdinalIgnoreCase));
            if (!matches || (fault.Probability < 1 && chance.NextDouble() >= fault.Probability))
            {
                continue;
            }

            if (left <= 1)
            {
                faults.RemoveAt(position);
            }
            else
            {
                faults[position] = (fault, left - 1);
            }

            return fault;
        }

        return null;
    }
}
