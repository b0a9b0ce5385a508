using System.Text.RegularExpressions;
using Grpc.Core;
using Ironic.Protos;

namespace Ironic.Driver.Sdk.Services;

/// <summary>Turns failures into gRPC statuses with the error class in their details, as the error table of SPEC.md says.</summary>
internal static partial class ErrorTranslator
{
    // Trailers are headers: clients limit them to some tens of kilobytes, and the message travels twice.
    private const int MaximumMessageLength = 4096;

    public static StatusCode ToStatusCode(ErrorClass errorClass) => errorClass switch
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

    /// <summary>The name of the class as it travels: <c>BMC_UNREACHABLE</c>.</summary>
    public static string ToReason(ErrorClass errorClass) => WordStart().Replace(errorClass.ToString(), "_").ToUpperInvariant();

    public static RpcException Translate(Exception exception, SecretRedactor redactor) => exception switch
    {
        DriverException known => Create(known.Class, redactor.Redact(known.Message)),
        _ => Create(ErrorClass.Internal, redactor.Redact($"{exception.GetType().Name}: {exception.Message}")),
    };

    public static RpcException Create(ErrorClass errorClass, string message) =>
        StatusDetails.CreateException(
            ToStatusCode(errorClass),
            Shorten(message),
            StatusDetails.DriverDomain,
            ToReason(errorClass));

    private static string Shorten(string message)
    {
        const string ellipsis = "...";
        if (message.Length <= MaximumMessageLength)
            return message;
        var length = MaximumMessageLength - ellipsis.Length;
        // Half a character is none.
        if (char.IsHighSurrogate(message[length - 1]))
            length--;
        return string.Concat(message.AsSpan(0, length), ellipsis);
    }

    [GeneratedRegex("(?<!^)(?=[A-Z])")]
    private static partial Regex WordStart();
}
