using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

/// <summary>Nothing boots, and every preparation succeeds.</summary>
internal sealed class FakeBoot(FakeBehaviour behaviour) : BootInterface
{
    public override IReadOnlyList<BootCapability> Capabilities => [BootCapability.Ramdisk];

    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken)
    {
        await behaviour.ApplyAsync(node.DriverInfo, "boot.validate", cancellationToken);
        if (node.Interfaces.GetValueOrDefault("deploy") != "ramdisk" || node.InstanceInfo.Has("boot_iso"))
            return;
        node.InstanceInfo.Require<string>("kernel");
        node.InstanceInfo.Require<string>("ramdisk");
    }

    public override Task PrepareRamdiskAsync(NodeContext node, RamdiskBoot ramdisk, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunAsync(node, "boot.prepare_ramdisk", () => Task.FromResult(true), cancellationToken);

    public override Task CleanUpRamdiskAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunAsync(node, "boot.clean_up_ramdisk", () => Task.FromResult(true), cancellationToken);

    public override Task PrepareInstanceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunAsync(node, "boot.prepare_instance", () => Task.FromResult(true), cancellationToken);

    public override Task CleanUpInstanceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunAsync(node, "boot.clean_up_instance", () => Task.FromResult(true), cancellationToken);
}
