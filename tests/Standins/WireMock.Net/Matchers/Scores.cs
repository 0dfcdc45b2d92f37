using WireMock.Matchers.Request;
using WireMock.Types;

namespace WireMock.Matchers;

/// <summary>Scores lie between 0 (no match) and 1 (match).</summary>
public static class MatchScores
{
    public const double Tolerance = 0.000001;

    public const double Mismatch = 0.0;

    public const double Perfect = 1.0;

    public const double AlmostPerfect = 0.99;

    public static bool IsPerfect(double value) => Math.Abs(value - Perfect) < Tolerance;

    public static double ToScore(bool value) => value ? Perfect : Mismatch;

    public static double ToScore(IReadOnlyCollection<bool> values, MatchOperator matchOperator) =>
        ToScore([.. values.Select(ToScore)], matchOperator);

    public static double ToScore(IReadOnlyCollection<double> values, MatchOperator matchOperator) => (values.Count, matchOperator) switch
    {
        (0, _) => Mismatch,
        (_, MatchOperator.Or) => ToScore(values.Any(IsPerfect)),
        (_, MatchOperator.And) => ToScore(values.All(IsPerfect)),
        _ => values.Average(),
    };

    /// <summary>
    /// With more patterns than values every matcher must find its patterns; otherwise every value must find a matcher, and a
    /// matcher may be left over.
    /// </summary>
    internal static double ToScore(WireMockList<string> values, IReadOnlyList<IStringMatcher> matchers)
    {
        if (values.Count == 0)
        {
            return Mismatch;
        }

        return matchers.Sum(matcher => matcher.GetPatterns().Length) > values.Count
            ? matchers.Average(matcher => values.Sum(value => matcher.IsMatch(value).Score / matcher.GetPatterns().Length))
            : values.Average(value => matchers.Max(matcher => matcher.IsMatch(value).Score));
    }

    internal static double Behave(MatchBehaviour behaviour, double score) =>
        behaviour == MatchBehaviour.AcceptOnMatch ? score : ToScore(score <= Tolerance);
}

/// <summary>What one matcher says about one value.</summary>
public class MatchResult
{
    public double Score { get; set; }

    /// <summary>Set when the matcher failed; the mapping is then left out of the search.</summary>
    public Exception? Exception { get; set; }

    public required string Name { get; set; }

    public MatchResult[]? MatchResults { get; set; }

    public bool IsPerfect() => MatchScores.IsPerfect(Score);

    public static MatchResult From(string name, MatchBehaviour matchBehaviour, bool isMatch, Exception? exception = null) =>
        From(name, MatchScores.Behave(matchBehaviour, MatchScores.ToScore(isMatch)), exception);

    public static MatchResult From(string name, double score = 0, Exception? exception = null) =>
        new() { Name = name, Score = score, Exception = exception };

    public static MatchResult From(string name, Exception exception) => From(name, MatchScores.Mismatch, exception);

    public static MatchResult From(string name, IReadOnlyList<MatchResult> matchResults, MatchOperator matchOperator)
    {
        Guard.NotNull(matchResults);
        Guard.InRange(matchResults.Count > 0, nameof(matchResults));
        if (matchResults.Count == 1)
        {
            return matchResults[0];
        }

        Exception[] failures = [.. matchResults.Select(result => result.Exception).OfType<Exception>()];
        return new MatchResult
        {
            Name = name,
            MatchResults = [.. matchResults],
            Score = MatchScores.ToScore([.. matchResults.Select(result => result.Score)], matchOperator),
            Exception = failures.Length > 1 ? new AggregateException(failures) : failures.FirstOrDefault(),
        };
    }

    public (double Score, Exception? Exception) Expand() => (Score, Exception);

    public MatchDetail ToMatchDetail() => new()
    {
        Name = Name,
        MatcherType = nameof(MatchResult),
        Score = Score,
        Exception = Exception,
        MatchDetails = MatchResults?.Select(result => result.ToMatchDetail()).ToArray(),
    };
}
