using StackExchange.Redis;

namespace Ironic.Conductor.Locks;

/// <summary>One opened connection to Redis and its subscription to the channel of releases. The library restores it when it breaks.</summary>
internal sealed class RedisSession
{
    private static readonly TimeSpan ReconnectCheck = TimeSpan.FromMilliseconds(50);

    private readonly ConnectionMultiplexer _multiplexer;
    private readonly RedisChannel _channel;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Action _onReconnected;
    private bool _reporting;
    private volatile bool _closed;

    private RedisSession(ConnectionMultiplexer multiplexer, RedisChannel channel, Action onReconnected, TimeProvider time, ILogger logger)
    {
        _multiplexer = multiplexer;
        _channel = channel;
        _onReconnected = onReconnected;
        _time = time;
        _logger = logger;
        Database = multiplexer.GetDatabase();
        multiplexer.ConnectionFailed += (_, failure) => LockLog.ConnectionFailed(logger, failure.ConnectionType, failure.FailureType);
        multiplexer.ConnectionRestored += (_, restored) =>
        {
            LockLog.ConnectionRestored(logger, restored.ConnectionType);
            _ = ReportReconnectAsync();
        };
    }

    /// <summary>For commands.</summary>
    public IDatabase Database { get; }

    public bool IsConnected => _multiplexer.IsConnected;

    /// <summary>Opens a session. Where Redis cannot be reached, it goes on trying in the background.</summary>
    /// <param name="configuration">Where Redis is.</param>
    /// <param name="channel">The channel of releases.</param>
    /// <param name="onReleased">Called with each message.</param>
    /// <param name="onReconnected">Called after the connection was lost and restored.</param>
    /// <param name="timeout">How long the subscription may take.</param>
    /// <param name="time">Measures it.</param>
    /// <param name="logger">Hears of the connection's fate.</param>
    /// <exception cref="RedisException">The configuration is of no use.</exception>
    /// <exception cref="TimeoutException">Redis does not answer.</exception>
    public static async Task<RedisSession> OpenAsync(
        ConfigurationOptions configuration, RedisChannel channel, Action<string> onReleased, Action onReconnected, TimeSpan timeout, TimeProvider time, ILogger logger)
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration);
        var session = new RedisSession(multiplexer, channel, onReconnected, time, logger);
        try
        {
            await multiplexer.GetSubscriber().SubscribeAsync(channel, (_, key) => onReleased(key!)).WaitAsync(timeout, time);
            return session;
        }
        catch
        {
            await session.CloseAsync();
            throw;
        }
    }

    public async Task CloseAsync()
    {
        _closed = true;
        try
        {
            await _multiplexer.CloseAsync(allowCommandsToComplete: false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            LockLog.CloseFailed(_logger, exception);
        }
    }

    /// <summary>
    /// Commands and announcements have a connection each, so two are restored, and the library takes a moment more until it uses them:
    /// only when both are in use is it time to tell.
    /// </summary>
    private async Task ReportReconnectAsync()
    {
        if (Interlocked.Exchange(ref _reporting, true))
            return;
        var subscriber = _multiplexer.GetSubscriber();
        using var timer = new PeriodicTimer(ReconnectCheck, _time);
        while (!_closed && !(_multiplexer.IsConnected && subscriber.IsConnected(_channel)))
            await timer.WaitForNextTickAsync();
        Volatile.Write(ref _reporting, false);
        if (!_closed)
            _onReconnected();
    }
}
