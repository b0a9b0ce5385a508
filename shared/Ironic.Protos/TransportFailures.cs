using System.Net.Sockets;
using Grpc.Core;

namespace Ironic.Protos;

/// <summary>What is to be seen of a call that failed on its way.</summary>
public static class TransportFailures
{
    /// <summary>Whether nobody has seen anything of the call, so that it may be made again, to the same peer or another one.</summary>
    // Only a failure to connect is certain to have happened before. The channel reports it as the socket's error itself; when a connection
    // breaks later, the socket's error is the inside of an HTTP one.
    public static bool WasNotSent(RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception.StatusCode == StatusCode.Unavailable &&
            exception.Status.DebugException is SocketException or HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
            };
    }
}
