using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Notifications;

/// <summary>Writes events as CloudEvents 1.0, in JSON, in the structured mode. The data is the event as <c>GET /watch</c> shows it.</summary>
internal static class CloudEventWriter
{
    public const string MediaType = "application/cloudevents+json";

    private static readonly JsonWriterOptions Verbatim = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(JournalEvent @event)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(output, Verbatim))
        {
            var time = @event.CreatedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);
            writer.WriteStartObject();
            writer.WriteString("specversion", "1.0");
            writer.WriteString("id", @event.Uuid);
            writer.WriteString("source", "/ironic/conductors/" + Uri.EscapeDataString(@event.Conductor));
            writer.WriteString("type", NotificationType.Of(@event));
            writer.WriteString("subject", @event.NodeUuid);
            writer.WriteString("time", time);
            writer.WriteString("datacontenttype", "application/json");
            writer.WriteStartObject("data");
            writer.WriteString("uuid", @event.Uuid);
            writer.WriteString("event_type", @event.EventType);
            writer.WriteString("created_at", time);
            writer.WriteString("severity", @event.Severity);
            writer.WriteString("node_uuid", @event.NodeUuid);
            writer.WriteString("node_name", @event.NodeName);
            writer.WriteString("owner", @event.Owner);
            writer.WriteString("lessee", @event.Lessee);
            writer.WriteString("from_state", @event.FromState);
            writer.WriteString("to_state", @event.ToState);
            writer.WriteString("target_state", @event.TargetState);
            writer.WriteString("provision_state", @event.ProvisionState);
            writer.WriteString("target_provision_state", @event.TargetProvisionState);
            if (@event.DurationMs is { } duration)
                writer.WriteNumber("duration_ms", duration);
            else
                writer.WriteNull("duration_ms");
            writer.WriteString("message", @event.Message);
            writer.WriteString("conductor", @event.Conductor);
            writer.WriteString("request_id", @event.RequestId);
            writer.WriteString("user", @event.UserId);
            writer.WriteString("project", @event.ProjectId);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }
}
