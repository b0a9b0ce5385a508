using StackExchange.Redis;

namespace Ironic.Conductor.Locks;

/// <summary>
/// One connection to Redis that is made when first needed and comes back by itself. Every command is answered or fails within a fixed time:
/// the library alone would wait without limit on a server that is connected but silent.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly ConfigurationOptions _configuration;
    private readonly RedisLockTimings _timings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private Task<RedisSession>? _session;
    private Task _replacement = Task.CompletedTask;
    private long _lastAnswer;
    private long _lastTimeout = long.MinValue;
    private long _silentSince;
    private volatile bool _disposed;

    public RedisConnection(LockOptions options, RedisLockTimings timings, TimeProvider time, ILogger logger)
    {
        _timings = timings;
        _time = time;
        _logger = logger;
        _lastAnswer = time.GetTimestamp();
        Channel = new RedisChannel(options.KeyPrefix + "released", RedisChannel.PatternMode.Literal);
        _configuration = ConfigurationOptions.Parse(options.RedisConfiguration ?? throw new ArgumentException("Locks:RedisConfiguration is not set.", nameof(options)));
        _configuration.AbortOnConnectFail = false;
        _configuration.ClientName ??= "ironic-conductor-locks";
        _configuration.ConnectTimeout = (int)timings.Connect.TotalMilliseconds;
        _configuration.ReconnectRetryPolicy = new LinearRetry((int)timings.Connect.TotalMilliseconds / 4);
    }

    /// <summary>The channel on which releases are announced; the message is the lock's key.</summary>
    public RedisChannel Channel { get; }

    /// <summary>Called for each announced release. Must be quick.</summary>
    public required Action<string> OnReleased { get; init; }

    /// <summary>Called after a connection was made anew: announcements may have been missed, and Redis may have lost its data. Must be quick.</summary>
    public required Action OnReconnected { get; init; }

    /// <summary>Sends a command and waits for its answer.</summary>
    /// <param name="send">Sends it; called once, or again when Redis had forgotten a script.</param>
    /// <param name="state">Passed to <paramref name="send"/>.</param>
    /// <param name="onLateAnswer">What to do with an answer that comes after this method has failed.</param>
    /// <exception cref="LockUnavailableException">There is no connection, no answer in time, or Redis refused the command.</exception>
    public async ValueTask<TResult> ExecuteAsync<TState, TResult>(
        Func<IDatabase, TState, Task<TResult>> send, TState state, Action<TState, TResult>? onLateAnswer = null)
    {
        if (IsSilent)
            throw new LockUnavailableException("Redis does not answer.");
        Task<TResult>? answer = null;
        try
        {
            var session = await GetSessionAsync().WaitAsync(_timings.Connect * 2, _time);
            TResult result;
            try
            {
                result = await (answer = send(session.Database, state)).WaitAsync(_timings.Command, _time);
            }
            catch (RedisServerException exception) when (exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
            {
                // The library took the script for loaded. Now it knows better and loads it.
                result = await (answer = send(session.Database, state)).WaitAsync(_timings.Command, _time);
            }

            Volatile.Write(ref _lastAnswer, _time.GetTimestamp());
            // All answers are handed out one after the other: what the caller does next must not hold up the others.
            await Task.Yield();
            return result;
        }
        catch (RedisException exception)
        {
            throw new LockUnavailableException($"Redis failed: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
        {
            throw new LockUnavailableException("The connection to Redis was closed.", exception);
        }
        catch (TimeoutException exception)
        {
            if (answer is not null)
                _ = AwaitLateAnswerAsync(answer, state, onLateAnswer);
            NoteSilence();
            throw new LockUnavailableException("Redis did not answer in time.", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _disposed = true;
        await _replacement;
        if (_session is { } session)
            await CloseAsync(session);
    }

    /// <summary>After a command without answer the next ones fail at once, until it is time to let one through and see.</summary>
    private bool IsSilent
    {
        get
        {
            var lastTimeout = Volatile.Read(ref _lastTimeout);
            return lastTimeout > Volatile.Read(ref _lastAnswer) && _time.GetElapsedTime(lastTimeout) < _timings.Command;
        }
    }

    private void NoteSilence()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            if (_lastTimeout <= Volatile.Read(ref _lastAnswer))
                _silentSince = now;
            Volatile.Write(ref _lastTimeout, now);
            // The kernel may take a quarter of an hour to find out that a peer vanished without a word.
            if (!_disposed && _session is not null && _replacement.IsCompleted && _time.GetElapsedTime(_silentSince, now) >= _timings.DeadConnection)
                _replacement = ReplaceSessionAsync(_session);
        }
    }

    private static LockUnavailableException Closed() => new("The connection to Redis is closed.");

    private Task<RedisSession> GetSessionAsync()
    {
        if (Volatile.Read(ref _session) is { IsFaulted: false } session)
            return session;
        lock (_gate)
        {
            return _disposed ? throw Closed() : _session is { IsFaulted: false } ? _session : _session = OpenAsync();
        }
    }

    private Task<RedisSession> OpenAsync() => RedisSession.OpenAsync(_configuration, Channel, OnReleased, OnReconnected, _timings.Connect, _time, _logger);

    private async Task ReplaceSessionAsync(Task<RedisSession> silent)
    {
        LockLog.ConnectionSilent(_logger, _timings.DeadConnection);
        try
        {
            var replacement = OpenAsync();
            var session = await replacement;
            if (!session.IsConnected)
            {
                await session.CloseAsync();
                return;
            }

            Volatile.Write(ref _session, replacement);
            Volatile.Write(ref _lastAnswer, _time.GetTimestamp());
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            LockLog.ReplacementFailed(_logger, exception);
            return;
        }

        OnReconnected();
        await CloseAsync(silent);
    }

    private async Task CloseAsync(Task<RedisSession> session)
    {
        try
        {
            await (await session).CloseAsync();
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // It had never opened.
            LockLog.CloseFailed(_logger, exception);
        }
    }

    private async Task AwaitLateAnswerAsync<TState, TResult>(Task<TResult> answer, TState state, Action<TState, TResult>? onLateAnswer)
    {
        try
        {
            var result = await answer;
            Volatile.Write(ref _lastAnswer, _time.GetTimestamp());
            onLateAnswer?.Invoke(state, result);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            // The command's sender has long been told that it failed.
            LockLog.LateFailure(_logger, exception);
        }
    }
}
