using System.Globalization;

namespace Ironic.BmcSimulator.Ipmi.Commands;

/// <summary>Commands about the controller itself (IPMI 2.0, chapter 20).</summary>
internal sealed class ControllerCommands(IpmiController controller)
{
    private const byte GetDeviceId = 0x01;
    private const byte ColdReset = 0x02;
    private const byte WarmReset = 0x03;
    private const byte GetSelfTestResults = 0x04;
    private const byte GetDeviceGuid = 0x08;
    private const byte GetChannelAccess = 0x41;
    private const byte GetChannelInfo = 0x42;

    public byte[] Answer(IpmiMessage command)
    {
        switch (command.Command)
        {
            case GetDeviceId:
                return DeviceId();
            case ColdReset or WarmReset:
                // It answers, and only then restarts: the sessions end with the answer on its way.
                controller.ResetAfterAnswer();
                return [CompletionCode.Ok];
            case GetSelfTestResults:
                return [CompletionCode.Ok, 0x55, 0];
            case GetDeviceGuid:
                return [CompletionCode.Ok, .. controller.Guid];
            case GetChannelAccess:
                // Always available, up to administrators.
                return [CompletionCode.Ok, 2, 4];
            case GetChannelInfo:
                // The LAN channel: 802.3, IPMB-1.0, several sessions, and Intel's enterprise number as the specification wants it.
                return [CompletionCode.Ok, 1, 4, 1, 0x80, 0xF2, 0x1B, 0, 0, 0];
            default:
                return [CompletionCode.InvalidCommand];
        }
    }

    private byte[] DeviceId()
    {
        var manufacturer = controller.Behaviour.Manufacturer;
        var version = controller.Server.Firmware[0].Version.Split('.');
        var (major, minor) = (Number(version[0]), version.Length > 1 ? Number(version[1]) : 0);
        return
        [
            CompletionCode.Ok, 0x20, 0x81, (byte)(major & 0x7F), (byte)(((minor / 10 % 10) << 4) | (minor % 10)), 0x02, 0xBF,
            (byte)manufacturer, (byte)(manufacturer >> 8), (byte)(manufacturer >> 16), 0x34, 0x12, 0, 0, 0, 0,
        ];
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
