using System.Text.Json;
using Ironic.Api.V1;
using Ironic.Conductor.Notifications;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Tests.Notifications;

public sealed class NotificationTypeTests
{
    [Theory]
    [InlineData("created", "INFO", null, "enroll", "baremetal.node.create.success")]
    [InlineData("updated", "INFO", null, null, "baremetal.node.update.success")]
    [InlineData("deleted", "INFO", "available", null, "baremetal.node.delete.success")]
    [InlineData("provision_state", "INFO", "available", "deploying", "baremetal.node.provision_set.start")]
    [InlineData("provision_state", "INFO", "deploying", "wait call-back", "baremetal.node.provision_set.success")]
    [InlineData("provision_state", "INFO", "deploying", "active", "baremetal.node.provision_set.end")]
    [InlineData("provision_state", "INFO", "available", "manageable", "baremetal.node.provision_set.success")]
    [InlineData("provision_state", "INFO", "deploying", "deploy failed", "baremetal.node.provision_set.error")]
    [InlineData("provision_state", "INFO", "deleting", "error", "baremetal.node.provision_set.error")]
    [InlineData("provision_state", "ERROR", "verifying", "enroll", "baremetal.node.provision_set.error")]
    [InlineData("power_state", "INFO", "power off", "power on", "baremetal.node.power_set.success")]
    [InlineData("power_state", "ERROR", "power off", null, "baremetal.node.power_set.error")]
    [InlineData("maintenance", "INFO", null, "on", "baremetal.node.maintenance_set.success")]
    [InlineData("port_created", "INFO", null, null, "baremetal.port.create.success")]
    [InlineData("portgroup_deleted", "INFO", null, null, "baremetal.portgroup.delete.success")]
    [InlineData("volume_connector_updated", "INFO", null, null, "baremetal.volumeconnector.update.success")]
    [InlineData("volume_target_created", "INFO", null, null, "baremetal.volumetarget.create.success")]
    [InlineData("vendor_passthru", "ERROR", null, null, "baremetal.node.vendor_passthru.error")]
    [InlineData("lock_expired", "ERROR", null, null, "baremetal.node.lock_expired.error")]
    public void An_event_is_called_as_Ironic_calls_it(string eventType, string severity, string? from, string? to, string expected) =>
        Assert.Equal(expected, NotificationType.Of(new JournalEvent { EventType = eventType, Severity = severity, FromState = from, ToState = to }));

    [Fact]
    public void A_cloud_event_has_what_the_standard_wants_and_the_event_as_watchers_see_it()
    {
        var @event = new JournalEvent
        {
            Uuid = "u-1",
            EventType = "power_state",
            Severity = "INFO",
            NodeUuid = "n-1",
            NodeName = "rack \"1\"",
            Conductor = "host 1",
            DurationMs = 1500,
            CreatedAt = new DateTime(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc).AddMicroseconds(5),
            ToState = "power on",
        };
        var json = JsonSerializer.Deserialize<JsonElement>(CloudEventWriter.Write(@event));
        Assert.Equal(["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"], json.EnumerateObject().Select(m => m.Name));
        Assert.Equal(("1.0", "u-1", "/ironic/conductors/host%201"), (Text("specversion"), Text("id"), Text("source")));
        Assert.Equal(("baremetal.node.power_set.success", "n-1", "2026-01-31T12:00:00.000005+00:00"), (Text("type"), Text("subject"), Text("time")));
        var data = json.GetProperty("data");
        Assert.Equal(NodeEvent.Descriptor.Fields.InDeclarationOrder().Select(field => field.Name), data.EnumerateObject().Select(m => m.Name));
        Assert.Equal(("rack \"1\"", 1500), (data.GetProperty("node_name").GetString(), data.GetProperty("duration_ms").GetInt32()));
        Assert.Equal(JsonValueKind.Null, data.GetProperty("owner").ValueKind);

        string? Text(string name) => json.GetProperty(name).GetString();
    }
}
