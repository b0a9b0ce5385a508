using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

/// <summary>BIOS settings that nobody keeps.</summary>
internal sealed class FakeBios(FakeBehaviour behaviour) : BiosInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "bios.validate", cancellationToken);
}

/// <summary>Nothing boots, and every preparation succeeds.</summary>
internal sealed class FakeBoot(FakeBehaviour behaviour) : BootInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "boot.validate", cancellationToken);
}

/// <summary>A console without output.</summary>
internal sealed class FakeConsole(FakeBehaviour behaviour) : ConsoleInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "console.validate", cancellationToken);

    public override async ValueTask<ConsoleAddress> GetConsoleAsync(NodeContext node, CancellationToken cancellationToken)
    {
        await behaviour.ApplyAsync(node.DriverInfo, "console.get_console", cancellationToken);
        return new ConsoleAddress(null, null);
    }

    public override Task StartConsoleAsync(NodeContext node, CancellationToken cancellationToken) =>
        behaviour.RunAsync(node, "console.start_console", () => Task.FromResult(true), cancellationToken);

    public override Task StopConsoleAsync(NodeContext node, CancellationToken cancellationToken) =>
        behaviour.RunAsync(node, "console.stop_console", () => Task.FromResult(true), cancellationToken);
}

/// <summary>Firmware that needs no update.</summary>
internal sealed class FakeFirmware(FakeBehaviour behaviour) : FirmwareInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "firmware.validate", cancellationToken);
}

/// <summary>Inspection that finds nothing.</summary>
internal sealed class FakeInspect(FakeBehaviour behaviour) : InspectInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "inspect.validate", cancellationToken);
}

/// <summary>Logical disks that nobody builds.</summary>
internal sealed class FakeRaid(FakeBehaviour behaviour) : RaidInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "raid.validate", cancellationToken);
}

/// <summary>Rescue of what is not in danger.</summary>
internal sealed class FakeRescue(FakeBehaviour behaviour) : RescueInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "rescue.validate", cancellationToken);
}

/// <summary>Volumes that are attached to nothing.</summary>
internal sealed class FakeStorage(FakeBehaviour behaviour) : StorageInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "storage.validate", cancellationToken);
}

/// <summary>A deployment that is done at once.</summary>
internal sealed class FakeDeploy(FakeBehaviour behaviour) : DeployInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override IReadOnlyList<DriverStep> GetSteps() =>
        [new("deploy", StepKinds.Deploy, "Deploys nothing.", Priority: 100, Abortable: true, RequiresRamdisk: false)];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "deploy.validate", cancellationToken);
}
