using System.Collections.Concurrent;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

/// <summary>A management controller that offers everything, for tests of the whole system, with <c>Fake:TestMethods=true</c>. Ironic's fake offers less.</summary>
internal sealed class FakeTestManagement(FakeBehaviour behaviour) : FakeManagement(behaviour)
{
    private static readonly VirtualMediaType[] Drives = [VirtualMediaType.Cdrom, VirtualMediaType.Floppy];

    private readonly ConcurrentDictionary<(string Node, Indicator Indicator), IndicatorState> _states = new();
    private readonly ConcurrentDictionary<(string Node, VirtualMediaType Drive), string> _media = new();

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

    public override async ValueTask<IReadOnlyList<VirtualMediaDevice>> GetVirtualMediaAsync(NodeContext node, CancellationToken cancellationToken)
    {
        await Behaviour.ApplyAsync(node.DriverInfo, "management.get_virtual_media", cancellationToken);
        return [.. Drives.Select(drive => Describe(drive, _media.GetValueOrDefault((node.Uuid, drive))))];
    }

    public override Task AttachVirtualMediaAsync(NodeContext node, VirtualMediaType type, string imageUrl, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(
            node,
            "management.attach_virtual_media",
            () => Drives.Contains(type) ? Task.FromResult(_media[(node.Uuid, type)] = imageUrl) : throw new InvalidParameterException($"The machine has no virtual drive for a {type}."),
            cancellationToken);

    public override Task DetachVirtualMediaAsync(NodeContext node, IReadOnlyList<VirtualMediaType> types, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(
            node,
            "management.detach_virtual_media",
            () => Task.FromResult((types.Count == 0 ? Drives : types).Count(type => _media.TryRemove((node.Uuid, type), out _))),
            cancellationToken);

    private static VirtualMediaDevice Describe(VirtualMediaType drive, string? image) =>
        new([drive == VirtualMediaType.Cdrom ? "CD" : "Floppy"], image is not null, image);
}
