namespace Ironic.BmcSimulator.Ipmi.Commands;

/// <summary>Commands about the serial console over LAN (IPMI 2.0, chapters 24 and 26).</summary>
internal sealed class SolCommands(IpmiController controller)
{
    private const byte ActivatePayload = 0x48;
    private const byte DeactivatePayload = 0x49;
    private const byte GetPayloadActivationStatus = 0x4A;
    private const byte GetPayloadInstanceInfo = 0x4B;
    private const byte SetConfiguration = 0x21;
    private const byte GetConfiguration = 0x22;

    private const byte AlreadyActive = 0x80;
    private const byte LongestPacket = 0xD0;

    /// <summary>The answer; null: the command is about something else.</summary>
    public byte[]? Answer(IpmiSession session, IpmiMessage command) => command.Command switch
    {
        ActivatePayload when command.Data is [PayloadType.Sol, 1, ..] => Activate(session),
        DeactivatePayload when command.Data is [PayloadType.Sol, 1, ..] => Deactivate(),
        GetPayloadActivationStatus => [CompletionCode.Ok, 1, (byte)(controller.SolOwner is null ? 0 : 1), 0],
        GetPayloadInstanceInfo => [CompletionCode.Ok, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ActivatePayload or DeactivatePayload => [CompletionCode.InvalidField],
        _ => null,
    };

    public byte[] AnswerTransport(IpmiMessage command)
    {
        if (command.Command == SetConfiguration)
            return [CompletionCode.Ok];
        if (command is not { Command: GetConfiguration, Data: [_, var parameter, _, _] })
            return [command.Command == GetConfiguration ? CompletionCode.InvalidLength : CompletionCode.InvalidCommand];
        var port = controller.Server.IpmiPort ?? 0;
        byte[]? value = parameter switch
        {
            0 => [0],                                // nothing is being set
            1 => [1],                                // enabled
            2 => [0xC4],                             // authenticated and encrypted, for administrators
            3 => [12, 96],                           // how text is collected
            4 => [7, 50],                            // how it is sent again
            5 or 6 => [0x0A],                        // 115,200 bits a second
            7 => [1],                                // the channel
            8 => [(byte)port, (byte)(port >> 8)],    // the port
            _ => null,
        };
        return value is null ? [0x80] : [CompletionCode.Ok, 0x11, .. value];
    }

    private byte[] Activate(IpmiSession session)
    {
        if (controller.SolOwner is not null)
            return [AlreadyActive];
        session.Sol = new SolConsole(controller);
        var port = controller.Server.IpmiPort ?? 0;
        return [CompletionCode.Ok, 0, 0, 0, 0, LongestPacket, 0, LongestPacket, 0, (byte)port, (byte)(port >> 8), 0xFF, 0xFF];
    }

    private byte[] Deactivate()
    {
        if (controller.SolOwner is not { } owner)
            return [AlreadyActive];
        owner.Sol!.Dispose();
        owner.Sol = null;
        return [CompletionCode.Ok];
    }
}
