using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Watching;

/// <summary>
/// Reads the journal on from a position: from memory at its end, and behind that, however far, from the database in pages.
/// </summary>
internal sealed class JournalFeed : IDisposable
{
    private const int PageSize = 200;

    private readonly JournalReader _reader;
    private readonly JournalFollower _follower;
    private readonly JournalFilter _filter;
    private readonly IDisposable _attachment;

    public JournalFeed(JournalReader reader, JournalFollower follower, JournalFilter filter, JournalPosition position)
    {
        (_reader, _follower, _filter, Position) = (reader, follower, filter, position);
        _attachment = follower.Attach();
        Changed = follower.Look().Changed;
    }

    /// <summary>All that is wanted up to here was read.</summary>
    public JournalPosition Position { get; private set; }

    /// <summary>Ends when there may be more to read. At once while the end is not reached.</summary>
    public Task Changed { get; private set; }

    /// <summary>What comes next, as far as it is there.</summary>
    /// <exception cref="IronicException">CURSOR_EXPIRED: some of it was purged.</exception>
    public async Task<IReadOnlyList<JournalEvent>> ReadAsync(CancellationToken cancellationToken)
    {
        var (tail, changed) = _follower.Look();
        if (tail is not null && Position >= tail.Start)
        {
            var events = tail.After(Position).ToArray();
            Position = JournalPosition.Max(Position, tail.End);
            Changed = changed;
            return Array.FindAll(events, _filter.Matches);
        }

        var page = await _reader.ReadAsync(Position, _filter, PageSize, cancellationToken);
        if (page.Purged > Position)
            throw Purged();
        Position = page.End;
        // Without a tail the end is only known from the page.
        Changed = page.IsLast && tail is null ? changed : Task.CompletedTask;
        return page.Events;
    }

    public static IronicException Purged() => new(
        ErrorReason.CursorExpired, "Events after the cursor were purged and cannot be read any more. Read what you watch anew, then begin a stream without a cursor.");

    public void Dispose() => _attachment.Dispose();
}
