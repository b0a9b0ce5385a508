using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Tests.Support;

/// <summary>
/// A BMC inside of the test, for what ipmi_sim has not: cipher suite 17, group keys, session slots, faults. It counts what it sees. That it speaks the
/// protocol as others do is shown by Debian's ipmitool (<see cref="Sessions.SimulatedBmcTests"/>).
/// </summary>
internal sealed class SimulatedBmc : IAsyncDisposable
{
    private const int RandomLength = 16;

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<uint, Session> _sessions = new();
    private readonly ConcurrentQueue<string> _commands = new();
    private readonly byte[] _guid = RandomNumberGenerator.GetBytes(RandomLength);
    private readonly Task _loop;
    private int _inFlight;

    public SimulatedBmc() => _loop = Task.Run(ServeAsync);

    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    public string User { get; init; } = IpmiSimulator.User;

    public string Password { get; init; } = IpmiSimulator.Password;

    public byte[] GroupKey { get; init; } = [];

    /// <summary>The cipher suites that it speaks.</summary>
    public IReadOnlyList<int> Suites { get; init; } = [3, 17];

    /// <summary>Whether it knows Get Channel Cipher Suites.</summary>
    public bool TellsSuites { get; init; } = true;

    /// <summary>How many sessions it has room for.</summary>
    public int Slots { get; set; } = 4;

    public PrivilegeLevel MaximumPrivilege { get; set; } = PrivilegeLevel.Administrator;

    public bool PowerIsOn { get; set; }

    /// <summary>Decides about each packet that arrives, by its number from 1 on: true to lose it.</summary>
    public Func<int, bool> Loses { get; set; } = _ => false;

    /// <summary>Changes what it sends: the packets to send in place of one.</summary>
    public Func<byte[], IEnumerable<byte[]>> Sends { get; set; } = packet => [packet];

    /// <summary>Answers a command that is not about the session before the BMC does; null: let the BMC do it.</summary>
    public Func<LanMessage, byte[]?> Answers { get; set; } = _ => null;

    /// <summary>The commands that it was sent in sessions, in order, without repetitions of packets: <c>00 02 01</c>.</summary>
    public IReadOnlyCollection<string> Commands => _commands;

    public int Packets { get; private set; }

    public int OpenSessions => _sessions.Values.Count(session => session.Keys is not null);

    public int SessionsOpened { get; private set; }

    public int MostSessions { get; private set; }

    /// <summary>The most commands that were sent before it had answered.</summary>
    public int MostInFlight { get; private set; }

    /// <summary>Forgets all sessions, as a restart does.</summary>
    public void Forget() => _sessions.Clear();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(_stop.Token);
                Packets++;
                if (Loses(Packets))
                    continue;
                MostInFlight = Math.Max(MostInFlight, ++_inFlight);
                if (Handle(received.Buffer) is { } answer)
                {
                    foreach (var packet in Sends(answer))
                        await _socket.SendAsync(packet, received.RemoteEndPoint, _stop.Token);
                }

                _inFlight--;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private byte[]? Handle(byte[] packet)
    {
        if (Ipmi15Packet.TryDecode(packet, [], out var old))
            return LanMessage.TryDecode(old.Payload, out var question) ? HandleSessionless(question) : null;
        if (Ipmi20Packet.TryDecode(packet, out var opening))
        {
            return opening.Type switch
            {
                PayloadType.OpenSessionRequest => Open(opening.Payload.Span),
                PayloadType.RakpMessage1 => AnswerMessage1(opening.Payload.Span),
                PayloadType.RakpMessage3 => AnswerMessage3(opening.Payload.Span),
                _ => null,
            };
        }

        var id = BinaryPrimitives.ReadUInt32LittleEndian(packet.AsSpan(6));
        if (!_sessions.TryGetValue(id, out var session) || session.Keys is null || !Ipmi20Packet.TryDecode(packet, session.Keys, out var inside))
            return null;
        return LanMessage.TryDecode(inside.Payload, out var command) ? HandleCommand(session, command) : null;
    }

