using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Protocol;
using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Consoles;

/// <summary>
/// Passes characters between one client and the serial console of a management controller, until the client leaves. The console is activated as often as
/// need be; what the client types meanwhile waits. Memory is bounded both ways: a client that types faster than the controller takes it is not read, and
/// of a machine's output that the client does not read, what is too much is dropped, for serial lines do not wait.
/// </summary>
/// <param name="node">The node, for logs.</param>
/// <param name="target">Its management controller.</param>
/// <param name="client">The client's connection.</param>
internal sealed partial class ConsoleRelay(
    string node, IpmiTarget target, Stream client, BmcPool pool, IpmiOptions options, TimeProvider time, IpmiMetrics metrics, ILogger logger) : IDisposable
{
    // How much of what is typed may wait, in characters.
    private const int TypedLimit = 4096;

    // How much output may wait, in packets of at most 255 characters.
    private const int ShownLimit = 256;

    // A client that has said its last may have what it typed passed on for this long.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private readonly Pipe _typed = new(new PipeOptions(pauseWriterThreshold: TypedLimit, resumeWriterThreshold: TypedLimit / 2, useSynchronizationContext: false));
    private readonly Channel<byte[]> _shown = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(ShownLimit) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
    private readonly CancellationTokenSource _leaving = new();
    private long _lastTraffic = time.GetTimestamp();

    /// <summary>Whether the client has left: what remains is to tell the management controller.</summary>
    public bool HasLeft => _leaving.IsCancellationRequested;

    /// <summary>Serves the client until it leaves, or for as long as the process wants.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        metrics.ConsoleClientsChanged(1);
        using var registration = stopping.Register(_leaving.Cancel);
        Task[] sides = [ReadClientAsync(), WriteClientAsync(), WatchIdleAsync()];
        try
        {
            await KeepActiveAsync();
        }
        catch (OperationCanceledException) when (HasLeft)
        {
            // There is nobody any more to activate it for.
        }
        finally
        {
            await _leaving.CancelAsync();
            await Task.WhenAll(sides);
            metrics.ConsoleClientsChanged(-1);
        }
    }

    public void Dispose() => _leaving.Dispose();

    /// <summary>Activates the console again whenever it has ended, later each time.</summary>
    private async Task KeepActiveAsync()
    {
        var pause = options.ConsoleRetryAfter;
        while (true)
        {
            var started = time.GetTimestamp();
            var outcome = "ok";
            string reason;
            try
            {
                if (await pool.UseConsoleAsync(target, RelayAsync, _leaving.Token))
                    return;
                reason = "the management controller has ended it, or lost its session";
            }
            catch (DriverException exception)
            {
                outcome = exception.Class.ToString();
                reason = exception.Message;
                if (exception.Class is not (ErrorClass.Retryable or ErrorClass.BmcUnreachable or ErrorClass.Precondition))
                {
                    LogFailed(node, reason);
                    return;
                }
            }
            finally
            {
                metrics.ConsoleEnded(outcome);
            }

            if (time.GetElapsedTime(started) > options.ConsoleMaximumRetryAfter)
                pause = options.ConsoleRetryAfter;
            LogInterrupted(node, pause, reason);
            await Task.Delay(pause, time, _leaving.Token);
            pause = pause * 2 < options.ConsoleMaximumRetryAfter ? pause * 2 : options.ConsoleMaximumRetryAfter;
        }
    }

    /// <summary>Passes characters on while the console is active.</summary>
    /// <returns>true: the client has said its last; false: the console must be activated again.</returns>
    private async Task<bool> RelayAsync(SolChannel console)
    {
        LogActivated(node);
        var stream = new SolStream();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
        Task<bool>[] parts = [ReceiveAsync(console, stream, end.Token), SendAsync(console, stream, end.Token), KeepAliveAsync(console, end.Token)];
        var first = await Task.WhenAny(parts);
        await end.CancelAsync();
        // The others end because of the first, which says why.
        await ((Task)Task.WhenAll(parts)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await first;
    }

    private async Task<bool> ReceiveAsync(SolChannel console, SolStream stream, CancellationToken cancellationToken)
    {
        while (await console.ReceiveAsync(cancellationToken) is { } payload)
        {
            if (!stream.TryReceive(payload, out var receipt))
            {
                metrics.DatagramDropped("malformed");
                continue;
            }

            if (receipt.Reply is { } reply)
                console.Send(reply);
            if (!receipt.Text.IsEmpty && !_shown.Writer.TryWrite(receipt.Text.ToArray()))
                metrics.ConsoleOutputDropped(receipt.Text.Length);
            if ((receipt.Status & SolStatus.TransmitOverrun) != 0)
                metrics.ConsoleOverrun();
            if ((receipt.Status & SolStatus.Deactivating) != 0)
                return false;
        }

        return false;
    }

    private async Task<bool> SendAsync(SolChannel console, SolStream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            var typed = await _typed.Reader.ReadAsync(cancellationToken);
            var consumed = 0;
            try
            {
                if (typed.Buffer.IsEmpty)
                    return true;
                var text = typed.Buffer.Slice(0, Math.Min(typed.Buffer.Length, console.MaximumText)).ToArray();
                if (await SendAsync(console, stream, text, cancellationToken) is not { } answer)
                    return false;
                consumed = answer.Accepted;
                metrics.ConsoleTyped(consumed);
                if (answer.Refused)
                    await Task.Delay(options.RetransmitAfter, time, cancellationToken);
            }
            finally
            {
                // What is not consumed is sent again, in this activation or in the next one.
                _typed.Reader.AdvanceTo(typed.Buffer.GetPosition(consumed));
            }
        }
    }

    /// <summary>Sends a text until it is answered; null: it was not.</summary>
    private async Task<SolAnswer?> SendAsync(SolChannel console, SolStream stream, byte[] text, CancellationToken cancellationToken)
    {
        var answered = stream.Begin(text, out var packet);
        var pause = options.RetransmitAfter;
        for (var attempt = 0; attempt < options.Attempts; attempt++)
        {
            if (attempt > 0)
                metrics.Retransmitted();
            console.Send(packet);
            try
            {
                return await answered.WaitAsync(pause, time, cancellationToken);
            }
            catch (OperationCanceledException) when (answered.IsCompletedSuccessfully)
            {
                // The answer came just before the console ended: the text must not be typed again.
                return await answered;
            }
            catch (TimeoutException)
            {
                pause = pause * 2 < options.MaximumRetransmitAfter ? pause * 2 : options.MaximumRetransmitAfter;
            }
        }

        return null;
    }

    private async Task<bool> KeepAliveAsync(SolChannel console, CancellationToken cancellationToken)
    {
        do
        {
            await Task.Delay(options.ConsoleKeepAlive, time, cancellationToken);
        }
        while (await console.IsActiveAsync(cancellationToken));
        return false;
    }

    private async Task ReadClientAsync()
    {
        try
        {
            while (true)
            {
                var length = await client.ReadAsync(_typed.Writer.GetMemory(), _leaving.Token);
                if (length == 0)
                    break;
                NoteTraffic();
                _typed.Writer.Advance(length);
                await _typed.Writer.FlushAsync(_leaving.Token);
            }

            await _typed.Writer.CompleteAsync();
            await Task.Delay(LastWords, time, _leaving.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The connection is broken, or ended from here.
        }

        await _leaving.CancelAsync();
    }

    private async Task WriteClientAsync()
    {
        try
        {
            await foreach (var text in _shown.Reader.ReadAllAsync(_leaving.Token))
            {
                await client.WriteAsync(text, _leaving.Token);
                NoteTraffic();
                metrics.ConsoleShown(text.Length);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The connection is broken, or ended from here.
        }

        await _leaving.CancelAsync();
    }

    private async Task WatchIdleAsync()
    {
        if (options.ConsoleIdleTimeout <= TimeSpan.Zero)
            return;
        try
        {
            while (options.ConsoleIdleTimeout - time.GetElapsedTime(Volatile.Read(ref _lastTraffic)) is var remaining && remaining > TimeSpan.Zero)
                await Task.Delay(remaining, time, _leaving.Token);
            LogIdle(node, options.ConsoleIdleTimeout);
        }
        catch (OperationCanceledException) when (HasLeft)
        {
            return;
        }

        await _leaving.CancelAsync();
    }

    private void NoteTraffic() => Volatile.Write(ref _lastTraffic, time.GetTimestamp());

    [LoggerMessage(EventId = 7224, EventName = "ConsoleActivated", Level = LogLevel.Debug, Message = "Node {Node}: the serial console is active")]
    private partial void LogActivated(string node);

    [LoggerMessage(EventId = 7225, EventName = "ConsoleInterrupted", Level = LogLevel.Information, Message = "Node {Node}: the serial console is not active, and is activated again in {Pause}: {Reason}")]
    private partial void LogInterrupted(string node, TimeSpan pause, string reason);

    [LoggerMessage(EventId = 7226, EventName = "ConsoleFailed", Level = LogLevel.Warning, Message = "Node {Node}: the serial console cannot be activated, and its client is disconnected: {Reason}")]
    private partial void LogFailed(string node, string reason);

    [LoggerMessage(EventId = 7227, EventName = "ConsoleIdle", Level = LogLevel.Information, Message = "Node {Node}: nothing went over the serial console for {Timeout}; its client is disconnected")]
    private partial void LogIdle(string node, TimeSpan timeout);
}
