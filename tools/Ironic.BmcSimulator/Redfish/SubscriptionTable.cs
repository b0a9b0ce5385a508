using System.Globalization;
using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Redfish;

/// <summary>Somebody who wants to hear of events (Redfish's EventDestination).</summary>
internal sealed record Subscription(string Id, Uri Destination, string? Context, IReadOnlyList<string> EventTypes, IReadOnlyDictionary<string, string> Headers);

/// <summary>The subscriptions of one service.</summary>
/// <param name="sender">Delivers.</param>
/// <param name="time">The clock.</param>
internal sealed class SubscriptionTable(EventSender sender, TimeProvider time)
{
    /// <summary>How many there is room for.</summary>
    public const int Limit = 20;

    private readonly Lock _gate = new();
    private int _made;
    private long _sent;
    private volatile Subscription[] _all = [];

    public IReadOnlyList<Subscription> All => _all;

    /// <exception cref="RedfishException">There is no room.</exception>
    public Subscription Add(Uri destination, string? context, IReadOnlyList<string> eventTypes, IReadOnlyDictionary<string, string> headers)
    {
        lock (_gate)
        {
            if (_all.Length >= Limit)
                throw new RedfishException(503, "EventSubscriptionLimitExceeded", "The service has no room for another subscription.");
            var subscription = new Subscription((++_made).ToString(CultureInfo.InvariantCulture), destination, context, eventTypes, headers);
            _all = [.. _all, subscription];
            return subscription;
        }
    }

    public bool Remove(string id)
    {
        lock (_gate)
        {
            var left = _all.Where(subscription => subscription.Id != id).ToArray();
            var removed = left.Length < _all.Length;
            _all = left;
            return removed;
        }
    }

    /// <summary>Tells the subscribers what has happened to a machine.</summary>
    public void Send(MachineEvent happened)
    {
        if (_all.Length == 0)
            return;
        var system = $"{Json.Root}/Systems/{happened.Server.Id}";
        var (type, id, message) = happened.Kind switch
        {
            MachineEventKind.PowerChanged => ("StatusChange", "ResourceEvent.1.3.ResourceStatusChanged", $"The power state is {happened.Detail}."),
            MachineEventKind.Booted => ("StatusChange", "ResourceEvent.1.3.ResourceStateChanged", $"The system boots from {happened.Detail}."),
            MachineEventKind.MediaChanged => ("ResourceUpdated", "ResourceEvent.1.3.ResourceChanged", happened.Detail.Length == 0 ? "Media were ejected." : $"Media were inserted: {happened.Detail}."),
            MachineEventKind.FirmwareUpdated => ("ResourceUpdated", "Update.1.1.UpdateSuccessful", $"The firmware of {happened.Detail} was updated."),
            MachineEventKind.VolumesChanged => ("ResourceUpdated", "ResourceEvent.1.3.ResourceChanged", $"The volume {happened.Detail} was made or removed."),
            _ => ("Alert", "ResourceEvent.1.3.ResourceStatusChanged", "The management controller restarts."),
        };
        Send(type, id, message, system, happened.Kind == MachineEventKind.PowerChanged ? happened.Detail : null);
    }

    /// <summary>Tells those subscribers that want events of a type.</summary>
    public void Send(string type, string messageId, string message, string origin, string? argument = null)
    {
        foreach (var subscription in _all.Where(subscription => subscription.EventTypes.Count == 0 || subscription.EventTypes.Contains(type)))
        {
            var number = Interlocked.Increment(ref _sent).ToString(CultureInfo.InvariantCulture);
            var body = new JsonObject
            {
                ["@odata.type"] = "#Event.v1_7_0.Event",
                ["Id"] = number,
                ["Name"] = "Event",
                ["Context"] = subscription.Context ?? "",
                ["Events"] = new JsonArray(new JsonObject
                {
                    ["EventType"] = type,
                    ["EventId"] = number,
                    ["EventTimestamp"] = Json.Time(time.GetUtcNow()),
                    ["MemberId"] = "0",
                    ["MessageId"] = messageId,
                    ["Message"] = message,
                    ["MessageArgs"] = argument is null ? new JsonArray() : new JsonArray(argument),
                    ["Severity"] = "OK",
                    ["OriginOfCondition"] = Json.Link(origin),
                }),
            };
            sender.Send(subscription.Destination, subscription.Headers, body);
        }
    }
}
