using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Ironic.Conductor.Drivers;

/// <summary>Times the calls to one driver process.</summary>
internal sealed class DriverCallMetrics(string driver, ConductorMetrics metrics, TimeProvider time) : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return new AsyncUnaryCall<TResponse>(
            TimeAsync(call.ResponseAsync, context.Method.Name), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private async Task<TResponse> TimeAsync<TResponse>(Task<TResponse> response, string method)
    {
        var started = time.GetTimestamp();
        var outcome = "ok";
        try
        {
            return await response;
        }
        catch (RpcException e)
        {
            outcome = e.StatusCode.ToString();
            throw;
        }
        finally
        {
            metrics.DriverCalled(driver, method, outcome, time.GetElapsedTime(started));
        }
    }
}
