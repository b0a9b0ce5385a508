using Grpc.Core;
using Grpc.Core.Interceptors;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Logging;

namespace Ironic.Hosting.Requests;

/// <summary>Reads the request's headers into <see cref="RequestContext.Current"/> and opens the logging scope, for every call of a server.</summary>
internal sealed class RequestContextInterceptor(ILogger<RequestContext> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        using var scope = Begin(context);
        return await continuation(request, context);
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        using var scope = Begin(context);
        return await continuation(requestStream, context);
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        using var scope = Begin(context);
        await continuation(request, responseStream, context);
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        using var scope = Begin(context);
        await continuation(requestStream, responseStream, context);
    }

    private IDisposable? Begin(ServerCallContext context)
    {
        var current = Read(context.RequestHeaders);
        RequestContext.Current = current;
        return logger.BeginScope(current);
    }

    private static RequestContext Read(Metadata headers)
    {
        string? requestId = null;
        var version = Microversion.Newest;
        foreach (var entry in headers)
        {
            if (entry.Key == RequestHeaders.RequestId)
                requestId = entry.Value;
            else if (entry.Key == RequestHeaders.ApiVersion && !Microversion.TryParse(entry.Value, out version))
                throw ErrorRules.ToRpcException(ErrorReason.NotAcceptable, $"The header {RequestHeaders.ApiVersion} is no version.");
        }

        return new RequestContext(RequestIds.IsValid(requestId) ? requestId : RequestIds.Create(), version);
    }
}
