using System.Net;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Configuration;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>All management controllers that somebody has asked lately, by their addresses.</summary>
internal sealed class BmcPool(
    UdpTransport transport, EndpointResolver resolver, IOptions<IpmiOptions> options, TimeProvider time, IpmiMetrics metrics, ILogger<BmcPool> logger)
    : ControllerPool<IPEndPoint, Bmc>(options.Value.SessionIdleTimeout, time, logger)
{
    private readonly TimeProvider _time = time;
    private readonly ILogger _logger = logger;

    /// <inheritdoc cref="Bmc.UseAsync"/>
    public async Task<T> UseAsync<T>(IpmiTarget target, Func<IIpmiChannel, Task<T>> work, CancellationToken cancellationToken)
    {
        var endpoint = await resolver.ResolveAsync(target.Host, target.Port, cancellationToken);
        return await UseAsync(endpoint, bmc => bmc.UseAsync(target, work, cancellationToken));
    }

    /// <inheritdoc cref="Bmc.UseConsoleAsync"/>
    public async Task<T> UseConsoleAsync<T>(IpmiTarget target, Func<SolChannel, Task<T>> work, CancellationToken cancellationToken)
    {
        var endpoint = await resolver.ResolveAsync(target.Host, target.Port, cancellationToken);
        return await UseAsync(endpoint, bmc => bmc.UseConsoleAsync(target, work, cancellationToken));
    }

    protected override Bmc Create(IPEndPoint key) => new(key, transport, options.Value, _time, metrics, _logger);
}
