using System.Buffers.Binary;

namespace Ironic.BmcSimulator.Ipmi.Commands;

/// <summary>Commands about sessions, some of which are asked outside of any (IPMI 2.0, chapter 22).</summary>
internal sealed class SessionCommands(IpmiController controller)
{
    public const byte GetSystemGuid = 0x37;
    public const byte GetAuthenticationCapabilities = 0x38;
    public const byte GetSessionChallenge = 0x39;
    public const byte ActivateSession = 0x3A;
    public const byte SetPrivilegeLevel = 0x3B;
    public const byte CloseSession = 0x3C;
    public const byte GetCipherSuites = 0x54;

    private const byte LanChannel = 1;
    private const int SuiteBytesAtOnce = 16;

    public byte[]? AnswerOutside(IpmiMessage command) => command.Command switch
    {
        GetSystemGuid => [CompletionCode.Ok, .. controller.Guid],
        GetAuthenticationCapabilities => AuthenticationCapabilities(command),
        GetSessionChallenge => Handshake15.Challenge(controller, command),
        GetCipherSuites => CipherSuites(command),
        _ => null,
    };

    /// <summary>The answer in a session; null: the command is not about sessions.</summary>
    public byte[]? Answer(IpmiSession session, IpmiMessage command) => command.Command switch
    {
        SetPrivilegeLevel when command.Data is [var level] => Raise(session, level),
        CloseSession when command.Data.Length >= sizeof(uint) => Close(session, BinaryPrimitives.ReadUInt32LittleEndian(command.Data)),
        SetPrivilegeLevel or CloseSession => [CompletionCode.InvalidLength],
        GetAuthenticationCapabilities or GetCipherSuites or GetSystemGuid => AnswerOutside(command),
        _ => null,
    };

    private byte[] Raise(IpmiSession session, byte level)
    {
        if (level > controller.MaximumPrivilege)
            return [0x81];
        // 0 asks which one it is.
        if (level > 1)
            session.Privilege = level;
        return [CompletionCode.Ok, session.Privilege];
    }

    private byte[] Close(IpmiSession session, uint id)
    {
        if (id == session.Id)
            return [CompletionCode.Ok];
        if (controller.Find(id) is not { } other)
            return [0x87];
        controller.Remove(other);
        return [CompletionCode.Ok];
    }

    private byte[] AuthenticationCapabilities(IpmiMessage command)
    {
        if (command.Data.Length != 2)
            return [CompletionCode.InvalidLength];
        // Bit 7 of the channel asks whether there is version 2.0, which old consoles do not know of.
        var extended = (command.Data[0] & 0x80) != 0;
        var version15 = controller.Behaviour.Version15;
        var types = (byte)((version15 ? 0x14 : 0) | (extended ? 0x80 : 0));
        var status = (byte)(0x04 | (controller.Behaviour.GroupKey.Count > 0 ? 0x20 : 0));
        return [CompletionCode.Ok, LanChannel, types, status, (byte)(extended ? version15 ? 3 : 2 : 0), 0, 0, 0, 0];
    }

    private byte[] CipherSuites(IpmiMessage command)
    {
        if (!controller.Behaviour.TellsSuites)
            return [CompletionCode.InvalidCommand];
        if (command.Data.Length != 3)
            return [CompletionCode.InvalidLength];
        byte[] all =
        [
            .. CipherSuite.All.Where(suite => controller.Behaviour.Suites.Contains(suite.Id))
                .SelectMany(suite => (byte[])[0xC0, (byte)suite.Id, suite.Authentication, (byte)(0x40 | suite.Integrity), 0x80 | CipherSuite.Confidentiality]),
        ];
        return [CompletionCode.Ok, LanChannel, .. all.Skip((command.Data[2] & 0x3F) * SuiteBytesAtOnce).Take(SuiteBytesAtOnce)];
    }
}
