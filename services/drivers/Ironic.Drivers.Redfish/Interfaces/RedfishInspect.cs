using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Resources;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>Finds out what machines are made of from their controllers, whether they are on or off.</summary>
internal sealed class RedfishInspect(RedfishClient client) : InspectInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => RedfishProperties.All;

    public override ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) => client.ValidateAsync(node);

    public override async Task<Inspection> InspectAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        await Inspector.InspectAsync(await client.GetSystemAsync(node, cancellationToken), progress);
}