    private byte[] HandleSessionless(in LanMessage question)
    {
        byte[] data = question.Command switch
        {
            Command.GetChannelAuthenticationCapabilities => [0, 1, 0x80, 0x04, 0x02, 0, 0, 0, 0],
            Command.GetChannelCipherSuites when TellsSuites && question.Data.Span[2] == 0x80 =>
                [0, 1, .. Suites.SelectMany(id => (byte[])[0xC0, (byte)id, CipherSuite.Find(id)!.Authentication, (byte)(0x40 | CipherSuite.Find(id)!.Integrity), 0x81])],
            _ => [(byte)CompletionCode.InvalidCommand],
        };
        return new Ipmi15Packet(AuthenticationType.None, 0, 0, Reply(question, data)).Encode();
    }

    private byte[] Open(ReadOnlySpan<byte> request)
    {
        var console = BinaryPrimitives.ReadUInt32LittleEndian(request[4..]);
        var authentication = request[12];
        var suite = CipherSuite.All.FirstOrDefault(suite => suite.Authentication == authentication && Suites.Contains(suite.Id));
        var status = suite is null ? RakpStatus.NoCipherSuiteMatch : OpenSessions >= Slots ? RakpStatus.InsufficientResources : RakpStatus.Ok;
        if (status != RakpStatus.Ok)
            return Refuse(PayloadType.OpenSessionResponse, request[0], status, console);
        var session = new Session(suite!, console, (uint)(_sessions.Count + 1 + (SessionsOpened << 8)));
        _sessions[session.Id] = session;
        byte[] answer = [request[0], 0, request[1], 0, .. Bytes(console), .. Bytes(session.Id), .. request[8..32]];
        return new Ipmi20Packet(PayloadType.OpenSessionResponse, 0, 0, answer).Encode();
    }

    private byte[]? AnswerMessage1(ReadOnlySpan<byte> message)
    {
        if (!_sessions.TryGetValue(BinaryPrimitives.ReadUInt32LittleEndian(message[4..]), out var session))
            return null;
        session.ConsoleRandom = message.Slice(8, RandomLength).ToArray();
        session.NameAndRole = [message[24], message[27], .. message[28..]];
        if (Encoding.UTF8.GetString(message[28..]) != User)
            return Refuse(PayloadType.RakpMessage2, message[0], RakpStatus.UnauthorizedName, session.Console);
        byte[] text = [.. Bytes(session.Console), .. Bytes(session.Id), .. session.ConsoleRandom, .. session.Random, .. _guid, .. session.NameAndRole];
        byte[] answer = [message[0], 0, 0, 0, .. Bytes(session.Console), .. session.Random, .. _guid, .. session.Suite.Mac(Key, text)];
        return new Ipmi20Packet(PayloadType.RakpMessage2, 0, 0, answer).Encode();
    }

    private byte[]? AnswerMessage3(ReadOnlySpan<byte> message)
    {
        if (!_sessions.TryGetValue(BinaryPrimitives.ReadUInt32LittleEndian(message[4..]), out var session))
            return null;
        if (message[1] != 0)
        {
            _sessions.TryRemove(session.Id, out _);
            return null;
        }

        byte[] text = [.. session.Random, .. Bytes(session.Console), .. session.NameAndRole];
        if (!session.Suite.Mac(Key, text).AsSpan().SequenceEqual(message[8..]))
            return Refuse(PayloadType.RakpMessage4, message[0], RakpStatus.InvalidIntegrityCheck, session.Console);
        byte[] seed = [.. session.ConsoleRandom, .. session.Random, .. session.NameAndRole];
        var integrityKey = session.Suite.Mac(GroupKey.Length > 0 ? GroupKey : Key, seed);
        if (session.Keys is null)
            SessionsOpened++;
        session.Keys = new SessionKeys(session.Suite, integrityKey);
        MostSessions = Math.Max(MostSessions, OpenSessions);
        byte[] proof = [.. session.ConsoleRandom, .. Bytes(session.Id), .. _guid];
        byte[] answer = [message[0], 0, 0, 0, .. Bytes(session.Console), .. session.Suite.Mac(integrityKey, proof).AsSpan(0, session.Suite.TruncatedLength)];
        return new Ipmi20Packet(PayloadType.RakpMessage4, 0, 0, answer).Encode();
    }

