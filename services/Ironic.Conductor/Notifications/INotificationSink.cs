using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Notifications;

/// <summary>Somebody who is told of events.</summary>
internal interface INotificationSink
{
    /// <summary>Its name, by which its place in the journal is kept.</summary>
    string Name { get; }

    /// <summary>Delivers one event.</summary>
    /// <exception cref="DeliveryException">It was not delivered, or that is not known. It is tried again.</exception>
    Task DeliverAsync(JournalEvent @event, CancellationToken cancellationToken);
}

/// <summary>An event was not delivered. The message says why, without addresses' secrets.</summary>
internal sealed class DeliveryException(string message) : Exception(message);
