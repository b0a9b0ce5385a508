using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Resources;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>Boots machines from an ISO that their firmware fetches (UEFI HTTP boot), from an address that their controllers are told.</summary>
internal sealed class HttpsBoot(RedfishClient client, BootDeviceMemory bootDevices, BootModes bootModes, SecureBoot secureBoot, IOptions<RedfishOptions> options, ILogger<HttpsBoot> logger)
    : IsoBoot(client, bootModes, secureBoot, options, logger)
{
    // What firmware fetches images by.
    private static readonly string[] Schemes = ["http", "https"];

    protected override BootMode? RequiredMode => BootMode.Uefi;

    protected override void CheckIso(string address, string what)
    {
        // There is nowhere else to put them, and everybody who may look at the machine can read the address there.
        if (new Uri(InstanceImage.Check(address, what, "firmware", Schemes)).UserInfo.Length > 0)
            throw new InvalidParameterException($"{what} must not have a user or a password in it: the firmware does not authenticate.");
    }

    protected override void CheckCapabilities(NodeContext node, InstanceCapabilities capabilities)
    {
        if (capabilities.Mode == BootMode.Bios)
            throw new InvalidParameterException($"Node {node.Uuid} boots over HTTP, for which its boot mode must be uefi, not bios.");
    }

    protected override void CheckMachine(RedfishSystem system)
    {
        // Some list it in UEFI mode only.
        if (system.Boot.Mode != BootMode.Bios && !system.Boot.Takes(BootOverride.HttpDevice))
            throw new UnsupportedOperationException($"The machine {system.Resource} does not boot over HTTP: its controller does not list that among its boot devices.");
    }

    protected override async Task InsertAsync(NodeContext node, RedfishSystem system, string iso, bool persistent, IOperationProgress progress)
    {
        progress.Report("Telling the address of the image");
        await bootDevices.SetHttpAsync(node, system, iso, persistent);
    }

    protected override Task RemoveAsync(NodeContext node, RedfishSystem system) => bootDevices.ClearHttpAsync(node, system);
}
