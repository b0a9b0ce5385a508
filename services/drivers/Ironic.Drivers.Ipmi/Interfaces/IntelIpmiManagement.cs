using System.ComponentModel;
using System.Globalization;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Protocol;
using Ironic.Drivers.Ipmi.Sensors;
using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Interfaces;

/// <summary>The management of Intel's servers: as <see cref="IpmiManagement"/>, and Speed Select performance profiles.</summary>
internal sealed class IntelIpmiManagement(IpmiClient client, ForcedBootDevices bootDevices, SensorReader sensors) : IpmiManagement(client, bootDevices, sensors)
{
    // Intel's network function and command for the Speed Select configuration; then a fixed prefix, the socket and the profile.
    private const byte IntelNetFn = 0x2C;
    private const byte SpeedSelectCommand = 0x41;
    private const int MaximumSockets = 16;

    /// <summary>Sets the profile of each socket. Without a profile there is nothing to do, as in a deployment whose template names none.</summary>
    [Step(StepKinds.Deploy, Priority = 200, Abortable = true, RequiresRamdisk = false, Description = "Sets the Intel Speed Select performance profile of all sockets")]
    public async Task ConfigureIntelSpeedselect(
        NodeContext node,
        CancellationToken cancellationToken,
        [Description("Number of the profile as a hexadecimal byte, such as 0x01; none: the machine stays as it is")] string? intelSpeedselectConfig = null,
        [Description("How many sockets the machine has; 1 by default")] int socketCount = 1)
    {
        if (intelSpeedselectConfig is null)
            return;
        var profile = Parse(intelSpeedselectConfig);
        if (socketCount is < 1 or > MaximumSockets)
            throw new InvalidParameterException($"socket_count must be 1 to {MaximumSockets}.");
        for (byte socket = 0; socket < socketCount; socket++)
        {
            var request = new IpmiRequest(IntelNetFn, SpeedSelectCommand, (byte[])[0x04, 0x00, socket, profile]);
            await Client.UseAsync(node, channel => channel.RequireAsync(request, "the Speed Select configuration"), cancellationToken);
        }
    }

    private static byte Parse(string text) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && byte.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidParameterException("intel_speedselect_config must be a hexadecimal byte, such as 0x01.");
}
