using Grpc.Core;
using Ironic.Protos;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Upstream;

/// <summary>
/// Calls the conductors: one multiplexed channel to each, taken in turn. A call whose connection could not be made was not sent, so
/// the next conductor gets it; the one that refused is left out for a while.
/// </summary>
public sealed class ConductorPool
{
    private readonly ConductorPoolOptions _options;
    private readonly TimeProvider _time;
    private readonly Conductor[] _conductors;
    private uint _turn;

    /// <param name="channels">A channel to each conductor; they stay the caller's.</param>
    /// <param name="options">How to call them.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">There are no channels.</exception>
    public ConductorPool(IEnumerable<ChannelBase> channels, ConductorPoolOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _time = time;
        _conductors = [.. channels.Select(channel => new Conductor(channel.CreateCallInvoker()))];
        if (_conductors.Length == 0)
            throw new ArgumentException("There has to be at least one conductor.", nameof(channels));
    }

    /// <summary>Calls a unary method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="request">The request's bytes. They stay the caller's.</param>
    /// <param name="headers">Metadata of the call.</param>
    /// <param name="deadline">When the call ends at the latest; null: after the pool's call timeout.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer's bytes; the caller disposes them.</returns>
    /// <exception cref="RpcException">The call failed.</exception>
    public async Task<PooledBuffer> CallAsync(
        Method<PooledBuffer, PooledBuffer> method, PooledBuffer request, Metadata headers, DateTime? deadline, CancellationToken cancellationToken)
    {
        var options = new CallOptions(headers, deadline ?? _time.GetUtcNow().UtcDateTime + _options.CallTimeout, cancellationToken);
        List<Conductor>? refused = null;
        while (true)
        {
            var conductor = Choose(refused);
            try
            {
                var reply = await conductor.Invoker.AsyncUnaryCall(method, null, options, request);
                conductor.Succeeded();
                return reply;
            }
            catch (RpcException exception) when (TransportFailures.WasNotSent(exception))
            {
                conductor.Failed(_time.GetTimestamp());
                (refused ??= []).Add(conductor);
                if (refused.Count == _conductors.Length)
                    throw;
            }
        }
    }

    /// <summary>Calls a method that answers with a stream. The stream is not moved to another conductor once it was begun.</summary>
    /// <param name="method">The method.</param>
    /// <param name="request">The request's bytes.</param>
    /// <param name="headers">Metadata of the call.</param>
    /// <param name="deadline">When the call ends at the latest; null: never.</param>
    /// <param name="onReply">Takes each answer; the bytes are its own to dispose. The next one is asked for when it has ended.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RpcException">The call failed; UNAVAILABLE also when this process stops.</exception>
    public async Task StreamAsync(
        Method<PooledBuffer, PooledBuffer> method,
        PooledBuffer request,
        Metadata headers,
        DateTime? deadline,
        Func<PooledBuffer, CancellationToken, Task> onReply,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(onReply);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _options.Stopping);
        try
        {
            await StreamUntilAsync(method, request, headers, deadline, onReply, either.Token);
        }
        catch (Exception exception) when (
            exception is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled } && _options.Stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The service is stopping.", exception));
        }
    }

    private async Task StreamUntilAsync(
        Method<PooledBuffer, PooledBuffer> method,
        PooledBuffer request,
        Metadata headers,
        DateTime? deadline,
        Func<PooledBuffer, CancellationToken, Task> onReply,
        CancellationToken cancellationToken)
    {
        List<Conductor>? refused = null;
        while (true)
        {
            var conductor = Choose(refused);
            using var call = conductor.Invoker.AsyncServerStreamingCall(method, null, new CallOptions(headers, deadline, cancellationToken), request);
            try
            {
                await call.ResponseHeadersAsync;
                conductor.Succeeded();
            }
            catch (RpcException exception) when (TransportFailures.WasNotSent(exception))
            {
                conductor.Failed(_time.GetTimestamp());
                (refused ??= []).Add(conductor);
                if (refused.Count == _conductors.Length)
                    throw;
                continue;
            }

            while (await call.ResponseStream.MoveNext(cancellationToken))
                await onReply(call.ResponseStream.Current, cancellationToken);
            return;
        }
    }

    // The conductors in turn: first those that are not left out, then, when there is no other, those that are.
    private Conductor Choose(List<Conductor>? refused)
    {
        if (_conductors.Length == 1)
            return _conductors[0];
        var first = Interlocked.Increment(ref _turn);
        var now = _time.GetTimestamp();
        Conductor? leftOut = null;
        for (uint offset = 0; offset < _conductors.Length; offset++)
        {
            var conductor = _conductors[(first + offset) % (uint)_conductors.Length];
            if (refused is not null && refused.Contains(conductor))
                continue;
            if (conductor.IsUp(_time, now, _options.RetryAfter))
                return conductor;
            leftOut ??= conductor;
        }

        return leftOut!;
    }

    private sealed class Conductor(CallInvoker invoker)
    {
        // Time stamp of the last refused connection; 0 when the last one was made.
        private long _failedAt;

        public CallInvoker Invoker { get; } = invoker;

        public bool IsUp(TimeProvider time, long now, TimeSpan retryAfter) =>
            Volatile.Read(ref _failedAt) is var failedAt && (failedAt == 0 || time.GetElapsedTime(failedAt, now) >= retryAfter);

        public void Failed(long now) => Volatile.Write(ref _failedAt, now == 0 ? 1 : now);

        public void Succeeded()
        {
            if (Volatile.Read(ref _failedAt) != 0)
                Volatile.Write(ref _failedAt, 0);
        }
    }
}
