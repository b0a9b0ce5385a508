using Grpc.Core;
using Ironic.Driver.V1;

namespace Ironic.StandIn;

internal sealed class StandInDriver : DriverService.DriverServiceBase
{
    public override Task<GetInfoResponse> GetInfo(GetInfoRequest request, ServerCallContext context) =>
        Task.FromResult(new GetInfoResponse { Info = new DriverInfo { Name = "stand-in", HardwareTypes = { new HardwareType { Name = "stand-in" } } } });
}
