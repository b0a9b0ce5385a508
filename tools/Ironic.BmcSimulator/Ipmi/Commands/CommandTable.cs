using Ironic.BmcSimulator.Faults;

namespace Ironic.BmcSimulator.Ipmi.Commands;

/// <summary>Who answers which command.</summary>
internal sealed class CommandTable(IpmiController controller)
{
    private const byte Chassis = 0x00;
    private const byte Sensor = 0x04;
    private const byte Application = 0x06;
    private const byte StorageFunction = 0x0A;
    private const byte Transport = 0x0C;

    private readonly SessionCommands _session = new(controller);
    private readonly ControllerCommands _controller = new(controller);
    private readonly ChassisCommands _chassis = new(controller);
    private readonly SensorCommands _sensors = new(controller);
    private readonly SolCommands _sol = new(controller);

    /// <summary>The answer outside of sessions; null: the command needs one.</summary>
    public byte[]? AnswerOutside(IpmiMessage command) => _session.AnswerOutside(command);

    /// <summary>The answer in a session: the completion code, and what belongs to it.</summary>
    public byte[] Answer(IpmiSession session, IpmiMessage command)
    {
        if (command.NetFn == Application && _session.Answer(session, command) is { } aboutSession)
            return aboutSession;
        controller.Sees(command);
        if (controller.Meets(FaultKind.Unavailable))
            return [CompletionCode.NodeBusy];
        if (controller.Answers(command) is { } replaced)
            return replaced;
        lock (controller.Server.Sync)
        {
            return command.NetFn switch
            {
                Chassis => _chassis.Answer(command),
                Sensor => _sensors.AnswerSensor(command),
                Application => _sol.Answer(session, command) ?? _controller.Answer(command),
                StorageFunction => _sensors.AnswerStorage(command),
                Transport => _sol.AnswerTransport(command),
                _ => [CompletionCode.InvalidCommand],
            };
        }
    }
}
