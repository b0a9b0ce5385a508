using Grpc.Core;
using Ironic.Driver.V1;
using Ironic.Protos;

namespace Ironic.Conformance.Calls;

/// <summary>The table of section 6 of SPEC.md.</summary>
internal static class ErrorTable
{
    /// <summary>The gRPC code with which a class travels.</summary>
    public static StatusCode CodeOf(ErrorClass errorClass) => errorClass switch
    {
        ErrorClass.InvalidParameter or ErrorClass.MissingParameter => StatusCode.InvalidArgument,
        ErrorClass.Unsupported => StatusCode.Unimplemented,
        ErrorClass.Retryable or ErrorClass.BmcUnreachable => StatusCode.Unavailable,
        ErrorClass.Authentication => StatusCode.PermissionDenied,
        ErrorClass.Precondition => StatusCode.FailedPrecondition,
        ErrorClass.Permanent => StatusCode.Unknown,
        ErrorClass.StaleEpoch => StatusCode.Aborted,
        _ => StatusCode.Internal,
    };

    /// <summary>The class that a failure names in its details; UNSPECIFIED when it names none.</summary>
    public static ErrorClass Find(RpcException failure) =>
        StatusDetails.FindReason(failure, StatusDetails.DriverDomain) is { } reason && Enum.TryParse<ErrorClass>(reason.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var found)
            ? found
            : ErrorClass.Unspecified;

    /// <summary>The class as SPEC.md writes it.</summary>
    public static string Name(ErrorClass errorClass) =>
        string.Concat(errorClass.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $"_{c}" : $"{char.ToUpperInvariant(c)}"));
}
