using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Watching;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Notifications;

/// <summary>
/// Delivers the journal to one sink, event by event, while this conductor has the sink's lease; the others wait for that to end. An event is
/// tried until it is delivered, so a sink that is away gets later what it has missed.
/// </summary>
internal sealed partial class SinkDelivery(
    INotificationSink sink, DeliveryStore store, JournalReader reader, JournalFollower follower, IOptions<NotificationOptions> options, Clock clock, ILogger<SinkDelivery> logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    private readonly INotificationSink _sink = sink;
    private readonly DeliveryStore _store = store;
    private readonly JournalReader _reader = reader;
    private readonly JournalFollower _follower = follower;
    private readonly IOptions<NotificationOptions> _options = options;
    private readonly Clock _clock = clock;

    private TimeSpan Duration => _options.Value.LeaseDuration;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var end = (await _reader.ReadStateAsync(cancellationToken)).End;
                var takenAt = _clock.Provider.GetTimestamp();
                if (await _store.TakeAsync(_sink.Name, end, Duration, cancellationToken) is { } lease)
                    await new Holder(this, lease, JournalPosition.Min(lease.Position, end), takenAt).RunAsync(cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // The database was away.
                LogFailed(e, _sink.Name);
            }

            await Task.Delay(Duration / 3, _clock.Provider, cancellationToken);
        }
    }

    [LoggerMessage(EventId = 2450, EventName = "DeliveryBegun", Level = LogLevel.Information, Message = "Notifications to {Sink} are delivered by this conductor")]
    private partial void LogBegun(string sink);

    [LoggerMessage(EventId = 2451, EventName = "DeliveryLost", Level = LogLevel.Warning, Message = "The lease of notifications to {Sink} was lost: another conductor goes on")]
    private partial void LogLost(string sink);

    [LoggerMessage(EventId = 2452, EventName = "DeliveryRefused", Level = LogLevel.Warning, Message = "Event {Uuid} was not delivered to {Sink}, attempt {Attempt}: {Reason}. It is tried again in {Pause}")]
    private partial void LogRefused(string uuid, string sink, int attempt, string reason, TimeSpan pause);

    [LoggerMessage(EventId = 2453, EventName = "DeliveryFailed", Level = LogLevel.Error, Message = "Notifications to {Sink} cannot be delivered; it is tried again")]
    private partial void LogFailed(Exception exception, string sink);

    [LoggerMessage(
        EventId = 2454, EventName = "NotificationsPurged", Level = LogLevel.Error, Message = "Events were purged before they were delivered to {Sink}; it goes on with the oldest that are left")]
    private partial void LogPurged(string sink);

    /// <summary>The time for which this conductor has the lease.</summary>
    private sealed class Holder(SinkDelivery delivery, DeliveryLease lease, JournalPosition position, long renewedAt)
    {
        private readonly Lock _gate = new();
        private JournalPosition _delivered = position;
        private long _renewedAt = renewedAt;

        private string Sink => delivery._sink.Name;

        private TimeProvider Time => delivery._clock.Provider;

        private JournalPosition Delivered
        {
            get
            {
                lock (_gate)
                    return _delivered;
            }

            set
            {
                lock (_gate)
                    _delivered = value;
            }
        }

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            delivery.LogBegun(Sink);
            using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var renewing = RenewAsync(held);
            try
            {
                await DeliverAsync(held.Token);
            }
            catch (OperationCanceledException) when (held.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                delivery.LogLost(Sink);
            }
            finally
            {
                await held.CancelAsync();
                await renewing;
                await delivery._store.ReleaseAsync(lease, Delivered);
            }
        }

        private async Task DeliverAsync(CancellationToken cancellationToken)
        {
            var from = Delivered;
            while (true)
            {
                try
                {
                    using var feed = new JournalFeed(delivery._reader, delivery._follower, JournalFilter.All, from);
                    while (true)
                    {
                        foreach (var @event in await feed.ReadAsync(cancellationToken))
                        {
                            await DeliverAsync(@event, cancellationToken);
                            Delivered = @event.Position;
                        }

                        Delivered = feed.Position;
                        await feed.Changed.WaitAsync(cancellationToken);
                    }
                }
                catch (IronicException e) when (e.Reason == ErrorReason.CursorExpired)
                {
                    delivery.LogPurged(Sink);
                    from = (await delivery._reader.ReadStateAsync(cancellationToken)).Purged;
                }
            }
        }

        private async Task DeliverAsync(JournalEvent @event, CancellationToken cancellationToken)
        {
            var limit = FirstPause;
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    await delivery._sink.DeliverAsync(@event, cancellationToken);
                    return;
                }
                catch (DeliveryException e)
                {
                    var pause = limit * (0.5 + (Random.Shared.NextDouble() / 2));
                    delivery.LogRefused(@event.Uuid, Sink, attempt, e.Message, pause);
                    await Task.Delay(pause, Time, cancellationToken);
                    limit = limit * 2 < delivery._options.Value.LongestPause ? limit * 2 : delivery._options.Value.LongestPause;
                }
            }
        }

        // Cancels when the lease is gone, or may be: another conductor takes it by its own clock.
        private async Task RenewAsync(CancellationTokenSource held)
        {
            var duration = delivery.Duration;
            try
            {
                while (Time.GetElapsedTime(_renewedAt) < duration)
                {
                    await Task.Delay(duration / 3, Time, held.Token);
                    var now = Time.GetTimestamp();
                    try
                    {
                        if (!await delivery._store.RenewAsync(lease, Delivered, duration, held.Token).WaitAsync(duration / 3, Time, held.Token))
                            break;
                        _renewedAt = now;
                    }
                    catch (Exception e) when (e is not OperationCanceledException)
                    {
                        delivery.LogFailed(e, Sink);
                    }
                }
            }
            catch (OperationCanceledException) when (held.IsCancellationRequested)
            {
                return;
            }

            await held.CancelAsync();
        }
    }
}
