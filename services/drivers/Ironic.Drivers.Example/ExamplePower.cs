using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Example;

/// <summary>Switches a machine on and off.</summary>
public sealed class ExamplePower(ExampleMachines machines) : PowerInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override ValueTask<PowerState> GetPowerStateAsync(NodeContext node, CancellationToken cancellationToken) =>
        ValueTask.FromResult(machines.Find(node).Power);

    public override Task<PowerState> SetPowerStateAsync(
        NodeContext node, PowerTarget target, TimeSpan? timeout, IOperationProgress progress, CancellationToken cancellationToken)
    {
        progress.Report($"Switching to {target}");
        var machine = machines.Find(node);
        machine.Power = target == PowerTarget.Off ? PowerState.Off : PowerState.On;
        return Task.FromResult(machine.Power);
    }
}
