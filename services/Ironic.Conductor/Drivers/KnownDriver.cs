using Grpc.Net.Client;
using Ironic.Api.V1;
using Ironic.Driver.V1;
using Ironic.Hosting.Channels;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Drivers;

/// <summary>
/// A driver that this conductor knows from its configuration. It is registered on its behalf, where all conductors see it, and its lease is
/// renewed for as long as it answers. Several conductors may know the same driver: the first registers it, and all renew the one lease.
/// </summary>
internal sealed class KnownDriver(string endpoint, GrpcChannel channel, DriverRegistry registry, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    private readonly Driver.V1.DriverService.DriverServiceClient _client = new(channel.WithRequestContext());

    public string Endpoint => endpoint;

    /// <summary>Asks the driver whether it is there, and registers it or renews its lease.</summary>
    /// <exception cref="Grpc.Core.RpcException">It does not answer.</exception>
    /// <exception cref="IronicException">It cannot be taken: there is no common contract version, or as <see cref="DriverRegistry.RegisterAsync"/> says.</exception>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        var probe = await _client.ProbeAsync(new ProbeRequest(), deadline: Deadline(), cancellationToken: cancellationToken);
        if (await registry.FindLeaseAsync(endpoint, probe.InstanceId, cancellationToken) is { } lease && await registry.RenewAsync(lease, probe.Ready, cancellationToken))
            return;
        // One that drains, or still starts, takes no work.
        if (!probe.Ready)
            return;
        var info = (await _client.GetInfoAsync(new GetInfoRequest(), deadline: Deadline(), cancellationToken: cancellationToken)).Info ?? new DriverInfo();
        if (DriverInfoRules.Negotiate(info) is null)
            throw new IronicException(ErrorReason.InvalidParameterValue, DriverInfoRules.DescribeVersions(info));
        await registry.RegisterAsync(info, endpoint, cancellationToken);
    }

    public void Dispose() => channel.Dispose();

    private DateTime Deadline() => time.GetUtcNow().UtcDateTime + CallTimeout;
}
