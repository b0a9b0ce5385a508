using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Resources;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>The way from a node to its controller and its machine there.</summary>
internal sealed class RedfishClient(RedfishPool pool, IOptions<RedfishOptions> options)
{
    /// <summary>Reads a node's driver_info.</summary>
    /// <exception cref="MissingParameterException">Something is missing.</exception>
    /// <exception cref="InvalidParameterException">Something is wrong.</exception>
    public RedfishDriverInfo Read(NodeContext node) => RedfishDriverInfo.Read(node, options.Value.AuthType);

    /// <summary>Whether a node's driver_info is as it must be.</summary>
    /// <exception cref="DriverException">It is not.</exception>
    public ValueTask ValidateAsync(NodeContext node)
    {
        _ = Read(node);
        return ValueTask.CompletedTask;
    }

    /// <summary>The node's controller, for one call.</summary>
    /// <exception cref="DriverException">driver_info is wrong.</exception>
    public RedfishConnection Connect(NodeContext node, CancellationToken cancellationToken) => new(pool, Read(node).Target, node.Uuid, cancellationToken);

    /// <summary>The node's machine.</summary>
    /// <exception cref="MissingParameterException">The controller has several, and the node does not say which.</exception>
    /// <exception cref="DriverException">driver_info is wrong, there is no such machine, or the controller does not answer, or refuses.</exception>
    public async Task<RedfishSystem> GetSystemAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var connection = Connect(node, cancellationToken);
        var path = Read(node).SystemPath ?? await FindOnlySystemAsync(connection, node);
        return await connection.TryGetAsync(path) is { } resource
            ? new RedfishSystem(connection, resource)
            : throw new PermanentFailureException($"Redfish exception occurred. Error: the system \"{path}\" was not found for node {node.Uuid}.");
    }

    private static async Task<string> FindOnlySystemAsync(RedfishConnection connection, NodeContext node)
    {
        var root = await connection.GetRootAsync();
        var systems = await connection.GetMemberLinksAsync(root.RequireLink("Systems"));
        return systems.Count switch
        {
            1 => systems[0],
            0 => throw new PermanentFailureException($"The Redfish controller of node {node.Uuid} has no system."),
            _ => throw new MissingParameterException(
                $"The Redfish controller of node {node.Uuid} has {systems.Count} systems; {RedfishProperties.SystemId} of driver_info must say which: {string.Join(", ", systems.Take(10))}."),
        };
    }
}
