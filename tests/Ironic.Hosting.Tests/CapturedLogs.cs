using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Ironic.Hosting.Tests;

/// <summary>One log entry with the properties of its scopes.</summary>
internal sealed record CapturedEntry(
    string Category, LogLevel Level, EventId Event, string Message, Exception? Exception, IReadOnlyDictionary<string, object?> Scope);

/// <summary>Keeps what is logged.</summary>
internal sealed class CapturedLogs : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<CapturedEntry> _entries = new();
    private IExternalScopeProvider? _scopes;

    public IReadOnlyCollection<CapturedEntry> Entries => _entries;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(CapturedLogs owner, string category) : ILogger
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
            owner._entries.Enqueue(new CapturedEntry(category, logLevel, eventId, formatter(state, exception), exception, scope));
        }
    }
}
