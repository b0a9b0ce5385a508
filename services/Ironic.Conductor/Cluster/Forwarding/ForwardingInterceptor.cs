using Grpc.Core;
using Grpc.Core.Interceptors;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Ironic.Protos;

namespace Ironic.Conductor.Cluster.Forwarding;

/// <summary>
/// Passes a call about a node that another conductor group serves on to the node's conductor, and one about a driver that is elsewhere to a conductor there, once,
/// and gives its answer back. A caller may so go to any conductor, although only those of a node's group need to reach its driver.
/// </summary>
internal sealed partial class ForwardingInterceptor(
    Membership membership, ConductorChannels channels, ConductorIdentity self, ILogger<ForwardingInterceptor> logger) : Interceptor
{
    // Of the headers that the transport makes anew for the call to the other conductor.
    private static readonly string[] OfTheTransport = [":", "grpc-", "te", "content-", "user-agent", "traceparent", "tracestate", "baggage"];

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var call = new ServedCall(context.RequestHeaders.GetValue(RequestHeaders.ForwardedBy));
        ServedCall.Current = call;
        try
        {
            return await continuation(request, context);
        }
        catch (ServedElsewhereException elsewhere)
        {
            return await ForwardAsync<TRequest, TResponse>(request, context, elsewhere.Hostnames);
        }
        finally
        {
            call.End();
        }
    }

    private static bool IsOfTheTransport(Metadata.Entry header) =>
        Array.Exists(OfTheTransport, name => name[^1] is ':' or '-' ? header.Key.StartsWith(name, StringComparison.Ordinal) : header.Key == name);

    private async Task<TResponse> ForwardAsync<TRequest, TResponse>(TRequest request, ServerCallContext context, IReadOnlyList<string> hostnames)
        where TRequest : class
        where TResponse : class
    {
        var headers = new Metadata();
        foreach (var header in context.RequestHeaders.Where(header => !IsOfTheTransport(header)))
            headers.Add(header);
        headers.Add(RequestHeaders.ForwardedBy, self.Hostname);
        var method = ForwardedMethod<TRequest, TResponse>.Of(context.Method);
        var options = new CallOptions(headers, context.Deadline, context.CancellationToken);
        // One that stops, or has died a moment ago, still counts as alive; any other of the group does as well.
        foreach (var hostname in hostnames)
        {
            if (membership.FindUrl(hostname) is not { } url)
                continue;
            LogForwarded(context.Method, hostname);
            try
            {
                return await channels.To(url).AsyncUnaryCall(method, null, options, request);
            }
            catch (RpcException e) when (TransportFailures.WasNotSent(e))
            {
                LogUnreachable(hostname, e.Status.Detail);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && StatusDetails.FindReason(e, StatusDetails.ApiDomain) is null)
            {
                throw new IronicException(
                    ErrorReason.TemporaryFailure, $"The conductor {hostname}, to which the call was passed on, left in the middle of it; what it did until then is unknown.", e);
            }
        }

        throw new IronicException(
            ErrorReason.TemporaryFailure,
            $"The conductors that the call is for ({string.Join(", ", hostnames)}) cannot be reached at the moment. Please try again later.");
    }

    [LoggerMessage(EventId = 1510, EventName = "CallForwarded", Level = LogLevel.Debug, Message = "{Method} goes on to conductor {Conductor}, whose group it is for")]
    private partial void LogForwarded(string method, string conductor);

    [LoggerMessage(EventId = 1511, EventName = "ConductorUnreachable", Level = LogLevel.Warning, Message = "The conductor {Conductor} cannot be reached: {Detail}")]
    private partial void LogUnreachable(string conductor, string detail);
}
