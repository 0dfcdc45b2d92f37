using AnyOfTypes;
using WireMock.Models;

namespace WireMock.Matchers
{
    /// <summary>A rule for one value of a request.</summary>
    public interface IMatcher
    {
        string Name { get; }

        MatchBehaviour MatchBehaviour { get; }

        /// <exception cref="NotSupportedException">Always, for the matchers of the stand-in: it does not write mappings as code.</exception>
        string GetCSharpCodeArguments();
    }

    /// <summary>A rule for text.</summary>
    public interface IStringMatcher : IMatcher
    {
        MatchResult IsMatch(string? input);

        AnyOf<string, StringPattern>[] GetPatterns();

        MatchOperator MatchOperator { get; }
    }

    /// <summary>A rule for a parsed body or for bytes.</summary>
    public interface IObjectMatcher : IMatcher
    {
        object Value { get; }

        MatchResult IsMatch(object? input);
    }

    /// <summary>A rule that may ignore upper and lower case.</summary>
    public interface IIgnoreCaseMatcher : IMatcher
    {
        bool IgnoreCase { get; }
    }

    /// <summary>A rule for a JSON body.</summary>
    public interface IJsonMatcher : IObjectMatcher, IIgnoreCaseMatcher
    {
    }
}

namespace WireMock.Matchers.Request
{
    /// <summary>A rule for a whole request; it adds its score to the result and returns it.</summary>
    public interface IRequestMatcher
    {
        RequestMatcherType Type { get; }

        double GetMatchingScore(IRequestMessage requestMessage, IRequestMatchResult requestMatchResult);
    }

    /// <summary>The scores of one request against one mapping.</summary>
    public interface IRequestMatchResult : IComparable
    {
        /// <summary>Between 0 and 1; 0 when no matcher took part.</summary>
        double AverageTotalScore { get; }

        /// <summary>Every matcher gave 1; true when there was none.</summary>
        bool IsPerfectMatch { get; }

        IList<MatchDetail> MatchDetails { get; }

        int TotalNumber { get; }

        double TotalScore { get; }

        double AddScore(Type matcherType, double score, Exception? exception);

        double AddMatchDetail(MatchDetail matchDetail);
    }

    /// <summary>The score of one matcher.</summary>
    public class MatchDetail
    {
        public required string MatcherType { get; set; }

        public required string Name { get; set; }

        public double Score { get; set; }

        public Exception? Exception { get; set; }

        public MatchDetail[]? MatchDetails { get; set; }
    }
}
