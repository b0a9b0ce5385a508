using System.Collections.Concurrent;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

/// <summary>Power of hardware that does not exist. Its state lives as long as the process; before the first switch it is what the conductor has stored.</summary>
internal sealed class FakePower(FakeBehaviour behaviour) : PowerInterface
{
    private readonly ConcurrentDictionary<string, PowerState> _states = new(StringComparer.Ordinal);

    public override IReadOnlyList<PowerTarget> SupportedTargets { get; } = Enum.GetValues<PowerTarget>();

    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "power.validate", cancellationToken);

    public override async ValueTask<PowerState> GetPowerStateAsync(NodeContext node, CancellationToken cancellationToken)
    {
        await behaviour.ApplyAsync(node.DriverInfo, "power.get_power_state", cancellationToken);
        return _states.GetValueOrDefault(node.Uuid, node.PowerState);
    }

    public override Task<PowerState> SetPowerStateAsync(
        NodeContext node, PowerTarget target, TimeSpan? timeout, IOperationProgress progress, CancellationToken cancellationToken)
    {
        progress.Report($"Switching to {target}", percent: 0);
        var state = target is PowerTarget.Off or PowerTarget.SoftOff ? PowerState.Off : PowerState.On;
        return behaviour.RunAsync(node, "power.set_power_state", () => Task.FromResult(_states[node.Uuid] = state), cancellationToken, result => result.ToString());
    }
}
