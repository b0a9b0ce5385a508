using System.Collections.Frozen;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Notifications;

/// <summary>What Ironic's notifications call an event of the journal: <c>baremetal.OBJECT.ACTION.STATUS</c>.</summary>
internal static class NotificationType
{
    private static readonly FrozenDictionary<string, string> Actions = new Dictionary<string, string>
    {
        ["created"] = "node.create",
        ["updated"] = "node.update",
        ["deleted"] = "node.delete",
        ["provision_state"] = "node.provision_set",
        ["power_state"] = "node.power_set",
        ["maintenance"] = "node.maintenance_set",
        ["console"] = "node.console_set",
    }.ToFrozenDictionary();

    // Events of a node that are about what belongs to it: port_created.
    private static readonly FrozenDictionary<string, string> Parts = new Dictionary<string, string>
    {
        ["port"] = "port",
        ["portgroup"] = "portgroup",
        ["volume_connector"] = "volumeconnector",
        ["volume_target"] = "volumetarget",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> PartActions =
        new Dictionary<string, string> { ["created"] = "create", ["updated"] = "update", ["deleted"] = "delete" }.ToFrozenDictionary();

    public static string Of(JournalEvent @event) => $"baremetal.{ActionOf(@event.EventType)}.{StatusOf(@event)}";

    private static string ActionOf(string eventType)
    {
        if (Actions.TryGetValue(eventType, out var action))
            return action;
        var end = eventType.LastIndexOf('_');
        return end > 0 && Parts.TryGetValue(eventType[..end], out var part) && PartActions.TryGetValue(eventType[(end + 1)..], out var done)
            ? $"{part}.{done}"
            : $"node.{eventType}";
    }

    // Of a provisioning state: start and end are the ways out of states that last and back into them.
    private static string StatusOf(JournalEvent @event)
    {
        if (@event.Severity == "ERROR")
            return "error";
        if (@event is not { EventType: "provision_state", FromState: { } from, ToState: { } to })
            return "success";
        if (to == "error" || to.EndsWith(" failed", StringComparison.Ordinal))
            return "error";
        return (ProvisionStates.IsUnstable(from), ProvisionStates.IsUnstable(to)) switch
        {
            (false, true) => "start",
            (true, false) => "end",
            _ => "success",
        };
    }
}
