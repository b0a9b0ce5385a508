using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Consoles;

/// <summary>How the management controller has answered a text.</summary>
/// <param name="Accepted">How many of its characters were taken.</param>
/// <param name="Refused">Whether it can take no more now; the others are to be sent again after a pause.</param>
internal readonly record struct SolAnswer(int Accepted, bool Refused);

/// <summary>What a packet from the management controller has brought.</summary>
/// <param name="Text">What the machine says and was not known yet.</param>
/// <param name="Reply">The acknowledgement to send; null: none is wanted.</param>
/// <param name="Status">What else it says.</param>
internal readonly record struct SolReceipt(ReadOnlyMemory<byte> Text, byte[]? Reply, SolStatus Status);

/// <summary>
/// The two streams of characters of one activation of the serial console (IPMI 2.0, section 15.11): each side numbers its packets with text, has one of them
/// under way, and sends it again until it is acknowledged. It knows no time and no network.
/// </summary>
internal sealed class SolStream
{
    private readonly Lock _lock = new();
    private byte _sequence;
    private int _underWay;
    private TaskCompletionSource<SolAnswer>? _answer;
    private byte _lastReceived;
    private int _lastLength;

    /// <summary>Begins a text, in place of the one before if that was given up.</summary>
    /// <param name="text">1 to <see cref="SolPacket.MaximumText"/> characters.</param>
    /// <param name="packet">The payload to send, the same each time until it is answered.</param>
    /// <returns>Ends when it is answered.</returns>
    public Task<SolAnswer> Begin(ReadOnlyMemory<byte> text, out byte[] packet)
    {
        lock (_lock)
        {
            _sequence = (byte)(_sequence == SolPacket.MaximumSequence ? 1 : _sequence + 1);
            _underWay = text.Length;
            _answer = new TaskCompletionSource<SolAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            packet = new SolPacket(_sequence, Acknowledged: 0, Accepted: 0, SolStatus.None, text).Encode();
            return _answer.Task;
        }
    }

    /// <summary>Takes a payload that has arrived.</summary>
    /// <returns>false when it is malformed; then it has no effect.</returns>
    public bool TryReceive(ReadOnlyMemory<byte> payload, out SolReceipt receipt)
    {
        receipt = default;
        if (!SolPacket.TryDecode(payload, out var packet))
            return false;
        lock (_lock)
        {
            if (packet.Acknowledged != 0 && packet.Acknowledged == _sequence && _answer is { } answer)
            {
                _answer = null;
                answer.SetResult(Read(packet));
            }

            receipt = packet.Sequence == 0
                ? new SolReceipt(default, null, packet.Status)
                : new SolReceipt(TakeNew(packet), Acknowledge(packet), packet.Status);
            return true;
        }
    }

    private SolAnswer Read(in SolPacket packet)
    {
        var refused = (packet.Status & (SolStatus.Nack | SolStatus.TransferUnavailable)) != 0;
        // Some controllers count nothing when they have taken everything.
        var accepted = packet.Accepted == 0 && !refused ? _underWay : Math.Min(packet.Accepted, _underWay);
        return new SolAnswer(accepted, refused && accepted < _underWay);
    }

    // A packet that comes again was not heard to be acknowledged. Characters that have come meanwhile may stand behind those that it had before. The packet
    // before it can only be a repetition that took a longer way.
    private ReadOnlyMemory<byte> TakeNew(in SolPacket packet)
    {
        if (_lastReceived != 0 && packet.Sequence == Before(_lastReceived))
            return default;
        var known = packet.Sequence == _lastReceived ? _lastLength : 0;
        (_lastReceived, _lastLength) = (packet.Sequence, Math.Max(known, packet.Text.Length));
        return packet.Text[Math.Min(known, packet.Text.Length)..];
    }

    private static byte Before(byte sequence) => (byte)(sequence == 1 ? SolPacket.MaximumSequence : sequence - 1);

    private static byte[] Acknowledge(in SolPacket packet) => new SolPacket(Sequence: 0, packet.Sequence, (byte)packet.Text.Length, SolStatus.None, default).Encode();
}
