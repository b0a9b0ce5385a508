using Grpc.Core;
using Grpc.Core.Interceptors;
using Ironic.Driver.V1;
using Ironic.Protos;

namespace Ironic.Drivers.Fake.Behaviour;

/// <summary>Notes in the call log the calls that are refused because their lock is out of date: they never reach an interface.</summary>
internal sealed class RefusalLogInterceptor(CallLog log) : Interceptor
{
    private const string StaleEpoch = "STALE_EPOCH";

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (RpcException exception) when (IsStale(exception))
        {
            Note(request);
            throw;
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (RpcException exception) when (IsStale(exception))
        {
            Note(request);
            throw;
        }
    }

    private static bool IsStale(RpcException exception) => StatusDetails.FindReason(exception, StatusDetails.DriverDomain) == StaleEpoch;

    private void Note<TRequest>(TRequest request)
    {
        (string operation, CallContext? call, NodeContext? node) = request switch
        {
            SetPowerStateRequest power => ("power.set_power_state", power.Context, power.Node),
            SetBootDeviceRequest management => ("management.set_boot_device", management.Context, management.Node),
            CallNodeMethodRequest vendor => ($"vendor.{vendor.Call.Method}", vendor.Context, vendor.Node),
            // A call that is about no node has no lock: it was told to fail like that.
            _ => ("", null, null),
        };
        if (call is null || node is null)
            return;
        log.Refused(operation, node.Uuid, call.OperationId, call.Epoch, call.RequestId, StaleEpoch);
    }
}
