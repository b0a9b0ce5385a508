using System.Security.Cryptography;
using System.Text;
using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Ipmi.Commands;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Ipmi;

/// <summary>
/// The IPMI side of one management controller: packets in, packets out. It is used by one caller at a time (<see cref="Sync"/>). That it speaks the protocol
/// as others do is shown by Debian's ipmitool, which knows nothing of it.
/// </summary>
internal sealed class IpmiController : IDisposable
{
    private const int MaximumPasswordLength = 20;

    private readonly Dictionary<uint, IpmiSession> _sessions = [];
    private readonly CommandTable _commands;
    private readonly Handshake20 _handshake20;
    private readonly Handshake15 _handshake15;
    private uint _made;
    private bool _resets;
    private byte[] _lastOutside = [];

    /// <param name="server">The machine.</param>
    /// <param name="user">The user that it knows.</param>
    /// <param name="password">The user's password.</param>
    /// <param name="behaviour">How it behaves.</param>
    /// <param name="time">The clock.</param>
    public IpmiController(SimulatedServer server, string user, string password, IpmiBehaviour behaviour, TimeProvider time)
    {
        (Server, User, Behaviour, Time) = (server, user, behaviour, time);
        var bytes = Encoding.UTF8.GetBytes(password);
        Password = bytes[..Math.Min(bytes.Length, MaximumPasswordLength)];
        Slots = behaviour.Sessions;
        MaximumPrivilege = behaviour.MaximumPrivilege;
        _commands = new CommandTable(this);
        _handshake20 = new Handshake20(this);
        _handshake15 = new Handshake15(this);
        server.ControllerRestarting += Forget;
    }

    public Lock Sync { get; } = new();

    public SimulatedServer Server { get; }

    public BmcCounters Counters => Server.IpmiCounters;

    public string User { get; }

    public byte[] Password { get; }

    public byte[] Guid { get; } = RandomNumberGenerator.GetBytes(16);

    public IpmiBehaviour Behaviour { get; }

    public TimeProvider Time { get; }

    public int Slots { get; set; }

    public byte MaximumPrivilege { get; set; }

    /// <summary>How many characters were typed into its consoles so far.</summary>
    public int Typed { get; set; }

    /// <summary>How many characters of a packet the console takes; what is more, it refuses.</summary>
    public int AcceptsText { get; set; } = int.MaxValue;

    /// <summary>Answers a command of a session that is not about the session before the controller does; null: let the controller do it.</summary>
    public Func<IpmiMessage, byte[]?> Answers { get; set; } = _ => null;

    /// <summary>Told of each command of a session that is not about the session, when it is done.</summary>
    public Action<IpmiMessage> Sees { get; set; } = _ => { };

    /// <summary>The faults that the packet meets that is handled now.</summary>
    public IReadOnlyList<Fault> Faults { get; private set; } = [];

    public int OpenSessions => _sessions.Values.Count(session => session.IsOpen);

    /// <summary>The only SOL there is; null: nobody has it.</summary>
    public IpmiSession? SolOwner => _sessions.Values.FirstOrDefault(session => session.Sol is not null);

    public bool Meets(FaultKind kind) => Faults.Any(fault => fault.Kind == kind);

    /// <summary>Handles a packet.</summary>
    /// <param name="packet">What came.</param>
    /// <param name="faults">The faults that it meets.</param>
    /// <param name="sender">Sends packets to whom it came from, later as well.</param>
    /// <returns>The answer; null: none.</returns>
    public byte[]? Handle(ReadOnlySpan<byte> packet, IReadOnlyList<Fault> faults, Action<byte[]> sender)
    {
        Faults = faults;
        EndIdle();
        if (Rmcp.AnswerPing(packet) is { } pong)
            return pong;
        if (!Rmcp.IsIpmi(packet))
            return Wrong();
        if (Packet20.Is(packet))
        {
            if (Packet20.SessionId(packet) != 0)
                return HandleInside(packet, sender);
            CountOutside(packet);
            return _handshake20.Answer(packet);
        }

        return Packet15.Decode(packet) is { } old ? Handle15(packet, old) : Wrong();
    }

    /// <summary>What a packet asks, so that one that comes again can be told from another: its session, and what identifies it there.</summary>
    public (uint Session, string Request) Identify(ReadOnlySpan<byte> packet)
    {
        if (Packet20.Is(packet) && Find(Packet20.SessionId(packet)) is { Keys: { } keys } session && Packet20.Open(packet, keys) is { } payload && IpmiMessage.Decode(payload) is { } message)
            return (session.Id, $"{message.Sequence:x2} {message}");
        return (0, Convert.ToHexString(packet));
    }

