using System.Text;

namespace Ironic.BmcSimulator.Ipmi;

/// <summary>
/// A serial console over LAN (IPMI 2.0, section 15): it greets, and then says what is typed. A text that is not acknowledged is sent again after a while, and
/// when the console says something without having acknowledged it.
/// </summary>
internal sealed class SolConsole : IDisposable
{
    private const int HeaderLength = 4;
    private const int LongestText = 200;
    private const byte SequenceMask = 0x0F;
    private const byte Nack = 0x40;

    // As the console's parameters say: seven times, 500 ms apart.
    private const int Retries = 7;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(500);

    private readonly IpmiController _controller;
    private readonly ITimer _retry;
    private readonly List<byte> _waiting = [];
    private Action<byte[]> _send = _ => { };
    private int _retriesLeft;
    private byte _sequence;
    private byte[]? _unacknowledged;
    private byte _lastReceived;
    private bool _isStarted, _isOver;

    /// <param name="controller">Whose console it is.</param>
    public SolConsole(IpmiController controller)
    {
        _controller = controller;
        _retry = controller.Time.CreateTimer(
            _ =>
            {
                lock (controller.Sync)
                    Retry();
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Greets, the first time.</summary>
    public void Start(Action<byte[]> send)
    {
        if (_isStarted || _isOver)
            return;
        _isStarted = true;
        Say($"\r\n{_controller.Server.Id} console\r\n{_controller.Server.Id} login: ");
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
            var isTooMuch = payload.Length - HeaderLength > _controller.AcceptsText;
            var text = isTooMuch ? payload.Slice(HeaderLength, _controller.AcceptsText) : payload[HeaderLength..];
            send([0, sequence, (byte)text.Length, isTooMuch ? Nack : (byte)0]);
            // What came before already was only not heard to be acknowledged.
            if (sequence != _lastReceived)
            {
                _lastReceived = sequence;
                _controller.Typed += text.Length;
                foreach (var typed in text)
                    _waiting.AddRange(typed == '\r' ? "\r\n"u8 : [typed]);
            }
        }

        Send(send);
    }

    public void Dispose()
    {
        _isOver = true;
        _retry.Dispose();
    }

    private void Retry()
    {
        if (_isOver || _unacknowledged is null || _retriesLeft-- == 0)
            return;
        _send(_unacknowledged);
        _retry.Change(RetryInterval, Timeout.InfiniteTimeSpan);
    }

    private void Say(string text) => _waiting.AddRange(Encoding.ASCII.GetBytes(text));

    private void Send(Action<byte[]> send)
    {
        _send = send;
        // One text is under way at a time.
        if (_unacknowledged is not null || _waiting.Count == 0)
            return;
        var length = Math.Min(_waiting.Count, LongestText);
        _sequence = (byte)(_sequence == SequenceMask ? 1 : _sequence + 1);
        _unacknowledged = [_sequence, 0, 0, 0, .. _waiting[..length]];
        _waiting.RemoveRange(0, length);
        send(_unacknowledged);
        _retriesLeft = Retries;
        _retry.Change(RetryInterval, Timeout.InfiniteTimeSpan);
    }
}
