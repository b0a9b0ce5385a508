using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ironic.Driver.Sdk;

/// <summary>
/// All management controllers that somebody has asked lately. Sessions that nobody uses are closed after a while, and all of them when the process stops.
/// </summary>
/// <typeparam name="TKey">What tells one controller from another: an address, and with it what cannot share a session.</typeparam>
/// <typeparam name="TController">The controller.</typeparam>
/// <param name="sessionIdleTimeout">How long a session that nobody uses stays open.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it says what could not be closed.</param>
public abstract partial class ControllerPool<TKey, TController>(TimeSpan sessionIdleTimeout, TimeProvider time, ILogger logger) : IHostedService, IAsyncDisposable
    where TKey : notnull
    where TController : PooledController
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(4);

    // What is known of a controller (its limits, its session) is of use to those who come back every minute.
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(10);

    private readonly ILogger _logger = logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _sweeping = Task.CompletedTask;
    private bool _stopped;

    /// <summary>How many sessions are open.</summary>
    public int SessionCount
    {
        get
        {
            lock (_lock)
                return _entries.Values.Count(entry => entry.Controller.HasSession);
        }
    }

    /// <summary>How many controllers it remembers.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _sweeping = Task.Run(SweepAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_stopped)
                return;
            _stopped = true;
        }

        await _stop.CancelAsync();
        await _sweeping;
        TController[] all;
        lock (_lock)
            all = [.. _entries.Values.Select(entry => entry.Controller)];
        using var limit = new CancellationTokenSource(CloseTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await Task.WhenAll(all.Select(controller => CloseQuietlyAsync(() => controller.CloseAsync(either.Token))));
        LogStopped(all.Length, all.Count(controller => controller.HasSession));
    }

    /// <summary>Closes the sessions of a host that nobody has stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the sessions that have been idle for long enough, and forgets the controllers that nobody has asked for much longer.</summary>
    public Task SweepOnceAsync()
    {
        List<TController> idle;
        lock (_lock)
        {
            var forgotten = _entries.Where(pair => pair.Value is { Users: 0, Controller: { HasSession: false, HasTroubles: false } } && pair.Value.Controller.Idle >= ForgetAfter).ToList();
            foreach (var (key, entry) in forgotten)
            {
                _entries.Remove(key);
                entry.Controller.Dispose();
            }

            idle = [.. _entries.Values.Select(entry => entry.Controller).Where(controller => controller is { HasSession: true, IsHeld: false } && controller.Idle >= sessionIdleTimeout)];
        }

        return Task.WhenAll(idle.Select(controller => CloseQuietlyAsync(() => controller.CloseIdleSessionAsync(sessionIdleTimeout, _stop.Token))));
    }

    /// <summary>Makes the controller of a key that nobody has asked lately.</summary>
    protected abstract TController Create(TKey key);

    /// <summary>Does something with a controller, which is kept meanwhile.</summary>
    /// <exception cref="RetryableException">The process stops.</exception>
    protected async Task<T> UseAsync<T>(TKey key, Func<TController, Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var entry = Rent(key);
        try
        {
            return await work(entry.Controller);
        }
        finally
        {
            lock (_lock)
                entry.Users--;
        }
    }

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(SweepInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
                await SweepOnceAsync();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The process stops, and then all sessions are closed.
        }
    }

    private async Task CloseQuietlyAsync(Func<Task> close)
    {
        try
        {
            await close();
        }
#pragma warning disable CA1031 // The controller ends the session by itself; the other sessions must be closed all the same.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogCloseFailed(exception);
        }
    }

    private Entry Rent(TKey key)
    {
        lock (_lock)
        {
            if (_stopped)
                throw new RetryableException("The driver is stopping.");
            if (!_entries.TryGetValue(key, out var entry))
                _entries.Add(key, entry = new Entry(Create(key)));
            entry.Users++;
            return entry;
        }
    }

    [LoggerMessage(EventId = 7150, EventName = "SessionCloseFailed", Level = LogLevel.Warning, Message = "A session could not be closed")]
    private partial void LogCloseFailed(Exception exception);

    [LoggerMessage(EventId = 7151, EventName = "PoolStopped", Level = LogLevel.Information, Message = "{Count} management controllers released; {Open} sessions could not be closed")]
    private partial void LogStopped(int count, int open);

    private sealed class Entry(TController controller)
    {
        public TController Controller { get; } = controller;

        public int Users { get; set; }
    }
}
