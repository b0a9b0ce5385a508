using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.ExternalEvents;

/// <summary>Events of other services. Nothing waits for them yet: they are checked, and the log has them.</summary>
internal sealed partial class ExternalEventLog(ILogger<ExternalEventLog> logger)
{
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, INVALID_UUID: none of them was taken.</exception>
    public void Report(IReadOnlyList<ExternalEvent> events)
    {
        if (events.Count == 0)
            throw new IronicException(ErrorReason.InvalidParameterValue, "Schema error for evts: [] is too short");
        foreach (var each in events)
            Check(each);
        foreach (var each in events)
            LogReported(each.Event, each.PortId, each.MacAddress, each.Status, each.HasDeviceId ? each.DeviceId : null, each.HasBindingHostId ? each.BindingHostId : null);
    }

    private static void Check(ExternalEvent reported)
    {
        if (reported.Event == ExternalEventType.Unspecified || !Enum.IsDefined(reported.Event))
            throw new IronicException(ErrorReason.InvalidParameterValue, "Schema error for evts: 'event' is a required property");
        if (MacAddress.TryParse(reported.MacAddress) is null)
            throw new IronicException(ErrorReason.InvalidParameterValue, $"Expected valid MAC address for mac_address: {reported.MacAddress}");
        NodeIdent.ParseUuid(reported.PortId, "port_id");
        if (reported.HasDeviceId)
            NodeIdent.ParseUuid(reported.DeviceId, "device_id");
        if (reported.HasBindingHostId)
            NodeIdent.ParseUuid(reported.BindingHostId, "binding:host_id");
    }

    [LoggerMessage(
        EventId = 1850,
        EventName = "ExternalEventReported",
        Level = LogLevel.Debug,
        Message = "{Event} of port {Port} ({Mac}): {Status}, device {Device}, node {Node}")]
    private partial void LogReported(ExternalEventType @event, string port, string mac, string status, string? device, string? node);
}
