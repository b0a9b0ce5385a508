using System.ComponentModel;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Resources;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>A component and the image for it.</summary>
/// <param name="Component"><c>bios</c>, <c>bmc</c> or <c>nic:ADAPTER</c>.</param>
/// <param name="Url">Where the controller gets the image.</param>
/// <param name="Checksum">What the operator says of its content.</param>
/// <param name="Wait">Seconds to wait after it.</param>
internal sealed record FirmwareSetting(string Component, string Url, string? Checksum = null, int? Wait = null);

/// <summary>The firmware of the machine, of its controller and of its network adapters.</summary>
internal sealed class RedfishFirmware(RedfishClient client, FirmwareUpdater updater) : FirmwareInterface
{
    private const string Bios = "bios";
    private const string Bmc = "bmc";
    private const string NicPrefix = "nic:";

    public override IReadOnlyList<DriverProperty> GetProperties() => RedfishProperties.WithUpdates;

    public override ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) => client.ValidateAsync(node);

    public override async ValueTask<IReadOnlyList<FirmwareComponent>> GetComponentsAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var system = await client.GetSystemAsync(node, cancellationToken);
        var components = new Dictionary<string, FirmwareComponent>(StringComparer.Ordinal);
        if (system.Resource.Json.Text("BiosVersion") is { } bios)
            components.Add(Bios, new FirmwareComponent(Bios, bios) { Vendor = system.Resource.Json.Text("Manufacturer"), Model = system.Resource.Json.Text("Model") });
        if (await system.GetManagersAsync() is [var manager, ..] && manager.Json.Text("FirmwareVersion") is { } bmc)
            components.Add(Bmc, new FirmwareComponent(Bmc, bmc) { Vendor = manager.Json.Text("Manufacturer"), Model = manager.Json.Text("Model"), SerialNumber = manager.Json.Text("SerialNumber") });
        foreach (var chassis in await system.Connection.GetAllAsync(system.ChassisLinks))
        {
            foreach (var adapter in await system.Connection.GetMembersAsync(chassis.Json.Link("NetworkAdapters")))
                AddAdapter(adapter);
        }

        return components.Count > 0 ? [.. components.Values] : throw new UnsupportedOperationException($"The controller of node {node.Uuid} says nothing of firmware.");

        void AddAdapter(RedfishResource adapter)
        {
            if (adapter.Json.Items("Controllers").Select(controller => controller.Text("FirmwarePackageVersion")).OfType<string>().FirstOrDefault() is not { } version)
                return;
            components.TryAdd(NicPrefix + adapter.Id, new FirmwareComponent(NicPrefix + adapter.Id, version)
            {
                Vendor = adapter.Json.Text("Manufacturer"),
                Model = adapter.Json.Text("Model"),
                SerialNumber = adapter.Json.Text("SerialNumber"),
            });
        }
    }

    /// <summary>Updates components, one after the other.</summary>
    [Step(StepKinds.Clean | StepKinds.Deploy | StepKinds.Service, RequiresRamdisk = false, LongRunning = true, Description = "Updates the firmware of components")]
    public async Task Update(
        NodeContext node,
        IOperationProgress progress,
        [Description("The components, in their order: each has a component (bios, bmc, nic:ADAPTER) and a url, and may have a checksum and the seconds to wait after it (wait)")]
        IReadOnlyList<FirmwareSetting> settings,
        CancellationToken cancellationToken)
    {
        if (settings.FirstOrDefault(setting => setting.Component is not (Bios or Bmc) && !setting.Component.StartsWith(NicPrefix, StringComparison.Ordinal)) is { } unknown)
            throw new InvalidParameterException($"There is no firmware component '{unknown.Component}'; it must be bios, bmc or nic: with the name of an adapter.");
        var images = settings.Select(setting => new FirmwareImage(setting.Url, setting.Checksum, setting.Wait) { IsForController = setting.Component == Bmc }).ToList();
        var system = await client.GetSystemAsync(node, cancellationToken);
        await updater.UpdateAsync(node, system, images, client.Read(node).UnresponsiveControllerWait, progress, restart: settings.Any(setting => setting.Component != Bmc));
    }
}