    private byte[] HandleCommand(Session session, in LanMessage command)
    {
        // The same sequence number again is the same command again: it is answered, but not done.
        if (session.LastSequence != command.Sequence)
        {
            session.LastSequence = command.Sequence;
            session.LastAnswer = Execute(session, command);
        }

        var answer = new Ipmi20Packet(PayloadType.IpmiMessage, session.Console, ++session.Sequence, Reply(command, session.LastAnswer)).Encode(session.Keys!);
        if (command is { NetFn: (byte)NetworkFunction.Application, Command: Command.CloseSession })
            _sessions.TryRemove(session.Id, out _);
        return answer;
    }

    private byte[] Execute(Session session, in LanMessage command)
    {
        if (command is not { NetFn: (byte)NetworkFunction.Application, Command: Command.SetSessionPrivilegeLevel or Command.CloseSession })
        {
            _commands.Enqueue($"{command.NetFn:x2} {command.Command:x2}{string.Concat(command.Data.ToArray().Select(value => $" {value:x2}"))}");
            if (Answers(command) is { } answer)
                return answer;
        }

        switch (command.NetFn, command.Command)
        {
            case ((byte)NetworkFunction.Application, Command.SetSessionPrivilegeLevel):
                return command.Data.Span[0] > (byte)MaximumPrivilege ? [0x81] : [0, command.Data.Span[0]];
            case ((byte)NetworkFunction.Application, Command.CloseSession):
                return [session.Id == BinaryPrimitives.ReadUInt32LittleEndian(command.Data.Span) ? (byte)0 : (byte)0x87];
            case ((byte)NetworkFunction.Application, Command.GetDeviceId):
                return [0, 0x20, 0x81, 0x02, 0x15, 0x02, 0xBF, 0x57, 0x01, 0x00, 0x34, 0x12, 0, 0, 0, 0];
            case ((byte)NetworkFunction.Application, Command.ColdReset or Command.WarmReset):
                return [0];
            case ((byte)NetworkFunction.Chassis, Command.GetChassisStatus):
                return [0, PowerIsOn ? (byte)1 : (byte)0, 0, 0];
            case ((byte)NetworkFunction.Chassis, Command.ChassisControl):
                PowerIsOn = command.Data.Span[0] is not ((byte)Ipmi.Commands.ChassisAction.PowerDown or (byte)Ipmi.Commands.ChassisAction.SoftShutdown);
                return [0];
            case ((byte)NetworkFunction.Chassis, Command.SetSystemBootOptions):
                return [0];
            default:
                return [(byte)CompletionCode.InvalidCommand];
        }
    }

    private byte[] Key => Encoding.UTF8.GetBytes(Password);

    private static byte[] Reply(in LanMessage question, byte[] data) => new LanMessage(
        question.Source, (byte)(question.NetFn + 1), question.SourceLun, question.Destination, question.Sequence, question.DestinationLun, question.Command, data).Encode();

    private static byte[] Refuse(PayloadType type, byte tag, RakpStatus status, uint console) =>
        new Ipmi20Packet(type, 0, 0, (byte[])[tag, (byte)status, 0, 0, .. Bytes(console)]).Encode();

    private static byte[] Bytes(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private sealed class Session(CipherSuite suite, uint console, uint id)
    {
        public CipherSuite Suite => suite;

        public uint Console => console;

        public uint Id => id;

        public byte[] Random { get; } = RandomNumberGenerator.GetBytes(RandomLength);

        public byte[] ConsoleRandom { get; set; } = [];

        public byte[] NameAndRole { get; set; } = [];

        public SessionKeys? Keys { get; set; }

        public uint Sequence { get; set; }

        public int LastSequence { get; set; } = -1;

        public byte[] LastAnswer { get; set; } = [];
    }
}
