using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Ironic.Client.Internal;

/// <summary>Gives each call a request id and a deadline, and turns its failure into an <see cref="IronicApiException"/>.</summary>
internal sealed class CallInterceptor(TimeSpan? timeout, TimeProvider time) : Interceptor
{
    private const string RequestIdHeader = "x-openstack-request-id";

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var (prepared, requestId) = Prepare(context, timeout);
        var call = continuation(request, prepared);
        return new AsyncUnaryCall<TResponse>(
            WrapAsync(call.ResponseAsync, requestId, prepared.Options), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var (prepared, requestId) = Prepare(context, timeout);
        try
        {
            return continuation(request, prepared);
        }
        catch (RpcException exception)
        {
            throw Translate(exception, requestId, prepared.Options);
        }
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        // A stream goes on for as long as it is read.
        var (prepared, requestId) = Prepare(context, null);
        var call = continuation(request, prepared);
        return new AsyncServerStreamingCall<TResponse>(
            new ErrorReader<TResponse>(call.ResponseStream, requestId, prepared.Options), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private (ClientInterceptorContext<TRequest, TResponse> Context, string RequestId) Prepare<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, TimeSpan? limit)
        where TRequest : class
        where TResponse : class
    {
        var options = context.Options;
        var requestId = options.Headers?.GetValue(RequestIdHeader);
        if (requestId is null)
        {
            requestId = $"req-{Guid.NewGuid()}";
            // A copy: the caller may use its headers for several calls at once.
            var headers = new Metadata();
            foreach (var entry in options.Headers ?? Metadata.Empty)
                headers.Add(entry);
            headers.Add(RequestIdHeader, requestId);
            options = options.WithHeaders(headers);
        }

        if (options.Deadline is null && limit is { } duration)
            options = options.WithDeadline(time.GetUtcNow().UtcDateTime + duration);
        return (new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, options), requestId);
    }

    private static async Task<TResponse> WrapAsync<TResponse>(Task<TResponse> response, string requestId, CallOptions options)
    {
        try
        {
            return await response;
        }
        catch (RpcException exception)
        {
            throw Translate(exception, requestId, options);
        }
    }

    private static Exception Translate(RpcException exception, string requestId, CallOptions options) =>
        exception.StatusCode == StatusCode.Cancelled && options.CancellationToken.IsCancellationRequested
            ? new OperationCanceledException("The call was cancelled.", exception, options.CancellationToken)
            : new IronicApiException(exception, requestId);

    private sealed class ErrorReader<T>(IAsyncStreamReader<T> inner, string requestId, CallOptions options) : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            try
            {
                return await inner.MoveNext(cancellationToken);
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException("The call was cancelled.", exception, cancellationToken);
            }
            catch (RpcException exception)
            {
                throw Translate(exception, requestId, options);
            }
        }
    }
}