    /// <summary>A new session, which is not open yet.</summary>
    public IpmiSession Add(uint console, CipherSuite? suite, byte authentication = 0)
    {
        // Never 0, and unlikely that of a session from before a restart.
        var id = (uint)(RandomNumberGenerator.GetInt32(1, 0x7FFF) << 16) | (++_made & 0xFFFF);
        var session = new IpmiSession(id, console, suite) { Authentication = authentication, UsedAt = Time.GetUtcNow() };
        _sessions[id] = session;
        return session;
    }

    public IpmiSession? Find(uint id) => _sessions.GetValueOrDefault(id);

    public void Opened(IpmiSession session)
    {
        if (session.IsOpen)
            return;
        session.IsOpen = true;
        Counters.SessionOpened();
    }

    public void Remove(IpmiSession session)
    {
        if (!_sessions.Remove(session.Id))
            return;
        if (session.IsOpen)
            Counters.SessionsClosed();
        session.Dispose();
    }

    /// <summary>Forgets all sessions, as a restart does.</summary>
    public void Forget()
    {
        lock (Sync)
        {
            foreach (var session in _sessions.Values.ToList())
                Remove(session);
        }
    }

    /// <summary>Restarts it when the answer to the present packet has been sent.</summary>
    public void ResetAfterAnswer() => _resets = true;

    /// <summary>Whether it is to restart now.</summary>
    public bool TakeReset()
    {
        var resets = _resets;
        _resets = false;
        return resets;
    }

    public void Dispose()
    {
        Server.ControllerRestarting -= Forget;
        Forget();
    }

    /// <summary>Counts a packet that is not as it must be; it is not answered.</summary>
    public byte[]? Wrong()
    {
        Counters.ProtocolError();
        return null;
    }

    /// <summary>A command outside of sessions.</summary>
    public byte[] HandleOutside(ReadOnlySpan<byte> packet, IpmiMessage question)
    {
        CountOutside(packet);
        byte[] answer = question is { NetFn: 6 } && _commands.AnswerOutside(question) is { } known ? known : [CompletionCode.InsufficientPrivilege];
        return Packet15.Wrap(Packet15.None, 0, 0, [], question.Answer(answer));
    }

    /// <summary>A command of a session: done, unless it was done before.</summary>
    public byte[] Execute(IpmiSession session, IpmiMessage command)
    {
        session.UsedAt = Time.GetUtcNow();
        if (session.FindAnswer(command) is { } before)
            return before;
        Counters.CountRequest();
        var answer = _commands.Answer(session, command);
        session.KeepAnswer(command, answer);
        return answer;
    }

    private byte[]? Handle15(ReadOnlySpan<byte> packet, Packet15 old)
    {
        if (IpmiMessage.Decode(old.Payload) is not { } message)
            return Wrong();
        return old.Session == 0 && old.Authentication == Packet15.None ? HandleOutside(packet, message) : _handshake15.Answer(old, message);
    }

    private byte[]? HandleInside(ReadOnlySpan<byte> packet, Action<byte[]> sender)
    {
        if (Find(Packet20.SessionId(packet)) is not { IsOpen: true, Keys: { } keys } session || Packet20.Open(packet, keys) is not { } payload)
            return Wrong();
        if (Packet20.Type(packet) == PayloadType.Sol)
        {
            session.UsedAt = Time.GetUtcNow();
            session.Sol?.Receive(payload, text => sender(Wrap(session, PayloadType.Sol, text)));
            return null;
        }

        if (IpmiMessage.Decode(payload) is not { } command)
            return Wrong();
        var answer = Wrap(session, PayloadType.Ipmi, command.Answer(Execute(session, command)));
        if (command is { NetFn: 6, Command: SessionCommands.CloseSession })
            Remove(session);
        // Its first text follows the answer that says there is a console.
        session.Sol?.Start(text => sender(Wrap(session, PayloadType.Sol, text)));
        return answer;
    }

    private static byte[] Wrap(IpmiSession session, byte type, ReadOnlySpan<byte> payload) => Packet20.Wrap(type, payload, session.Console, ++session.Sequence, session.Keys!);

    /// <summary>Counts a packet outside of sessions, unless it is the one before once more.</summary>
    private void CountOutside(ReadOnlySpan<byte> packet)
    {
        if (packet.SequenceEqual(_lastOutside))
            return;
        _lastOutside = packet.ToArray();
        Counters.CountRequest();
    }

    private void EndIdle()
    {
        var oldest = Time.GetUtcNow() - Behaviour.SessionTimeout;
        foreach (var session in _sessions.Values.Where(session => session.UsedAt < oldest).ToList())
            Remove(session);
    }
}
