using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

/// <summary>Rescue of what is not in danger.</summary>
internal sealed class FakeRescue(FakeBehaviour behaviour) : RescueInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "rescue.validate", cancellationToken);

    public override Task<WorkOutcome> RescueAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunPhaseAsync(node, "rescue.rescue", cancellationToken);

    public override Task UnrescueAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunPhaseAsync(node, "rescue.unrescue", cancellationToken);

    public override Task CleanUpAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunPhaseAsync(node, "rescue.clean_up", cancellationToken);
}
