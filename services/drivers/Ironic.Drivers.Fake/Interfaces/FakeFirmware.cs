using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

/// <summary>A machine without firmware that could be listed.</summary>
internal sealed class FakeFirmware(FakeBehaviour behaviour) : FirmwareInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "firmware.validate", cancellationToken);

    public override async ValueTask<IReadOnlyList<FirmwareComponent>> GetComponentsAsync(NodeContext node, CancellationToken cancellationToken)
    {
        await behaviour.ApplyAsync(node.DriverInfo, "firmware.get_components", cancellationToken);
        return [];
    }

    [Step(StepKinds.Clean | StepKinds.Service, Description = "Updates nothing")]
    public Task<StepResult> Update(NodeContext node, IReadOnlyList<FirmwareUpdate> settings, CancellationToken cancellationToken) =>
        settings.Count > 0 ? behaviour.RunStepAsync(node, "firmware.update", cancellationToken) : throw new InvalidParameterException("'settings' must name a component.");
}

/// <summary>An update of a component.</summary>
internal sealed record FirmwareUpdate(string Component, string Url, string? Checksum = null, int? Wait = null);
