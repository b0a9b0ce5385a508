using System.Collections.Concurrent;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

/// <summary>A management controller that offers everything, for tests of the whole system, with <c>Fake:TestMethods=true</c>. Ironic's fake offers less.</summary>
internal sealed class FakeTestManagement(FakeBehaviour behaviour) : FakeManagement(behaviour)
{
    private readonly ConcurrentDictionary<(string Node, Indicator Indicator), IndicatorState> _states = new();

    public override Task SetBootModeAsync(NodeContext node, BootMode mode, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(node, "management.set_boot_mode", () => Task.FromResult(mode), cancellationToken);

    public override Task SetSecureBootAsync(NodeContext node, bool enabled, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(node, "management.set_secure_boot_state", () => Task.FromResult(enabled), cancellationToken);

    public override Task InjectNmiAsync(NodeContext node, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(node, "management.inject_nmi", () => Task.FromResult(true), cancellationToken);

    public override async ValueTask<IndicatorState> GetIndicatorStateAsync(NodeContext node, Indicator indicator, CancellationToken cancellationToken)
    {
        var usual = await base.GetIndicatorStateAsync(node, indicator, cancellationToken);
        return _states.GetValueOrDefault((node.Uuid, indicator), usual);
    }

    public override Task SetIndicatorStateAsync(NodeContext node, Indicator indicator, IndicatorState state, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(node, "management.set_indicator_state", () => Task.FromResult(_states[(node.Uuid, indicator)] = state), cancellationToken);
}
