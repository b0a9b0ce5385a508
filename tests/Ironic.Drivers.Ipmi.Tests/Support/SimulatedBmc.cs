using System.Collections.Concurrent;
using System.Net;
using Ironic.BmcSimulator.Ipmi;
using Ironic.BmcSimulator.Machines;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Tests.Support;

/// <summary>
/// A controller of the simulator inside of the test, for what ipmi_sim has not: cipher suite 17, group keys, session slots, faults. It counts what it sees.
/// That it speaks the protocol as others do is shown by Debian's ipmitool (<see cref="Sessions.SimulatedBmcTests"/>). It listens from when its port is asked for.
/// </summary>
internal sealed class SimulatedBmc : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SimulatedServer _server = new("bmc", 0, ServerProtocols.Ipmi, MachineTimings.None, TimeProvider.System);
    private readonly ConcurrentQueue<string> _commands = new();
    private readonly Lazy<IpmiPort> _port;
    private int _slots = 4;

    public SimulatedBmc() => _port = new Lazy<IpmiPort>(Start);

    public int Port => _port.Value.Port;

    public string User { get; init; } = IpmiSimulator.User;

    public string Password { get; init; } = IpmiSimulator.Password;

    public byte[] GroupKey { get; init; } = [];

    /// <summary>The cipher suites that it speaks.</summary>
    public IReadOnlyList<int> Suites { get; init; } = [3, 17];

    /// <summary>Whether it knows Get Channel Cipher Suites.</summary>
    public bool TellsSuites { get; init; } = true;

    public PrivilegeLevel MaximumPrivilege { get; init; } = PrivilegeLevel.Administrator;

    /// <summary>How long it thinks before it answers.</summary>
    public TimeSpan AnswerDelay { get; init; }

    /// <summary>How many sessions it has room for.</summary>
    public int Slots
    {
        get => _slots;
        set
        {
            _slots = value;
            if (_port.IsValueCreated)
                _port.Value.Controller.Slots = value;
        }
    }

    public bool PowerIsOn
    {
        get => _server.PowerState == PowerState.On;
        set => _server.PowerState = value ? PowerState.On : PowerState.Off;
    }

    /// <summary>Decides about each packet that arrives, by its number from 1 on: true to lose it.</summary>
    public Func<int, bool> Loses { get; set; } = _ => false;

    /// <summary>Changes what it sends: the packets to send in place of one.</summary>
    public Func<byte[], IEnumerable<byte[]>> Sends { get; set; } = packet => [packet];

    /// <summary>Answers a command that is not about the session before the BMC does; null: let the BMC do it.</summary>
    public Func<IpmiMessage, byte[]?> Answers { get; set; } = _ => null;

    /// <summary>The commands that it was sent in sessions, in order, without repetitions of packets: <c>00 02 01</c>.</summary>
    public IReadOnlyCollection<string> Commands => _commands;

    public int Packets => _port.Value.Packets;

    public int OpenSessions => _server.IpmiCounters.SessionsNow;

    public int SessionsOpened => (int)_server.IpmiCounters.SessionsOpened;

    public int MostSessions => _server.IpmiCounters.PeakSessions;

    /// <summary>The most commands that were sent before it had answered.</summary>
    public int MostInFlight => _server.IpmiCounters.PeakRequests;

    /// <summary>How many characters were typed into its serial console.</summary>
    public int Typed
    {
        get
        {
            lock (_port.Value.Controller.Sync)
                return _port.Value.Controller.Typed;
        }
    }

    /// <summary>How many characters of a packet its console takes; what is more, it refuses.</summary>
    public int AcceptsText
    {
        set => _port.Value.Controller.AcceptsText = value;
    }

    /// <summary>Forgets all sessions, as a restart does.</summary>
    public void Forget() => _port.Value.Controller.Forget();

    public async ValueTask DisposeAsync()
    {
        if (_port.IsValueCreated)
            await _port.Value.DisposeAsync();
        _stop.Dispose();
    }

    private IpmiPort Start()
    {
        var behaviour = new IpmiBehaviour
        {
            Sessions = _slots,
            Suites = Suites,
            TellsSuites = TellsSuites,
            GroupKey = GroupKey,
            MaximumPrivilege = (byte)MaximumPrivilege,
            Version15 = false,
            AnswerDelay = AnswerDelay,
        };
        var controller = new IpmiController(_server, User, Password, behaviour, TimeProvider.System)
        {
            Answers = command => Answers(command),
            Sees = command => _commands.Enqueue(command.ToString()),
        };
        return new IpmiPort(new IPEndPoint(IPAddress.Loopback, 0), controller, _stop.Token)
        {
            Loses = number => Loses(number),
            Sends = packet => Sends(packet),
        };
    }
}
