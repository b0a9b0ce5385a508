using System.Net;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Configuration;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>
/// All management controllers that somebody has asked lately, by their addresses. Sessions that nobody uses are closed after a while, and all of them when
/// the process stops.
/// </summary>
internal sealed partial class BmcPool(
    UdpTransport transport, EndpointResolver resolver, IOptions<IpmiOptions> options, TimeProvider time, IpmiMetrics metrics, ILogger<BmcPool> logger) : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(4);

    // What it knows of a controller (its cipher suite, its token bucket) is of use to those who come back every minute.
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPEndPoint, Bmc> _bmcs = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _sweeping = Task.CompletedTask;
    private bool _stopped;

    /// <summary>How many sessions are open.</summary>
    public int SessionCount
    {
        get
        {
            lock (_lock)
                return _bmcs.Values.Count(bmc => bmc.HasSession);
        }
    }

    /// <summary>How many controllers it remembers.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _bmcs.Count;
        }
    }

    /// <inheritdoc cref="Bmc.UseAsync"/>
    public async Task<T> UseAsync<T>(IpmiTarget target, Func<IIpmiChannel, Task<T>> work, CancellationToken cancellationToken)
    {
        var endpoint = await resolver.ResolveAsync(target.Host, target.Port, cancellationToken);
        var bmc = Rent(endpoint);
        try
        {
            return await bmc.UseAsync(target, work, cancellationToken);
        }
        finally
        {
            lock (_lock)
                bmc.Users--;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _sweeping = Task.Run(SweepAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

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
        Bmc[] all;
        lock (_lock)
            all = [.. _bmcs.Values];
        using var limit = new CancellationTokenSource(CloseTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await Task.WhenAll(all.Select(bmc => CloseQuietlyAsync(() => bmc.CloseAsync(either.Token))));
        LogStopped(all.Length, all.Count(bmc => bmc.HasSession));
    }

    /// <summary>Closes the sessions of a host that nobody has stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _stop.Dispose();
    }

    /// <summary>Closes the sessions that have been idle for long enough, and forgets the controllers that nobody has asked for much longer.</summary>
    public Task SweepOnceAsync()
    {
        List<Bmc> idle;
        lock (_lock)
        {
            foreach (var (endpoint, bmc) in _bmcs.Where(pair => pair.Value is { Users: 0, HasSession: false, HasTroubles: false } && pair.Value.Idle >= ForgetAfter).ToList())
            {
                _bmcs.Remove(endpoint);
                bmc.Dispose();
            }

            idle = [.. _bmcs.Values.Where(bmc => bmc.HasSession && bmc.Idle >= options.Value.SessionIdleTimeout)];
        }

        return Task.WhenAll(idle.Select(bmc => CloseQuietlyAsync(() => bmc.CloseIdleSessionAsync(options.Value.SessionIdleTimeout, _stop.Token))));
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
        catch (Exception exception)
        {
            // The controller ends the session by itself; the other sessions must be closed all the same.
            LogCloseFailed(exception);
        }
    }

    private Bmc Rent(IPEndPoint endpoint)
    {
        lock (_lock)
        {
            if (_stopped)
                throw new RetryableException("The driver is stopping.");
            if (!_bmcs.TryGetValue(endpoint, out var bmc))
                _bmcs.Add(endpoint, bmc = new Bmc(endpoint, transport, options.Value, time, metrics, logger));
            bmc.Users++;
            return bmc;
        }
    }

    [LoggerMessage(EventId = 7220, EventName = "SessionCloseFailed", Level = LogLevel.Warning, Message = "A session could not be closed")]
    private partial void LogCloseFailed(Exception exception);

    [LoggerMessage(EventId = 7221, EventName = "PoolStopped", Level = LogLevel.Information, Message = "{Count} management controllers released; {Open} sessions could not be closed")]
    private partial void LogStopped(int count, int open);
}
