using System.Net;
using System.Net.Sockets;
using Ironic.BmcSimulator.Faults;

namespace Ironic.BmcSimulator.Ipmi;

/// <summary>The UDP port of one controller. Each has a socket of its own, so that its answers come from where it was asked: one file descriptor a machine.</summary>
internal sealed class IpmiPort : IAsyncDisposable
{
    private const int LongestPacket = 1024;
    private const int AnsweredKept = 8;

    private readonly Socket _socket;
    private readonly CancellationTokenSource _stop;
    private readonly Task _loop;
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _later = [];
    private readonly HashSet<(uint Session, string Request)> _underWay = [];
    private readonly Queue<(uint Session, string Request)> _answered = new();

    /// <exception cref="SocketException">The port is taken, or there are not enough file descriptors.</exception>
    public IpmiPort(IPEndPoint endpoint, IpmiController controller, CancellationToken stopping)
    {
        Controller = controller;
        _socket = new Socket(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.Bind(endpoint);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        controller.Server.IpmiPort = Port;
        _loop = ServeAsync();
    }

    public IpmiController Controller { get; }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>How many packets came.</summary>
    public int Packets { get; private set; }

    /// <summary>Decides about each packet that comes, by its number from 1 on: true to lose it.</summary>
    public Func<int, bool> Loses { get; set; } = _ => false;

    /// <summary>Changes what is sent: the packets to send in place of one.</summary>
    public Func<byte[], IEnumerable<byte[]>> Sends { get; set; } = packet => [packet];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        Task[] later;
        lock (_gate)
            later = [.. _later];
        await Task.WhenAll(later);
        Controller.Dispose();
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var buffer = new byte[LongestPacket];
        var from = new SocketAddress(_socket.AddressFamily);
        try
        {
            while (true)
            {
                int length;
                try
                {
                    length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, from, _stop.Token);
                }
                catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
                {
                    // An answer found nobody: the caller has gone.
                    continue;
                }

                Packets++;
                if (!Loses(Packets) && !Controller.Server.IsUnavailable)
                    Receive(buffer.AsSpan(0, length), from);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The fleet stops.
        }
    }

    private void Receive(ReadOnlySpan<byte> packet, SocketAddress from)
    {
        var faults = Controller.Server.Faults.Draw(FaultScope.Ipmi);
        foreach (var _ in faults)
            Controller.Counters.FaultMet();
        if (faults.Any(fault => fault.Kind == FaultKind.Stall))
            return;
        if (faults.Any(fault => fault.Kind == FaultKind.Reset))
        {
            Controller.Forget();
            return;
        }

        // The network loses what is asked as well as what is answered; in the second case the command was done.
        var losesAnswer = false;
        if (faults.Any(fault => fault.Kind == FaultKind.Lost))
        {
            if (Random.Shared.Next(2) == 0)
                return;
            losesAnswer = true;
        }

        var delay = Controller.Behaviour.AnswerDelay;
        foreach (var fault in faults.Where(fault => fault.Kind == FaultKind.Slow))
            delay += fault.Delay;
        var to = Copy(from);
        if (delay <= TimeSpan.Zero)
        {
            Controller.Counters.BeginWork();
            Handle(packet, faults, to, losesAnswer, Controller.Counters.EndRequest);
            return;
        }

        var task = HandleLaterAsync(packet.ToArray(), faults, to, losesAnswer, delay);
        lock (_gate)
            _later.Add(task);
        task.ContinueWith(
            done =>
            {
                lock (_gate)
                    _later.Remove(done);
            },
            TaskScheduler.Default);
    }

    private async Task HandleLaterAsync(byte[] packet, IReadOnlyList<Fault> faults, SocketAddress to, bool losesAnswer, TimeSpan delay)
    {
        var end = BeginLater(packet);
        try
        {
            await Task.Delay(delay, Controller.Time, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            end();
            return;
        }

        Handle(packet, faults, to, losesAnswer, end);
    }

    /// <summary>Counts a request that takes its time, unless it is one that is under way or was answered just now, and only came again.</summary>
    /// <returns>What to do at its end.</returns>
    private Action BeginLater(byte[] packet)
    {
        (uint Session, string Request) request;
        lock (Controller.Sync)
            request = Controller.Identify(packet);
        lock (_gate)
        {
            if (!_answered.Contains(request) && _underWay.Add(request))
                Controller.Counters.BeginWork();
        }

        return () => End(request);
    }

    /// <summary>A request is answered: by the packet that came first or by one that came again, whichever is sooner.</summary>
    private void End((uint Session, string Request) request)
    {
        lock (_gate)
        {
            if (!_underWay.Remove(request))
                return;
            _answered.Enqueue(request);
            if (_answered.Count > AnsweredKept)
                _answered.Dequeue();
            Controller.Counters.EndRequest();
        }
    }

    private void Handle(ReadOnlySpan<byte> packet, IReadOnlyList<Fault> faults, SocketAddress to, bool losesAnswer, Action end)
    {
        var answers = new List<byte[]>();
        bool resets;
        lock (Controller.Sync)
        {
            // What a console says at once follows the answer; what it says later is sent by itself.
            var isLater = false;
            var answer = Controller.Handle(packet, faults, text =>
            {
                if (isLater)
                    Send(text, to);
                else
                    answers.Add(text);
            });
            isLater = true;
            if (answer is not null)
                answers.Insert(0, answer);
            resets = Controller.TakeReset();
        }

        // Before it is sent: who has the answer may ask again, and that is no second request at the same time.
        end();
        if (!losesAnswer)
        {
            var isMalformed = faults.Any(fault => fault.Kind == FaultKind.Malformed);
            foreach (var answer in answers)
                Send(isMalformed ? answer[..(answer.Length / 2)] : answer, to);
        }

        if (resets)
            Controller.Server.ResetController();
    }

    private void Send(byte[] packet, SocketAddress to)
    {
        foreach (var sent in Sends(packet))
        {
            try
            {
                // At once: a datagram on the loopback or in a socket's buffer is not waited for.
                _socket.SendTo(sent, SocketFlags.None, to);
            }
            catch (SocketException)
            {
                // Datagrams may be lost, this one is: the caller asks again.
                Controller.Counters.AnswerLost();
            }
        }
    }

    private static SocketAddress Copy(SocketAddress address)
    {
        var copy = new SocketAddress(address.Family, address.Size);
        address.Buffer.CopyTo(copy.Buffer);
        return copy;
    }
}
