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
        var info = node.InstanceInfo;
        if (node.Interfaces.GetValueOrDefault("deploy") == "ramdisk" && !info.Has("boot_iso") && !(info.Has("kernel") && info.Has("ramdisk")))
            throw new MissingParameterException("instance_info needs either boot_iso, or kernel and ramdisk.");
    }

    public override Task PrepareRamdiskAsync(NodeContext node, RamdiskBoot ramdisk, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunPhaseAsync(node, "boot.prepare_ramdisk", cancellationToken);

    public override Task CleanUpRamdiskAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunPhaseAsync(node, "boot.clean_up_ramdisk", cancellationToken);

    public override Task PrepareInstanceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunPhaseAsync(node, "boot.prepare_instance", cancellationToken);

    public override Task CleanUpInstanceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        behaviour.RunPhaseAsync(node, "boot.clean_up_instance", cancellationToken);
}
