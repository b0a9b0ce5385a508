using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

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

/// <summary>Volumes that are attached to nothing.</summary>
internal sealed class FakeStorage(FakeBehaviour behaviour) : StorageInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "storage.validate", cancellationToken);
}
