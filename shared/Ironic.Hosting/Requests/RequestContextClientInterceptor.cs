using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Ironic.Hosting.Requests;

/// <summary>Passes <see cref="RequestContext.Current"/> on with every call of a client. What the call's own headers say stays.</summary>
public sealed class RequestContextClientInterceptor : Interceptor
{
    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        return continuation(request, WithHeaders(context));
    }

    /// <inheritdoc/>
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        return continuation(request, WithHeaders(context));
    }

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        return continuation(request, WithHeaders(context));
    }

    /// <inheritdoc/>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        return continuation(WithHeaders(context));
    }

    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        ArgumentNullException.ThrowIfNull(continuation);
        return continuation(WithHeaders(context));
    }

    private static ClientInterceptorContext<TRequest, TResponse> WithHeaders<TRequest, TResponse>(ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        if (RequestContext.Current is not { } current)
            return context;
        // A copy: the caller may use its headers for several calls at once.
        var headers = new Metadata();
        bool hasId = false, hasVersion = false;
        foreach (var entry in context.Options.Headers ?? Metadata.Empty)
        {
            hasId |= entry.Key == RequestHeaders.RequestId;
            hasVersion |= entry.Key == RequestHeaders.ApiVersion;
            headers.Add(entry);
        }

        if (!hasId)
            headers.Add(RequestHeaders.RequestId, current.RequestId);
        if (!hasVersion && !current.Version.IsNewest)
            headers.Add(RequestHeaders.ApiVersion, current.Version.ToString());
        return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithHeaders(headers));
    }
}
