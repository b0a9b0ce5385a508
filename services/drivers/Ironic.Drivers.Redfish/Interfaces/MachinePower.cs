using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Resources;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>Switches machines, for all interfaces that need it.</summary>
internal sealed class MachinePower(BootDeviceMemory bootDevices, IOptions<RedfishOptions> options, TimeProvider time)
{
    /// <summary>Switches a machine and waits until it has got there.</summary>
    /// <returns>The state that it has now.</returns>
    /// <exception cref="RetryableException">It did not get there in time.</exception>
    /// <exception cref="DriverException">The controller refuses, or does not answer.</exception>
    public async Task<PowerState> SwitchAsync(NodeContext node, RedfishSystem system, PowerTarget target, TimeSpan? timeout, IOperationProgress progress)
    {
        var run = new PowerChange(system, options.Value, time, progress);
        var hard = timeout ?? options.Value.PowerTimeout;
        var soft = timeout ?? options.Value.SoftPowerTimeout;
        switch (target)
        {
            case PowerTarget.On:
                return await SwitchOnAsync();
            case PowerTarget.Off:
                await run.SwitchAsync(PowerState.Off, hard, "ForceOff");
                return PowerState.Off;
            case PowerTarget.SoftOff:
                await run.SwitchAsync(PowerState.Off, soft, "GracefulShutdown");
                return PowerState.Off;
            case PowerTarget.SoftReboot when system.PowerState == PowerState.On && await system.ChooseResetAsync("GracefulRestart") is not null:
                await bootDevices.RestoreAsync(node, system);
                await run.RestartAsync("GracefulRestart");
                await run.WaitAsync(PowerState.On, soft);
                return PowerState.On;
            case PowerTarget.SoftReboot:
                await run.SwitchAsync(PowerState.Off, soft, "GracefulShutdown");
                return await SwitchOnAsync();
            case PowerTarget.Reboot when node.DisablePowerOff && system.PowerState == PowerState.On:
                await bootDevices.RestoreAsync(node, system);
                await run.RestartAsync("ForceRestart", "PowerCycle");
                await run.WaitAsync(PowerState.On, hard);
                return PowerState.On;
            case PowerTarget.Reboot:
                await run.SwitchAsync(PowerState.Off, hard, "ForceOff");
                return await SwitchOnAsync();
            default:
                throw new UnsupportedOperationException($"Machines with Redfish do not support the power target {target}.");
        }

        async Task<PowerState> SwitchOnAsync()
        {
            await bootDevices.RestoreAsync(node, system);
            await run.SwitchAsync(PowerState.On, hard, "On", "ForceOn");
            return PowerState.On;
        }
    }
}
