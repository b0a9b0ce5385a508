namespace Grpc.Core;

/// <summary>A call ended with a status other than OK. Thrown by a service method, it sets the status and trailers that the caller receives.</summary>
public class RpcException : Exception
{
    /// <summary>Makes an exception with empty trailers and the status as its message.</summary>
    public RpcException(Status status)
        : this(status, Metadata.Empty)
    {
    }

    /// <summary>Makes an exception with empty trailers and a message of its own, which stays on this side.</summary>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>Makes an exception with the status as its message.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="trailers"/> is <see langword="null"/>.</exception>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>Makes an exception with trailers and a message of its own, which stays on this side.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="trailers"/> is <see langword="null"/>.</exception>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>How the call ended.</summary>
    public Status Status { get; }

    /// <summary>The code of <see cref="Status"/>.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>The call's trailers, without the ones that gRPC reserves.</summary>
    public Metadata Trailers { get; }
}
