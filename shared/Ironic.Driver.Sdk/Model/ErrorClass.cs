namespace Ironic.Driver.Sdk;

/// <summary>
/// The class of a failure, which decides what the conductor does about it: see the error table of
/// <c>protos/ironic/driver/v1/SPEC.md</c>. The values are those of <c>ironic.driver.v1.ErrorClass</c>.
/// </summary>
public enum ErrorClass
{
    /// <summary>A parameter, or a property of driver_info, is wrong.</summary>
    InvalidParameter = 1,

    /// <summary>A parameter, or a property of driver_info, is missing.</summary>
    MissingParameter = 2,

    /// <summary>The implementation does not offer this.</summary>
    Unsupported = 3,

    /// <summary>Try again: busy, a session limit, a transient refusal.</summary>
    Retryable = 4,

    /// <summary>The management controller cannot be reached.</summary>
    BmcUnreachable = 5,

    /// <summary>The management controller refuses the credentials.</summary>
    Authentication = 6,

    /// <summary>The hardware is not in a state that allows it.</summary>
    Precondition = 7,

    /// <summary>It failed and will fail again.</summary>
    Permanent = 8,

    /// <summary>The caller's lock is out of date.</summary>
    StaleEpoch = 9,

    /// <summary>A defect of the driver.</summary>
    Internal = 10,
}
