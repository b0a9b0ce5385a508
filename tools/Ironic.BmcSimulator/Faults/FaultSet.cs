namespace Ironic.BmcSimulator.Faults;

/// <summary>The faults of one management controller. They can be set and cleared while it is asked.</summary>
public sealed class FaultSet
{
    private readonly Lock _gate = new();
    private volatile IReadOnlyList<Entry> _entries = [];

    /// <summary>Those that are not over.</summary>
    public IReadOnlyList<Fault> Active => [.. _entries.Select(entry => entry.Fault with { Times = entry.Left })];

    /// <summary>Adds a fault to those there are.</summary>
    public void Add(Fault fault)
    {
        lock (_gate)
            _entries = [.. _entries, new Entry(fault)];
    }

    /// <summary>Ends all faults, or those of a kind.</summary>
    public void Clear(FaultKind? kind = null)
    {
        lock (_gate)
            _entries = kind is null ? [] : [.. _entries.Where(entry => entry.Fault.Kind != kind)];
    }

    /// <summary>The faults that this request meets, each counted.</summary>
    internal IReadOnlyList<Fault> Draw(FaultScope protocol, string path = "", string method = "")
    {
        var entries = _entries;
        if (entries.Count == 0)
            return [];
        var met = new List<Fault>();
        lock (_gate)
        {
            foreach (var entry in _entries)
            {
                if (!entry.Fault.Concerns(protocol, path, method) || (entry.Fault.Probability < 1 && Random.Shared.NextDouble() >= entry.Fault.Probability))
                    continue;
                met.Add(entry.Fault);
                if (entry.Left is { } left)
                    entry.Left = left - 1;
            }

            if (_entries.Any(entry => entry.Left == 0))
                _entries = [.. _entries.Where(entry => entry.Left != 0)];
        }

        return met;
    }

    private sealed class Entry(Fault fault)
    {
        public Fault Fault => fault;

        public int? Left { get; set; } = fault.Times;
    }
}
