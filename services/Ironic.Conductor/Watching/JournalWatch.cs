using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Watching;

/// <summary>Streams of the journal. Each goes at its watcher's own pace, and holds up nobody.</summary>
internal sealed class JournalWatch(JournalReader reader, JournalFollower follower, NodeStore nodes, IOptions<WatchOptions> options, Clock clock)
{
    /// <summary>Sends what happens until cancelled.</summary>
    /// <param name="send">Sends a message; ends when there is room for the next one.</param>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, NODE_NOT_FOUND, CURSOR_EXPIRED.</exception>
    public async Task RunAsync(WatchRequest request, Func<WatchResponse, CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        var filter = await ReadFilterAsync(request, cancellationToken);
        var state = await reader.ReadStateAsync(cancellationToken);
        using var feed = new JournalFeed(reader, follower, filter, Begin(request, state));
        var stream = new Stream(state.Era, send, clock.Provider);
        await stream.SendAsync(new WatchResponse(), feed.Position, cancellationToken);
        while (true)
        {
            foreach (var @event in await feed.ReadAsync(cancellationToken))
                await stream.SendAsync(new WatchResponse { Event = NodeEventMapper.ToApi(@event) }, @event.Position, cancellationToken);
            if (!await HasChangedAsync(feed, stream, cancellationToken))
                await stream.SendAsync(new WatchResponse(), feed.Position, cancellationToken);
        }
    }

    private async Task<JournalFilter> ReadFilterAsync(WatchRequest request, CancellationToken cancellationToken)
    {
        string? node = null;
        if (request.Node.Length > 0)
        {
            var uuid = NodeIdent.TryParseUuid(request.Node);
            node = (uuid is null ? await nodes.FindByNameAsync(request.Node, cancellationToken) : await nodes.FindByUuidAsync(uuid, cancellationToken))?.Uuid;
            // The events of a deleted node are still there.
            if (node is null && (uuid is null || !await reader.KnowsAsync(uuid, cancellationToken)))
                throw new IronicException(ErrorReason.NodeNotFound, $"Node {request.Node} could not be found.");
            node ??= uuid;
        }

        return new JournalFilter(
            node,
            request.EventTypes.ToHashSet(StringComparer.Ordinal),
            request.Owner.Length > 0 ? request.Owner : null,
            request.Lessee.Length > 0 ? request.Lessee : null);
    }

    private static JournalPosition Begin(WatchRequest request, JournalState state)
    {
        if (request.Cursor.Length == 0)
        {
            return request.Start switch
            {
                WatchStart.Unspecified or WatchStart.Now => state.End,
                WatchStart.Beginning => state.Purged,
                _ => throw new IronicException(ErrorReason.InvalidParameterValue, "The start of the stream is neither now nor the beginning."),
            };
        }

        var (era, position) = JournalCursor.Parse(request.Cursor) ?? throw new IronicException(ErrorReason.InvalidParameterValue, "The cursor is none that a stream has given out.");
        // A cursor from the future was given out before the database was set back.
        if (era != state.Era || position > state.End)
            throw new IronicException(ErrorReason.CursorExpired, "The cursor is of this journal before it was restored. Begin anew, without a cursor.");
        return position >= state.Purged ? position : throw JournalFeed.Purged();
    }

    /// <returns>False when it is time to tell the watcher how far the journal was read.</returns>
    private async Task<bool> HasChangedAsync(JournalFeed feed, Stream stream, CancellationToken cancellationToken)
    {
        var left = options.Value.BookmarkInterval - clock.Provider.GetElapsedTime(stream.SentAt);
        if (left <= TimeSpan.Zero)
            return false;
        try
        {
            await feed.Changed.WaitAsync(left, clock.Provider, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private sealed class Stream(string era, Func<WatchResponse, CancellationToken, Task> send, TimeProvider time)
    {
        /// <summary>Time stamp of the last message.</summary>
        public long SentAt { get; private set; }

        public async Task SendAsync(WatchResponse message, JournalPosition position, CancellationToken cancellationToken)
        {
            message.Cursor = JournalCursor.Format(era, position);
            await send(message, cancellationToken);
            SentAt = time.GetTimestamp();
        }
    }
}
