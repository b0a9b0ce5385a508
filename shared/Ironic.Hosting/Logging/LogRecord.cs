using System.Diagnostics;
using Ironic.Hosting.Requests;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ironic.Hosting.Logging;

/// <summary>What both formatters need of a log entry beside its text.</summary>
internal readonly ref struct LogRecord
{
    private LogRecord(string message, string? requestId, List<KeyValuePair<string, object?>>? scope)
    {
        Message = message;
        RequestId = requestId;
        Scope = scope;
    }

    public string Message { get; }

    /// <summary>Of the innermost scope that has one.</summary>
    public string? RequestId { get; }

    /// <summary>Properties of the scopes other than the request id, the outermost scope first; null when there are none.</summary>
    public List<KeyValuePair<string, object?>>? Scope { get; }

    /// <summary>
    /// Whether the entry says again what <see cref="IronicHost.RunAsync"/> says: a process that cannot start tells why in one line, or with
    /// the stack of a defect. (HostedServiceStartupFaulted)
    /// </summary>
    public static bool IsRedundant<TState>(in LogEntry<TState> entry) =>
        entry.EventId.Id == 11 && entry.Category == "Microsoft.Extensions.Hosting.Internal.Host";

    public static LogRecord Create<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopes)
    {
        var collector = new Collector();
        scopes?.ForEachScope(static (scope, collector) => collector.Add(scope), collector);
        return new LogRecord(entry.Formatter(entry.State, entry.Exception), collector.RequestId ?? RequestContext.Current?.RequestId, collector.Properties);
    }

    /// <summary>Three letters for people.</summary>
    public static string ShortLevel(LogLevel level) => level switch
    {
        LogLevel.Trace => "TRC",
        LogLevel.Debug => "DBG",
        LogLevel.Information => "INF",
        LogLevel.Warning => "WRN",
        LogLevel.Error => "ERR",
        LogLevel.Critical => "CRT",
        _ => throw new UnreachableException(),
    };

    private sealed class Collector
    {
        public string? RequestId { get; private set; }

        public List<KeyValuePair<string, object?>>? Properties { get; private set; }

        public void Add(object? scope)
        {
            if (scope is RequestContext context)
            {
                RequestId = context.RequestId;
                return;
            }

            if (scope is not IEnumerable<KeyValuePair<string, object?>> properties)
                return;
            foreach (var property in properties)
            {
                if (property.Key != "{OriginalFormat}")
                    (Properties ??= []).Add(property);
            }
        }
    }
}
