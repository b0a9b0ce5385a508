using Grpc.Core;
using Grpc.Core.Interceptors;
using Ironic.Api.V1;
using Ironic.Hosting.Requests;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ironic.Hosting.Errors;

/// <summary>
/// Turns what a service method throws into a gRPC status. <see cref="IronicException"/> becomes its own status with details, the
/// cancellation of the call CANCELLED or DEADLINE_EXCEEDED, <see cref="RpcException"/> stays as it is. Everything else is logged
/// with its stack and answered INTERNAL with a text that names the request id and nothing else.
/// </summary>
internal sealed partial class ErrorInterceptor(TimeProvider timeProvider, IHostApplicationLifetime lifetime, ILogger<ErrorInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            var response = await continuation(request, context);
            AddMetricTag(context, StatusCode.OK);
            return response;
        }
        catch (RpcException e)
        {
            AddMetricTag(context, e.StatusCode);
            throw;
        }
        catch (Exception e)
        {
            var error = Translate(e, context);
            AddMetricTag(context, error.StatusCode);
            throw error;
        }
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            var response = await continuation(requestStream, context);
            AddMetricTag(context, StatusCode.OK);
            return response;
        }
        catch (RpcException e)
        {
            AddMetricTag(context, e.StatusCode);
            throw;
        }
        catch (Exception e)
        {
            var error = Translate(e, context);
            AddMetricTag(context, error.StatusCode);
            throw error;
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
            AddMetricTag(context, StatusCode.OK);
        }
        catch (RpcException e)
        {
            AddMetricTag(context, e.StatusCode);
            throw;
        }
        catch (Exception e)
        {
            var error = Translate(e, context);
            AddMetricTag(context, error.StatusCode);
            throw error;
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
            AddMetricTag(context, StatusCode.OK);
        }
        catch (RpcException e)
        {
            AddMetricTag(context, e.StatusCode);
            throw;
        }
        catch (Exception e)
        {
            var error = Translate(e, context);
            AddMetricTag(context, error.StatusCode);
            throw error;
        }
    }

    // The HTTP status of a gRPC call is 200 whatever happened. The feature is absent while nobody collects metrics.
    private static void AddMetricTag(ServerCallContext context, StatusCode code) =>
        context.GetHttpContext().Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new("rpc.grpc.status_code", (int)code));

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        switch (exception)
        {
            case IronicException error:
                // A server's own fault keeps its cause in the log; a caller's mistake is no news.
                if (ErrorRules.Get(error.Reason).HttpStatus >= 500)
                    LogServerError(exception, context.Method, error.Reason);
                return ErrorRules.ToRpcException(error.Reason, error.Message);

            case OperationCanceledException when context.CancellationToken.IsCancellationRequested:
                return context.Deadline <= timeProvider.GetUtcNow().UtcDateTime
                    ? new RpcException(new Status(StatusCode.DeadlineExceeded, "The call's deadline passed."))
                    : new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled."));

            case OperationCanceledException when lifetime.ApplicationStopping.IsCancellationRequested:
                return ErrorRules.ToRpcException(ErrorReason.TemporaryFailure, "The service is stopping.");

            default:
                LogUnhandled(exception, context.Method);
                var requestId = RequestContext.Current?.RequestId;
                return ErrorRules.ToRpcException(
                    ErrorReason.Internal,
                    requestId is null ? "Internal error." : $"Internal error. The log has the details of request {requestId}.");
        }
    }

    [LoggerMessage(EventId = 100, EventName = "UnhandledException", Level = LogLevel.Error, Message = "{Method} failed unexpectedly")]
    private partial void LogUnhandled(Exception exception, string method);

    [LoggerMessage(EventId = 101, EventName = "ServerError", Level = LogLevel.Warning, Message = "{Method} answers {Reason}")]
    private partial void LogServerError(Exception exception, string method, ErrorReason reason);
}
