using System.Text;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Ipmi;

/// <summary>
/// A serial console over LAN (IPMI 2.0, section 15): it greets, and then says what is typed. A text that is not acknowledged is sent again, as the protocol
/// wants it, but only when the console says something without having acknowledged it: there is no clock here.
/// </summary>
/// <param name="server">The machine whose console it is.</param>
internal sealed class SolConsole(SimulatedServer server) : IDisposable
{
    private const int HeaderLength = 4;
    private const int LongestText = 200;
    private const byte SequenceMask = 0x0F;

    private readonly List<byte> _waiting = [];
    private byte _sequence;
    private byte[]? _unacknowledged;
    private byte _lastReceived;
    private bool _isStarted, _isOver;

    /// <summary>What was typed so far.</summary>
    public int Typed { get; private set; }

    /// <summary>Greets, the first time.</summary>
    public void Start(Action<byte[]> send)
    {
        if (_isStarted || _isOver)
            return;
        _isStarted = true;
        Say($"\r\n{server.Id} console\r\n{server.Id} login: ");
        Send(send);
    }

    /// <summary>A packet of the console's payload came.</summary>
    public void Receive(ReadOnlySpan<byte> payload, Action<byte[]> send)
    {
        if (payload.Length < HeaderLength || _isOver)
            return;
        var (sequence, acknowledged) = ((byte)(payload[0] & SequenceMask), (byte)(payload[1] & SequenceMask));
        if (acknowledged != 0 && acknowledged == _sequence)
            _unacknowledged = null;
        if (sequence != 0)
        {
            if (_unacknowledged is not null)
                send(_unacknowledged);
            var text = payload[HeaderLength..];
            send([0, sequence, (byte)text.Length, 0]);
            // What came before already was only not heard to be acknowledged.
            if (sequence != _lastReceived)
            {
                _lastReceived = sequence;
                Typed += text.Length;
                foreach (var typed in text)
                    _waiting.AddRange(typed == '\r' ? "\r\n"u8 : [typed]);
            }
        }

        Send(send);
    }

    public void Dispose() => _isOver = true;

    private void Say(string text) => _waiting.AddRange(Encoding.ASCII.GetBytes(text));

    private void Send(Action<byte[]> send)
    {
        // One text is under way at a time.
        if (_unacknowledged is not null || _waiting.Count == 0)
            return;
        var length = Math.Min(_waiting.Count, LongestText);
        _sequence = (byte)(_sequence == SequenceMask ? 1 : _sequence + 1);
        _unacknowledged = [_sequence, 0, 0, 0, .. _waiting[..length]];
        _waiting.RemoveRange(0, length);
        send(_unacknowledged);
    }
}
