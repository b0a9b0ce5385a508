using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Commands;
using Ironic.Drivers.Ipmi.Configuration;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Ipmi.Interfaces;

/// <summary>Switches machines on and off by their BMCs, and waits until they have got there.</summary>
internal sealed class IpmiPower(IpmiClient client, ForcedBootDevices forced, IOptions<IpmiOptions> options, TimeProvider time) : PowerInterface
{
    public override IReadOnlyList<PowerTarget> SupportedTargets => Enum.GetValues<PowerTarget>();

    public override IReadOnlyList<DriverProperty> GetProperties() => IpmiProperties.All;

    public override ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken)
    {
        IpmiDriverInfo.Read(node);
        return ValueTask.CompletedTask;
    }

    public override async ValueTask<PowerState> GetPowerStateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await client.UseAsync(node, ChassisCommands.GetPowerStateAsync, cancellationToken);

    public override async Task<PowerState> SetPowerStateAsync(
        NodeContext node, PowerTarget target, TimeSpan? timeout, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var run = new PowerChange(node, client, options.Value.PowerPollInterval, time, progress, cancellationToken);
        var hard = timeout ?? options.Value.PowerTimeout;
        var soft = timeout ?? options.Value.SoftPowerTimeout;
        switch (target)
        {
            case PowerTarget.On:
                await SwitchOnAsync();
                return PowerState.On;
            case PowerTarget.Off:
                await run.SwitchAsync(ChassisAction.PowerDown, PowerState.Off, hard);
                return PowerState.Off;
            case PowerTarget.SoftOff:
                await run.SwitchAsync(ChassisAction.SoftShutdown, PowerState.Off, soft);
                return PowerState.Off;
            case PowerTarget.SoftReboot:
                await run.SwitchAsync(ChassisAction.SoftShutdown, PowerState.Off, soft);
                await SwitchOnAsync();
                return PowerState.On;
            case PowerTarget.Reboot when node.DisablePowerOff && await GetPowerStateAsync(node, cancellationToken) == PowerState.On:
                await forced.ApplyAsync(node, cancellationToken);
                await run.ResetAsync();
                return await run.WaitAsync(PowerState.On, hard);
            case PowerTarget.Reboot:
                await run.SwitchAsync(ChassisAction.PowerDown, PowerState.Off, hard);
                await SwitchOnAsync();
                return PowerState.On;
            default:
                throw new UnsupportedOperationException($"The power interface '{Name}' does not support the target {target}.");
        }

        async Task SwitchOnAsync()
        {
            await forced.ApplyAsync(node, cancellationToken);
            await run.SwitchAsync(ChassisAction.PowerUp, PowerState.On, hard);
        }
    }
}
