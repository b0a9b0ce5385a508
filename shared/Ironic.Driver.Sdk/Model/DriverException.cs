namespace Ironic.Driver.Sdk;

/// <summary>
/// A failure whose class the driver knows. The message is shown to operators: it says what failed, and on which address,
/// but never a password; the SDK masks the values of secret properties that slip in.
/// Any other exception counts as a defect of the driver (<see cref="ErrorClass.Internal"/>).
/// </summary>
public class DriverException(ErrorClass errorClass, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What kind of failure it is.</summary>
    public ErrorClass Class { get; } = errorClass;
}

/// <summary>A parameter, or a property of driver_info, is wrong. The caller gets HTTP 400.</summary>
public sealed class InvalidParameterException(string message, Exception? innerException = null)
    : DriverException(ErrorClass.InvalidParameter, message, innerException);

/// <summary>A parameter, or a property of driver_info, is missing. The caller gets HTTP 400.</summary>
public sealed class MissingParameterException(string message, Exception? innerException = null)
    : DriverException(ErrorClass.MissingParameter, message, innerException);

/// <summary>The implementation does not offer what was asked of it. The caller gets HTTP 400.</summary>
public sealed class UnsupportedOperationException(string message, Exception? innerException = null)
    : DriverException(ErrorClass.Unsupported, message, innerException);

/// <summary>The management controller is busy or refuses for now; the same call may succeed later.</summary>
public sealed class RetryableException(string message, Exception? innerException = null)
    : DriverException(ErrorClass.Retryable, message, innerException);

/// <summary>The management controller cannot be reached.</summary>
public sealed class BmcUnreachableException(string message, Exception? innerException = null)
    : DriverException(ErrorClass.BmcUnreachable, message, innerException);

/// <summary>The management controller refuses the credentials.</summary>
public sealed class BmcAuthenticationException(string message, Exception? innerException = null)
    : DriverException(ErrorClass.Authentication, message, innerException);

/// <summary>The hardware is not in a state that allows the operation.</summary>
public sealed class HardwarePreconditionException(string message, Exception? innerException = null)
    : DriverException(ErrorClass.Precondition, message, innerException);

/// <summary>It failed, and it is of no use to try again.</summary>
public sealed class PermanentFailureException(string message, Exception? innerException = null)
    : DriverException(ErrorClass.Permanent, message, innerException);
