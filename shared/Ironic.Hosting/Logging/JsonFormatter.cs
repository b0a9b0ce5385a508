using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Ironic.Hosting.Logging;

/// <summary>
/// One JSON object per line: <c>timestamp</c> (UTC), <c>level</c>, <c>service</c>, <c>category</c>, <c>event_id</c>, <c>event</c>,
/// <c>request_id</c>, <c>trace_id</c>, <c>span_id</c>, <c>message</c>, <c>properties</c>, <c>scope</c>, <c>exception</c>; what is absent is left out.
/// </summary>
internal sealed class JsonFormatter(TimeProvider timeProvider, ServiceIdentity identity) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "ironic-json";

    // Lines are read by log collectors, never embedded in HTML.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (LogRecord.IsRedundant(logEntry))
            return;
        var record = LogRecord.Create(logEntry, scopeProvider);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", timeProvider.GetUtcNow().UtcDateTime);
            json.WriteString("level", LogRecord.ShortLevel(logEntry.LogLevel));
            json.WriteString("service", identity.ServiceName);
            json.WriteString("category", logEntry.Category);
            if (logEntry.EventId.Id != 0)
                json.WriteNumber("event_id", logEntry.EventId.Id);
            if (logEntry.EventId.Name is { } eventName)
                json.WriteString("event", eventName);
            if (record.RequestId is not null)
                json.WriteString("request_id", record.RequestId);
            if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
            {
                json.WriteString("trace_id", activity.TraceId.ToHexString());
                json.WriteString("span_id", activity.SpanId.ToHexString());
            }

            json.WriteString("message", record.Message);
            if (logEntry.State is IReadOnlyList<KeyValuePair<string, object?>> properties)
                WriteProperties(json, "properties", properties.Where(property => property.Key != "{OriginalFormat}"));
            WriteProperties(json, "scope", record.Scope ?? []);
            if (logEntry.Exception is not null)
                json.WriteString("exception", logEntry.Exception.ToString());
            json.WriteEndObject();
        }

        textWriter.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
        textWriter.Write('\n');
    }

    private static void WriteProperties(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, object?>> properties)
    {
        var open = false;
        foreach (var (key, value) in properties)
        {
            if (!open)
                json.WriteStartObject(name);
            open = true;
            json.WritePropertyName(key);
            switch (value)
            {
                case null:
                    json.WriteNullValue();
                    break;
                case bool flag:
                    json.WriteBooleanValue(flag);
                    break;
                case int number:
                    json.WriteNumberValue(number);
                    break;
                case long number:
                    json.WriteNumberValue(number);
                    break;
                case double number when double.IsFinite(number):
                    json.WriteNumberValue(number);
                    break;
                default:
                    json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                    break;
            }
        }

        if (open)
            json.WriteEndObject();
    }
}
