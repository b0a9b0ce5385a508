using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

/// <summary>A deployment that is done at once.</summary>
internal sealed class FakeDeploy(FakeBehaviour behaviour) : DeployInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "deploy.validate", cancellationToken);

    [Step(StepKinds.Deploy, Description = "Deploys nothing", Priority = 100, Abortable = true, RequiresRamdisk = false)]
    public Task<StepResult> Deploy(NodeContext node, CancellationToken cancellationToken) => behaviour.RunStepAsync(node, "deploy.deploy", cancellationToken);

    public override Task PrepareAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunPhaseAsync(node, "deploy.prepare", cancellationToken);

    public override Task CleanUpAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunPhaseAsync(node, "deploy.clean_up", cancellationToken);

    public override Task TearDownAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunPhaseAsync(node, "deploy.tear_down", cancellationToken);

    public override Task TakeOverAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunPhaseAsync(node, "deploy.take_over", cancellationToken);

    public override Task<WorkOutcome> PrepareCleaningAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunPhaseAsync(node, "deploy.prepare_cleaning", cancellationToken);

    public override Task TearDownCleaningAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunPhaseAsync(node, "deploy.tear_down_cleaning", cancellationToken);

    public override Task<WorkOutcome> PrepareServiceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunPhaseAsync(node, "deploy.prepare_service", cancellationToken);

    public override Task TearDownServiceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunPhaseAsync(node, "deploy.tear_down_service", cancellationToken);
}
