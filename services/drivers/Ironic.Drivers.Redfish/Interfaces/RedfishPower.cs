using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>Switches machines on and off by their controllers, and waits until they have got there.</summary>
internal sealed class RedfishPower(RedfishClient client, MachinePower power) : PowerInterface
{
    public override IReadOnlyList<PowerTarget> SupportedTargets => Enum.GetValues<PowerTarget>();

    public override IReadOnlyList<DriverProperty> GetProperties() => RedfishProperties.All;

    public override ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) => client.ValidateAsync(node);

    public override async ValueTask<PowerState> GetPowerStateAsync(NodeContext node, CancellationToken cancellationToken) =>
        (await client.GetSystemAsync(node, cancellationToken)).PowerState;

    public override async Task<PowerState> SetPowerStateAsync(
        NodeContext node, PowerTarget target, TimeSpan? timeout, IOperationProgress progress, CancellationToken cancellationToken) =>
        await power.SwitchAsync(node, await client.GetSystemAsync(node, cancellationToken), target, timeout, progress);
}
