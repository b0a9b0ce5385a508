using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ironic.Conductor.Drivers;
using Ironic.Driver.V1;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Services;

/// <summary>Where driver processes register. Not a public service: the API does not forward it.</summary>
internal sealed class DriverRegistryGrpcService(DriverRegistry registry, ConductorIdentity self, IOptions<DriverOptions> options)
    : DriverRegistryService.DriverRegistryServiceBase
{
    private readonly DriverIdentities _identities = new(options);

    public override async Task<RegisterDriverResponse> RegisterDriver(RegisterDriverRequest request, ServerCallContext context)
    {
        var info = request.Info ?? new DriverInfo();
        var version = DriverInfoRules.Negotiate(info) ?? throw new RpcException(new Status(StatusCode.FailedPrecondition, DriverInfoRules.DescribeVersions(info)));
        _identities.CheckCaller(info, context.GetHttpContext().Connection.ClientCertificate);
        return new RegisterDriverResponse
        {
            LeaseId = await registry.RegisterAsync(info, request.Endpoint, context.CancellationToken),
            LeaseDuration = Duration.FromTimeSpan(options.Value.LeaseDuration),
            ContractVersion = version,
            Conductor = self.Hostname,
        };
    }

    public override async Task<RenewDriverLeaseResponse> RenewDriverLease(RenewDriverLeaseRequest request, ServerCallContext context)
    {
        if (!await registry.RenewAsync(request.LeaseId, request.Ready, context.CancellationToken))
            throw new RpcException(new Status(StatusCode.NotFound, "The lease is over; register again."));
        return new RenewDriverLeaseResponse { LeaseDuration = Duration.FromTimeSpan(options.Value.LeaseDuration) };
    }

    public override async Task<DeregisterDriverResponse> DeregisterDriver(DeregisterDriverRequest request, ServerCallContext context)
    {
        await registry.DeregisterAsync(request.LeaseId, context.CancellationToken);
        return new DeregisterDriverResponse();
    }
}
