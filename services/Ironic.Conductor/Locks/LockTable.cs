namespace Ironic.Conductor.Locks;

/// <summary>Exclusion among the callers of one process: for each key one owner and a queue of those who wait, first come, first served.</summary>
internal sealed class LockTable(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Takes a key, waiting for it behind those who asked before.</summary>
    /// <returns>true: the caller has it and must <see cref="Exit"/>; false: it was not to be had within <paramref name="patience"/>.</returns>
    public ValueTask<bool> EnterAsync(string key, string owner, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        LinkedListNode<Waiter> place;
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                _entries.Add(key, new Entry(owner));
                return ValueTask.FromResult(true);
            }

            if (patience == TimeSpan.Zero)
                return ValueTask.FromResult(false);
            place = entry.Waiters.AddLast(new Waiter(owner, new TimedWait()));
        }

        return WaitAsync(place, patience, cancellationToken);
    }

    /// <summary>Gives a key to the first of those who wait for it, or frees it.</summary>
    public void Exit(string key)
    {
        lock (_gate)
        {
            var entry = _entries[key];
            while (entry.TakeFirstWaiter() is { } first)
            {
                if (!first.Wait.TryWake())
                    continue; // Its time is over; it has not come to leave the queue yet.
                entry.Owner = first.Owner;
                return;
            }

            _entries.Remove(key);
        }
    }

    /// <returns>The owner of a key; null when it is free.</returns>
    public string? OwnerOf(string key)
    {
        lock (_gate)
            return _entries.GetValueOrDefault(key)?.Owner;
    }

    /// <summary>How many keys are in use, for tests of what is left behind.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>How many wait for a key, for tests.</summary>
    internal int WaitersOf(string key)
    {
        lock (_gate)
            return _entries.GetValueOrDefault(key)?.WaiterCount ?? 0;
    }

    private async ValueTask<bool> WaitAsync(LinkedListNode<Waiter> place, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var wait = place.Value.Wait;
        try
        {
            return await wait.WaitAsync(patience, time, cancellationToken);
        }
        finally
        {
            lock (_gate)
                place.List?.Remove(place); // Exit has taken it out already if it was woken.
        }
    }

    private sealed record Waiter(string Owner, TimedWait Wait);

    private sealed class Entry(string owner)
    {
        private LinkedList<Waiter>? _waiters;

        public string Owner { get; set; } = owner;

        // Most keys are never waited for.
        public LinkedList<Waiter> Waiters => _waiters ??= new LinkedList<Waiter>();

        public int WaiterCount => _waiters?.Count ?? 0;

        public Waiter? TakeFirstWaiter()
        {
            if (_waiters?.First is not { } first)
                return null;
            _waiters.RemoveFirst();
            return first.Value;
        }
    }
}
