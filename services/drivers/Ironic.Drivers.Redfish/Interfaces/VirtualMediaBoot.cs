using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Resources;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>Boots machines from an ISO that their controllers fetch and show them as a CD.</summary>
internal sealed class VirtualMediaBoot(
    RedfishClient client,
    VirtualMedia virtualMedia,
    BootDeviceMemory bootDevices,
    BootModes bootModes,
    SecureBoot secureBoot,
    IOptions<RedfishOptions> options,
    ILogger<VirtualMediaBoot> logger) : IsoBoot(client, bootModes, secureBoot, options, logger)
{
    // What controllers fetch images by.
    private static readonly string[] Schemes = ["http", "https", "nfs", "cifs", "smb"];

    protected override void CheckIso(string address, string what) => InstanceImage.Check(address, what, "controller", Schemes);

    protected override void CheckCapabilities(NodeContext node, InstanceCapabilities capabilities)
    {
        // A CD boots in every mode.
    }

    protected override void CheckMachine(RedfishSystem system)
    {
        // Its drives are looked for when the image is inserted.
    }

    protected override async Task InsertAsync(NodeContext node, RedfishSystem system, string iso, bool persistent, IOperationProgress progress)
    {
        progress.Report("Inserting the image");
        await virtualMedia.AttachAsync(system, VirtualMediaType.Cdrom, iso);
        await bootDevices.SetAsync(node, system, "cdrom", persistent);
    }

    // The boot device stays: what is no medium is passed over.
    protected override Task RemoveAsync(NodeContext node, RedfishSystem system) => virtualMedia.EjectCdAsync(system);
}
