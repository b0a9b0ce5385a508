using System.Globalization;
using System.Net.Sockets;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>Questions to one management controller and their answers, one at a time.</summary>
internal sealed class Exchange(BmcLink link, IpmiOptions options, TimeProvider time, IpmiMetrics metrics)
{
    private byte _sequence;

    /// <summary>Reads an answer out of a packet; null when it has none.</summary>
    public delegate T? Read<T>(ReadOnlyMemory<byte> datagram)
        where T : struct;

    /// <summary>Sends packets until one is answered.</summary>
    /// <param name="create">Makes the packet, each time anew.</param>
    /// <param name="read">Finds the answer in what arrives; what it does not take is dropped.</param>
    /// <param name="attempts">How often to send.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="NoAnswerException">There was none.</exception>
    public async Task<T> AskAsync<T>(Func<byte[]> create, Read<T> read, int attempts, CancellationToken cancellationToken)
        where T : struct
    {
        var pause = options.RetransmitAfter;
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            if (attempt > 0)
                metrics.Retransmitted();
            Send(create());
            if (await ReceiveAsync(read, pause, cancellationToken) is { } answer)
                return answer;
            pause = pause * 2 < options.MaximumRetransmitAfter ? pause * 2 : options.MaximumRetransmitAfter;
        }

        throw new NoAnswerException(string.Create(CultureInfo.InvariantCulture, $"no valid answer to {attempts} packets"));
    }

    /// <summary>Sends a command and waits for its response.</summary>
    /// <exception cref="NoAnswerException">There was none.</exception>
    public Task<IpmiResponse> CommandAsync(ISessionCodec codec, IpmiRequest request, Bridging? bridging, int attempts, CancellationToken cancellationToken)
    {
        // The same in all packets of a command, so that the controller knows one that it has got already.
        var sequence = _sequence = (byte)((_sequence + 1) & LanMessage.MaximumSequence);
        var sent = bridging?.Wrap(request, sequence) ?? request;
        var message = new LanMessage(LanMessage.BmcAddress, sent.NetFn, sent.Lun, LanMessage.ConsoleAddress, sequence, SourceLun: 0, sent.Command, sent.Data).Encode();
        return AskAsync(() => codec.Wrap(message), ReadResponse, attempts, cancellationToken);

        IpmiResponse? ReadResponse(ReadOnlyMemory<byte> datagram)
        {
            if (!codec.TryUnwrap(datagram, out var bytes) || !LanMessage.TryDecode(bytes, out var response))
                return null;
            if (bridging is not null)
                return Bridging.TryUnwrap(response, request, sequence, out var bridged) ? bridged : null;
            return response.Sequence == sequence && response.NetFn == sent.NetFn + 1 && response.Command == sent.Command && !response.Data.IsEmpty
                ? new IpmiResponse((CompletionCode)response.Data.Span[0], response.Data[1..])
                : null;
        }
    }

    /// <summary>Sends a packet to which no answer is expected.</summary>
    /// <exception cref="NoAnswerException">The network does not take it.</exception>
    public void Send(byte[] packet)
    {
        try
        {
            link.Send(packet);
        }
        catch (SocketException exception)
        {
            throw new NoAnswerException($"the network does not take packets for it: {exception.Message}", exception);
        }
    }

    private async Task<T?> ReceiveAsync<T>(Read<T> read, TimeSpan timeout, CancellationToken cancellationToken)
        where T : struct
    {
        using var timer = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            while (true)
            {
                var datagram = await link.ReceiveAsync(either.Token);
                if (read(datagram) is { } answer)
                    return answer;
                metrics.DatagramDropped("no answer");
                // A flood of packets that are no answers must not keep it from ever looking at the time.
                either.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
