using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Ironic.Protos;

namespace Ironic.Conductor.Drivers;

/// <summary>What the failure of a call to a driver means to the caller of the API: the error table of the driver contract.</summary>
internal static class DriverErrors
{
    /// <param name="driver">The driver's name, for the message.</param>
    /// <param name="failure">Reason for a failure that the table does not name otherwise.</param>
    public static IronicException Translate(RpcException exception, string driver, ErrorReason failure = ErrorReason.DriverFailure)
    {
        var detail = exception.Status.Detail;
        return Classify(exception) switch
        {
            ErrorClass.InvalidParameter => new IronicException(ErrorReason.InvalidParameterValue, detail),
            ErrorClass.MissingParameter => new IronicException(ErrorReason.MissingParameterValue, detail),
            ErrorClass.Unsupported => new IronicException(ErrorReason.UnsupportedDriverExtension, detail),
            ErrorClass.StaleEpoch => new IronicException(ErrorReason.LockLost, detail),
            ErrorClass.Unspecified => Transport(exception, driver, failure),
            ErrorClass.Internal when exception.StatusCode is StatusCode.Unauthenticated or StatusCode.PermissionDenied =>
                new IronicException(failure, $"The driver {driver} does not trust this conductor: {detail}"),
            _ => new IronicException(failure, detail),
        };
    }

    /// <summary>The class that the driver gave, or the one that its bare gRPC status stands for; UNSPECIFIED for a failure of the transport.</summary>
    public static ErrorClass Classify(RpcException exception)
    {
        if (StatusDetails.FindReason(exception, StatusDetails.DriverDomain) is { } reason)
            return Enum.TryParse<ErrorClass>(reason.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var named) ? named : ErrorClass.Internal;
        return exception.StatusCode switch
        {
            StatusCode.InvalidArgument or StatusCode.OutOfRange => ErrorClass.InvalidParameter,
            StatusCode.Unimplemented => ErrorClass.Unsupported,
            StatusCode.FailedPrecondition => ErrorClass.Precondition,
            StatusCode.ResourceExhausted or StatusCode.Aborted => ErrorClass.Retryable,
            StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled => ErrorClass.Unspecified,
            // UNAUTHENTICATED and PERMISSION_DENIED among them: a management controller's refusal comes with its class, so a bare one means
            // the conductor's own certificate, or a proxy between the two.
            _ => ErrorClass.Internal,
        };
    }

    private static IronicException Transport(RpcException exception, string driver, ErrorReason failure) => exception.StatusCode switch
    {
        StatusCode.DeadlineExceeded => new IronicException(failure, $"The driver {driver} did not answer in time."),
        StatusCode.Cancelled => new IronicException(failure, $"The call to the driver {driver} was cancelled."),
        // Nothing was sent: trying again is safe, and the status says so.
        _ when TransportFailures.WasNotSent(exception) => new IronicException(ErrorReason.DriverUnavailable, $"The driver {driver} cannot be reached at the moment."),
        _ => new IronicException(failure, $"The driver {driver} left in the middle of the call; what it did until then is unknown.", exception),
    };
}
