using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Ironic.Hosting.Logging;

/// <summary>
/// One line for people: UTC time, level, category, event name and id, request id, message. An exception follows, indented.
/// </summary>
internal sealed class TextFormatter(TimeProvider timeProvider) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "ironic-text";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (LogRecord.IsRedundant(logEntry))
            return;
        var record = LogRecord.Create(logEntry, scopeProvider);
        textWriter.Write(timeProvider.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z' ", CultureInfo.InvariantCulture));
        textWriter.Write(LogRecord.ShortLevel(logEntry.LogLevel));
        textWriter.Write(' ');
        textWriter.Write(logEntry.Category);
        if (logEntry.EventId.Id != 0)
            textWriter.Write(string.Create(CultureInfo.InvariantCulture, $" {logEntry.EventId.Name}[{logEntry.EventId.Id}]"));
        if (record.RequestId is not null)
        {
            textWriter.Write(' ');
            textWriter.Write(record.RequestId);
        }

        textWriter.Write(": ");
        WriteEscaped(textWriter, record.Message);
        foreach (var (key, value) in record.Scope ?? [])
        {
            textWriter.Write($" {key}=");
            WriteEscaped(textWriter, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        }

        textWriter.Write('\n');
        if (logEntry.Exception is not null)
        {
            foreach (var line in logEntry.Exception.ToString().AsSpan().EnumerateLines())
            {
                textWriter.Write("    ");
                WriteEscaped(textWriter, line);
                textWriter.Write('\n');
            }
        }
    }

    // A value from outside must not be able to begin a line that looks like an entry, nor to speak to a terminal.
    private static void WriteEscaped(TextWriter writer, ReadOnlySpan<char> text)
    {
        while (true)
        {
            var index = 0;
            while (index < text.Length && (!char.IsControl(text[index]) || text[index] == '\t'))
                index++;
            writer.Write(text[..index]);
            if (index == text.Length)
                return;
            writer.Write(text[index] switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                var control => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)control:x4}"),
            });
            text = text[(index + 1)..];
        }
    }
}
