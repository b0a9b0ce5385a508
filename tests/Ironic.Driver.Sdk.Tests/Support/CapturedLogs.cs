using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Ironic.Driver.Sdk.Tests.Support;

/// <summary>One line of the log: its text, the exception's included, and the properties of its scopes.</summary>
internal sealed record CapturedLine(LogLevel Level, EventId Event, string Text, IReadOnlyDictionary<string, object?> Scope);

/// <summary>Keeps what the process logs.</summary>
internal sealed class CapturedLogs : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<CapturedLine> _lines = new();
    private IExternalScopeProvider? _scopes;

    public IReadOnlyCollection<CapturedLine> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(CapturedLogs owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => owner._scopes?.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scope = new Dictionary<string, object?>();
            owner._scopes?.ForEachScope(
                (value, properties) =>
                {
                    foreach (var (key, property) in value as IEnumerable<KeyValuePair<string, object?>> ?? [])
                        properties[key] = property;
                },
                scope);
            owner._lines.Enqueue(new CapturedLine(logLevel, eventId, $"{formatter(state, exception)} {exception}", scope));
        }
    }
}
