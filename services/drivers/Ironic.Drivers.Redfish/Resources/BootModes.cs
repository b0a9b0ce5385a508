using System.Globalization;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Interfaces;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>Sets how machines boot: as a BIOS does, or by UEFI.</summary>
internal sealed class BootModes(MachinePower power, IOptions<RedfishOptions> options, TimeProvider time)
{
    /// <summary>Sets it. A machine that needs a restart for it gets one, and is left as it was.</summary>
    /// <exception cref="UnsupportedOperationException">The controller neither says how the machine boots nor takes another mode.</exception>
    /// <exception cref="RetryableException">The machine did not get there in time.</exception>
    public async Task SetAsync(NodeContext node, RedfishSystem system, BootMode mode)
    {
        var known = system.Boot.Mode is not null;
        if (system.Boot.Mode == mode)
            return;
        try
        {
            await system.Connection.PatchAsync(system.Resource, new JsonObject { ["Boot"] = new JsonObject { ["BootSourceOverrideMode"] = BootOverride.ModeName(mode) } });
        }
        catch (RedfishRefusedException refused) when (!known && refused.Class is ErrorClass.Permanent or ErrorClass.Unsupported)
        {
            throw new UnsupportedOperationException($"The controller of the machine {system.Resource} does not set boot modes: {refused.Message}", refused);
        }

        await system.RefreshAsync();
        // What a controller never tells cannot be waited for.
        if (!known || system.Boot.Mode == mode)
            return;
        await RestartAsync(node, system, mode);
    }

    private async Task RestartAsync(NodeContext node, RedfishSystem system, BootMode mode)
    {
        var before = system.PowerState;
        await power.SwitchAsync(node, system, PowerTarget.Reboot, null, NoProgress.Instance);
        var started = time.GetTimestamp();
        while (system.Boot.Mode != mode)
        {
            if (time.GetElapsedTime(started) >= options.Value.BootModeTimeout)
            {
                throw new RetryableException(string.Create(
                    CultureInfo.InvariantCulture, $"The machine {system.Resource} did not boot in the mode {mode} within {options.Value.BootModeTimeout.TotalSeconds:0} seconds."));
            }

            await Task.Delay(options.Value.PollInterval, time, system.Connection.CancellationToken);
            await system.RefreshAsync();
        }

        if (before == PowerState.Off)
            await power.SwitchAsync(node, system, PowerTarget.Off, null, NoProgress.Instance);
    }
}

/// <summary>Nobody wants to know how far it has got.</summary>
internal sealed class NoProgress : IOperationProgress
{
    public static NoProgress Instance { get; } = new();

    public void Report(string message, int? percent = null, JsonObject? driverInternalInfo = null)
    {
        // A call that is no stream has nowhere to put it.
    }
}
