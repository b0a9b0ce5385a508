using Ironic.Conductor.Storage;
using Ironic.Conductor.Watching;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Notifications;

/// <summary>Delivers the journal to all sinks, each on its own.</summary>
internal sealed class NotificationDelivery(
    IEnumerable<INotificationSink> sinks, DeliveryStore store, JournalReader reader, JournalFollower follower, IOptions<NotificationOptions> options, Clock clock, ILogger<SinkDelivery> logger)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(sinks.Select(sink => new SinkDelivery(sink, store, reader, follower, options, clock, logger).RunAsync(stoppingToken)));
}
