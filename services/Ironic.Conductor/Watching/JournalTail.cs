using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Watching;

/// <summary>The newest part of the journal, in memory: all events above <see cref="Start"/>, up to <see cref="End"/>.</summary>
internal sealed class JournalTail
{
    private const int MaximumEvents = 1000;

    // Messages are up to 64 KB; the rest of an event is small.
    private const int MaximumText = 4_000_000;

    private readonly ArraySegment<JournalEvent> _events;

    public JournalTail(JournalPosition at)
        : this(at, at, ArraySegment<JournalEvent>.Empty)
    {
    }

    private JournalTail(JournalPosition start, JournalPosition end, ArraySegment<JournalEvent> events) => (Start, End, _events) = (start, end, events);

    public JournalPosition Start { get; }

    public JournalPosition End { get; }

    /// <summary>The tail with what was read from its end on; the oldest events leave it when it grows too long.</summary>
    public JournalTail Append(JournalPage page)
    {
        if (page.Events.Count == 0)
            return page.End == End ? this : new JournalTail(Start, page.End, _events);
        JournalEvent[] events = [.. _events, .. page.Events];
        var first = Math.Max(0, events.Length - MaximumEvents);
        var text = 0;
        for (var index = events.Length - 1; index >= first; index--)
        {
            text += events[index].Message?.Length ?? 0;
            if (text > MaximumText)
                first = index + 1;
        }

        return new JournalTail(first == 0 ? Start : events[first - 1].Position, page.End, new ArraySegment<JournalEvent>(events, first, events.Length - first));
    }

    /// <summary>The events above a position that is not below <see cref="Start"/>.</summary>
    public ReadOnlySpan<JournalEvent> After(JournalPosition position)
    {
        var (low, high) = (0, _events.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_events[middle].Position > position)
                high = middle;
            else
                low = middle + 1;
        }

        return _events.AsSpan(low);
    }
}
