using System.Collections.Concurrent;
using System.ComponentModel;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

/// <summary>BIOS settings that this process keeps: a machine has those that it was told the last time.</summary>
internal sealed class FakeBios(FakeBehaviour behaviour) : BiosInterface
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<BiosSetting>> _settings = new(StringComparer.Ordinal);

    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "bios.validate", cancellationToken);

    public override async ValueTask<IReadOnlyList<BiosSetting>> GetSettingsAsync(NodeContext node, CancellationToken cancellationToken)
    {
        await behaviour.ApplyAsync(node.DriverInfo, "bios.get_settings", cancellationToken);
        return _settings.GetValueOrDefault(node.Uuid, []);
    }

    [Step(StepKinds.Clean, Description = "Sets the BIOS settings to those that are given")]
    public Task ApplyConfiguration(
        NodeContext node,
        [Description("List of BIOS settings, each with name and value")] IReadOnlyList<BiosChange> settings,
        CancellationToken cancellationToken) =>
        behaviour.RunAsync(
            node,
            "bios.apply_configuration",
            () => Task.FromResult(_settings[node.Uuid] = [.. settings.Select(setting => new BiosSetting(setting.Name, setting.Value))]),
            cancellationToken);

    [Step(StepKinds.Clean, Description = "Forgets all BIOS settings")]
    public Task FactoryReset(NodeContext node, CancellationToken cancellationToken) =>
        behaviour.RunAsync(node, "bios.factory_reset", () => Task.FromResult(_settings.TryRemove(node.Uuid, out _)), cancellationToken);

    // The conductor reads the settings after every flow; the step is for those who know it from Ironic.
    [Step(StepKinds.Clean, Description = "Reads the BIOS settings")]
    public Task CacheBiosSettings(NodeContext node, CancellationToken cancellationToken) =>
        behaviour.RunAsync(node, "bios.cache_bios_settings", () => Task.FromResult(true), cancellationToken);
}

/// <summary>A BIOS setting and its new value.</summary>
internal sealed record BiosChange(string Name, string? Value);
