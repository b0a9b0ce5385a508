namespace Grpc.Core;

/// <summary>The status codes of gRPC; see <c>https://grpc.io/docs/guides/status-codes/</c>.</summary>
public enum StatusCode
{
    /// <summary>The call succeeded.</summary>
    OK = 0,

    /// <summary>The call was cancelled, usually by its caller.</summary>
    Cancelled = 1,

    /// <summary>An error of which nothing better is known.</summary>
    Unknown = 2,

    /// <summary>An argument is wrong whatever the state of the system is.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed before the call ended; it may have taken effect nevertheless.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>What was to be created exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota or another resource is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the call needs; repeating it does not help until that changes.</summary>
    FailedPrecondition = 9,

    /// <summary>A concurrency conflict ended the call; the caller may start over.</summary>
    Aborted = 10,

    /// <summary>A position or a range is past the end of what there is.</summary>
    OutOfRange = 11,

    /// <summary>The method is unknown or not supported.</summary>
    Unimplemented = 12,

    /// <summary>An invariant of the system is broken.</summary>
    Internal = 13,

    /// <summary>The service cannot be reached at the moment; the call may be repeated after a pause.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or damaged beyond recovery.</summary>
    DataLoss = 15,

    /// <summary>The call carries no valid credentials.</summary>
    Unauthenticated = 16,
}
