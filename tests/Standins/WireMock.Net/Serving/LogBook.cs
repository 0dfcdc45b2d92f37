using System.Collections.Specialized;
using WireMock.Logging;
using WireMock.Matchers.Request;

namespace WireMock.Logging
{
    /// <summary>One answered request.</summary>
    public interface ILogEntry
    {
        Guid Guid { get; }

        /// <summary>Null when no mapping matched.</summary>
        Guid? MappingGuid { get; }

        string? MappingTitle { get; }

        /// <summary>The mapping that came nearest.</summary>
        Guid? PartialMappingGuid { get; }

        string? PartialMappingTitle { get; }

        IRequestMatchResult? PartialMatchResult { get; }

        IRequestMatchResult? RequestMatchResult { get; }

        IRequestMessage? RequestMessage { get; }

        IResponseMessage? ResponseMessage { get; }
    }

    internal sealed record LogEntry(IRequestMessage? RequestMessage, IResponseMessage? ResponseMessage) : ILogEntry
    {
        public Guid Guid { get; } = Guid.NewGuid();

        public Guid? MappingGuid { get; init; }

        public string? MappingTitle { get; init; }

        public Guid? PartialMappingGuid { get; init; }

        public string? PartialMappingTitle { get; init; }

        public IRequestMatchResult? PartialMatchResult { get; init; }

        public IRequestMatchResult? RequestMatchResult { get; init; }
    }
}

namespace WireMock.Serving
{
    /// <summary>The requests answered so far, oldest first.</summary>
    internal sealed class LogBook(Action<NotifyCollectionChangedEventArgs> changed)
    {
        private readonly Lock _gate = new();
        private readonly List<ILogEntry> _entries = [];

        /// <summary>Entries kept; null keeps all, zero none.</summary>
        public int? MaximumCount { get; set; }

        /// <summary>Hours that an entry is kept.</summary>
        public int? ExpirationHours { get; set; }

        public IReadOnlyList<ILogEntry> Snapshot()
        {
            lock (_gate)
            {
                return [.. _entries];
            }
        }

        public void Add(ILogEntry entry)
        {
            lock (_gate)
            {
                if (MaximumCount is null or > 0)
                {
                    _entries.Add(entry);
                    changed(new NotifyCollectionChangedEventArgs(NotifyCollectionChangedAction.Add, entry, _entries.Count - 1));
                }

                foreach (var old in Outdated())
                {
                    RemoveHeld(old);
                }
            }
        }

        public bool Remove(Guid guid)
        {
            lock (_gate)
            {
                return _entries.Find(entry => entry.Guid == guid) is { } found && RemoveHeld(found);
            }
        }

        public void Clear()
        {
            lock (_gate)
            {
                _entries.Clear();
                changed(new NotifyCollectionChangedEventArgs(NotifyCollectionChangedAction.Reset));
            }
        }

        private ILogEntry[] Outdated()
        {
            var tooMany = MaximumCount is > 0 and var count
                ? _entries.OrderBy(entry => entry.RequestMessage?.DateTime).Take(_entries.Count - count)
                : [];
            var horizon = ExpirationHours is > 0 and var hours ? Clock.UtcNow.AddHours(-hours) : (DateTime?)null;
            return [.. tooMany.Union(_entries.Where(entry => entry.RequestMessage?.DateTime < horizon))];
        }

        private bool RemoveHeld(ILogEntry entry)
        {
            var index = _entries.IndexOf(entry);
            _entries.RemoveAt(index);
            changed(new NotifyCollectionChangedEventArgs(NotifyCollectionChangedAction.Remove, entry, index));
            return true;
        }
    }
}
