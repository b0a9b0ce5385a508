using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Ipmi.Commands;

/// <summary>Commands about the machine: its power, its light, what it boots from (IPMI 2.0, chapter 28).</summary>
internal sealed class ChassisCommands(IpmiController controller)
{
    private const byte GetCapabilities = 0x00;
    private const byte GetStatus = 0x01;
    private const byte Control = 0x02;
    private const byte Identify = 0x04;
    private const byte SetPolicy = 0x06;
    private const byte SetBootOptions = 0x08;
    private const byte GetBootOptions = 0x09;
    private const byte GetPowerOnHours = 0x0F;

    private const byte DefaultIdentify = 15;
    private const byte LastParameter = 7;

    private const byte BootFlags = 5;
    private const byte Valid = 0x80;
    private const byte Persistent = 0x40;
    private const byte Uefi = 0x20;

    private static readonly (byte Device, string Target)[] Devices =
    [
        (1, "Pxe"), (2, "Hdd"), (3, "Utilities"), (4, "Diags"), (5, "Cd"), (6, "BiosSetup"), (7, "Floppy"), (8, "Cd"), (9, "Usb"), (11, "Hdd"), (15, "Floppy"),
    ];

    private readonly Dictionary<byte, byte[]> _parameters = [];

    private SimulatedServer Server => controller.Server;

    public byte[] Answer(IpmiMessage command) => command.Command switch
    {
        GetCapabilities => [CompletionCode.Ok, 0, 0x20, 0x20, 0x20, 0x20],
        GetStatus => [CompletionCode.Ok, (byte)(Server.Power.IsOn ? 1 : 0), 0, (byte)(0x40 | (Server.SystemIndicator == "Off" ? 0 : 0x10))],
        Control when command.Data is [var action] => ControlPower(action),
        Identify => Light(command.Data),
        SetPolicy => [CompletionCode.Ok, 7],
        SetBootOptions when command.Data.Length >= 1 => Set((byte)(command.Data[0] & 0x7F), command.Data[1..]),
        GetBootOptions when command.Data.Length == 3 => Get((byte)(command.Data[0] & 0x7F)),
        GetPowerOnHours => [CompletionCode.Ok, 60, 0, 0, 0, 0],
        Control or SetBootOptions or GetBootOptions => [CompletionCode.InvalidLength],
        _ => [CompletionCode.InvalidCommand],
    };

    private byte[] ControlPower(byte action)
    {
        ResetType? type = action switch
        {
            0 => ResetType.ForceOff,
            1 => ResetType.On,
            2 => ResetType.PowerCycle,
            3 => ResetType.ForceRestart,
            4 => ResetType.Nmi,
            5 => ResetType.GracefulShutdown,
            _ => null,
        };
        if (type is not { } reset)
            return [CompletionCode.InvalidField];
        // What needs a machine that is on is refused by one that is off.
        if (reset is ResetType.PowerCycle or ResetType.ForceRestart or ResetType.Nmi && !Server.Power.IsOn)
            return [CompletionCode.NotInPresentState];
        Server.Power.Reset(reset);
        return [CompletionCode.Ok];
    }

    private byte[] Light(byte[] data)
    {
        var seconds = data.Length == 0 ? DefaultIdentify : data[0];
        Server.Identify(data is [_, 1, ..] ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds));
        return [CompletionCode.Ok];
    }

    private byte[] Set(byte parameter, byte[] data)
    {
        if (parameter > LastParameter)
            return [0x80];
        // A parameter without data only says whether it is valid.
        if (data.Length == 0)
            return [CompletionCode.Ok];
        if (parameter == BootFlags)
        {
            if (data.Length != 5)
                return [CompletionCode.InvalidLength];
            SetBoot(data);
        }

        _parameters[parameter] = data;
        return [CompletionCode.Ok];
    }

    private void SetBoot(byte[] flags)
    {
        var boot = Server.BootOverride;
        var device = (byte)((flags[1] >> 2) & 0x0F);
        var target = Array.Find(Devices, entry => entry.Device == device).Target;
        if ((flags[0] & Valid) == 0 || target is null)
        {
            boot.Clear();
            return;
        }

        boot.Target = target;
        boot.Enabled = (flags[0] & Persistent) != 0 ? "Continuous" : "Once";
        boot.Mode = (flags[0] & Uefi) != 0 ? "UEFI" : "Legacy";
    }

    private byte[] Get(byte parameter)
    {
        if (parameter > LastParameter)
            return [0x80];
        var data = parameter == BootFlags ? GetBoot() : _parameters.GetValueOrDefault(parameter) ?? Default(parameter);
        return [CompletionCode.Ok, 1, parameter, .. data];
    }

    private static byte[] Default(byte parameter) => parameter switch
    {
        4 => [0, 0],
        6 => new byte[9],
        7 => new byte[17],
        _ => [0],
    };

    private byte[] GetBoot()
    {
        var boot = Server.BootOverride;
        if (boot.Enabled == "Disabled")
            return [0, 0, 0, 0, 0];
        // The device as it was set, where it still is that; else the first one that means it.
        var set = (byte)((_parameters.GetValueOrDefault(BootFlags)?[1] ?? 0) >> 2 & 0x0F);
        var device = Array.Exists(Devices, entry => entry.Device == set && entry.Target == boot.Target) ? set : Array.Find(Devices, entry => entry.Target == boot.Target).Device;
        return [(byte)(Valid | (boot.Enabled == "Continuous" ? Persistent : 0) | (boot.Mode == "UEFI" ? Uefi : 0)), (byte)(device << 2), 0, 0, 0];
    }
}
