using Microsoft.AspNetCore.Http;
using WireMock.Matchers.Request;
using WireMock.ResponseProviders;
using WireMock.Serving;
using WireMock.Settings;

namespace WireMock
{
    /// <summary>A rule for requests and the answer to them.</summary>
    public interface IMapping
    {
        Guid Guid { get; }

        DateTime? UpdatedAt { get; set; }

        string? Title { get; }

        string? Description { get; }

        string? Path { get; set; }

        /// <summary>The lowest number wins; 0 unless set.</summary>
        int Priority { get; }

        string? Scenario { get; }

        /// <summary>The state in which this mapping takes part; null means the start.</summary>
        string? ExecutionConditionState { get; }

        string? NextState { get; }

        int? TimesInSameState { get; }

        IRequestMatcher RequestMatcher { get; }

        IResponseProvider Provider { get; }

        WireMockServerSettings Settings { get; }

        bool IsStartState { get; }

        bool IsDisabled { get; set; }

        object? Data { get; }

        Task<(IResponseMessage Message, IMapping? Mapping)> ProvideResponseAsync(HttpContext context, IRequestMessage requestMessage);

        IRequestMatchResult GetRequestMatchResult(IRequestMessage requestMessage, string? nextState);
    }

    internal sealed class Mapping(Guid guid, IRequestMatcher requestMatcher, IResponseProvider provider, WireMockServerSettings settings) : IMapping
    {
        public Guid Guid => guid;

        public DateTime? UpdatedAt { get; set; } = Clock.UtcNow;

        public string? Title { get; init; }

        public string? Description { get; init; }

        public string? Path { get; set; }

        public int Priority { get; init; }

        public string? Scenario { get; init; }

        public string? ExecutionConditionState { get; init; }

        public string? NextState { get; init; }

        public int? TimesInSameState { get; init; }

        public IRequestMatcher RequestMatcher => requestMatcher;

        public IResponseProvider Provider => provider;

        public WireMockServerSettings Settings => settings;

        public bool IsStartState => Scenario is null || (NextState is not null && ExecutionConditionState is null);

        public bool IsDisabled { get; set; }

        public object? Data { get; init; }

        public Task<(IResponseMessage Message, IMapping? Mapping)> ProvideResponseAsync(HttpContext context, IRequestMessage requestMessage) =>
            provider.ProvideResponseAsync(this, context, requestMessage, settings);

        public IRequestMatchResult GetRequestMatchResult(IRequestMessage requestMessage, string? nextState)
        {
            var result = new RequestMatchResult();
            requestMatcher.GetMatchingScore(requestMessage, result);
            if (Scenario is not null)
            {
                RequestRules.State(ExecutionConditionState, nextState).GetMatchingScore(requestMessage, result);
            }

            return result;
        }
    }
}

namespace WireMock.Serving
{
    /// <summary>A mapping and how well a request fits it.</summary>
    internal sealed record Fit(IMapping Mapping, IRequestMatchResult Result);

    /// <summary>All mappings, the last added first.</summary>
    internal sealed class Mappings(Scenarios scenarios)
    {
        private readonly Lock _gate = new();
        private readonly List<IMapping> _newestFirst = [];

        public IReadOnlyList<IMapping> Snapshot()
        {
            lock (_gate)
            {
                return [.. _newestFirst];
            }
        }

        /// <summary>A mapping with a known id takes the place of the old one.</summary>
        public void Put(IMapping mapping)
        {
            lock (_gate)
            {
                _newestFirst.RemoveAll(old => old.Guid == mapping.Guid);
                _newestFirst.Insert(0, mapping);
            }
        }

        public bool Remove(Guid guid)
        {
            lock (_gate)
            {
                return _newestFirst.RemoveAll(mapping => mapping.Guid == guid) > 0;
            }
        }

        public void Clear()
        {
            lock (_gate)
            {
                _newestFirst.Clear();
            }
        }

        /// <summary>
        /// The mapping that answers, and the one that came nearest. Among full matches the lowest priority number wins, then the
        /// greater number of matchers, then the mapping added last; a mapping whose matchers failed takes no part.
        /// </summary>
        public (Fit? Match, Fit? Nearest) Find(IRequestMessage request, bool acceptNearest)
        {
            // Ordering is stable, so mappings equal in all else stay in the order of the snapshot: newest first.
            Fit[] fits = [.. Snapshot().Where(mapping => !mapping.IsDisabled).Select(mapping => Measure(mapping, request)).OfType<Fit>()];
            var nearest = fits
                .Where(fit => fit.Result.AverageTotalScore > 0)
                .OrderBy(fit => fit.Result)
                .ThenBy(fit => fit.Mapping.Priority)
                .FirstOrDefault();
            var match = fits
                .Where(fit => fit.Result.IsPerfectMatch)
                .OrderBy(fit => fit.Mapping.Priority)
                .ThenBy(fit => fit.Result)
                .FirstOrDefault();
            return (acceptNearest ? nearest : match, nearest);
        }

        private Fit? Measure(IMapping mapping, IRequestMessage request)
        {
            try
            {
                var result = mapping.GetRequestMatchResult(request, scenarios.StateOf(mapping.Scenario));
                return result.MatchDetails.All(detail => detail.Exception is null) ? new Fit(mapping, result) : null;
            }
            catch (Exception)
            {
                return null;
            }
        }
    }
}
