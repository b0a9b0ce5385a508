using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Interfaces;

/// <summary>The way from a node to its BMC.</summary>
internal sealed class IpmiClient(BmcPool pool)
{
    /// <summary>Sends commands to the node's BMC as one piece of work.</summary>
    /// <exception cref="DriverException">driver_info is wrong, or the BMC does not answer, or refuses.</exception>
    public Task<T> UseAsync<T>(NodeContext node, Func<IIpmiChannel, Task<T>> work, CancellationToken cancellationToken) =>
        pool.UseAsync(IpmiDriverInfo.Read(node).Target, work, cancellationToken);

    /// <inheritdoc cref="UseAsync{T}"/>
    public Task UseAsync(NodeContext node, Func<IIpmiChannel, Task> work, CancellationToken cancellationToken) => UseAsync(
        node,
        async channel =>
        {
            await work(channel);
            return true;
        },
        cancellationToken);
}
