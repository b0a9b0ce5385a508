namespace Grpc.Core;

/// <summary>How a channel is connected; see <c>https://github.com/grpc/grpc/blob/master/doc/connectivity-semantics-and-api.md</c>.</summary>
public enum ConnectivityState
{
    /// <summary>Not connected; the next call connects.</summary>
    Idle,

    /// <summary>Connecting.</summary>
    Connecting,

    /// <summary>Connected.</summary>
    Ready,

    /// <summary>Connecting failed; another attempt follows.</summary>
    TransientFailure,

    /// <summary>Closed for good.</summary>
    Shutdown,
}
