using System.Globalization;

namespace Ironic.Drivers.Ipmi.Protocol;

/// <summary>How a command ended (IPMI 2.0, table 5-2). Codes of one command (0x80 to 0xBE) and of an OEM (0x01 to 0x7E) have no names here.</summary>
internal enum CompletionCode : byte
{
    Ok = 0x00,
    InvalidSessionHandle = 0x88,
    NodeBusy = 0xC0,
    InvalidCommand = 0xC1,
    InvalidForLun = 0xC2,
    Timeout = 0xC3,
    OutOfSpace = 0xC4,
    ReservationCancelled = 0xC5,
    RequestTruncated = 0xC6,
    RequestLengthInvalid = 0xC7,
    RequestLengthExceeded = 0xC8,
    ParameterOutOfRange = 0xC9,
    CannotReturnRequestedBytes = 0xCA,
    NotPresent = 0xCB,
    InvalidDataField = 0xCC,
    IllegalForSensor = 0xCD,
    CannotRespond = 0xCE,
    DuplicatedRequest = 0xCF,
    SdrInUpdateMode = 0xD0,
    FirmwareUpdateMode = 0xD1,
    InitializationInProgress = 0xD2,
    DestinationUnavailable = 0xD3,
    InsufficientPrivilege = 0xD4,
    NotSupportedInPresentState = 0xD5,
    SubFunctionDisabled = 0xD6,
    Unspecified = 0xFF,
}

/// <summary>What completion codes mean for who waits.</summary>
internal static class CompletionCodes
{
    /// <summary>Whether the same command may succeed in a moment.</summary>
    public static bool IsTransient(this CompletionCode code) => code
        is CompletionCode.NodeBusy or CompletionCode.Timeout or CompletionCode.OutOfSpace
        or CompletionCode.DuplicatedRequest or CompletionCode.SdrInUpdateMode or CompletionCode.FirmwareUpdateMode
        or CompletionCode.InitializationInProgress;

    /// <summary>Whether a command that ended so may have been carried out all the same: with the answer to a repetition, or to what took too long.</summary>
    public static bool MayBeDone(this CompletionCode code) => code is CompletionCode.DuplicatedRequest or CompletionCode.Timeout;

    /// <summary>The code with its meaning, for people.</summary>
    public static string Describe(this CompletionCode code) => string.Create(
        CultureInfo.InvariantCulture,
        $"completion code 0x{(byte)code:x2}{(Enum.IsDefined(code) ? $", {Words(code)}" : "")}");

    private static string Words(CompletionCode code) => code switch
    {
        CompletionCode.NodeBusy => "node busy",
        CompletionCode.InvalidCommand => "invalid command",
        CompletionCode.InvalidForLun => "invalid command for this logical unit",
        CompletionCode.Timeout => "timeout while processing",
        CompletionCode.OutOfSpace => "out of space",
        CompletionCode.ReservationCancelled => "reservation cancelled",
        CompletionCode.RequestTruncated => "request data truncated",
        CompletionCode.RequestLengthInvalid => "request data length invalid",
        CompletionCode.RequestLengthExceeded => "request data length limit exceeded",
        CompletionCode.ParameterOutOfRange => "parameter out of range",
        CompletionCode.CannotReturnRequestedBytes => "cannot return that many bytes",
        CompletionCode.NotPresent => "sensor, data or record not present",
        CompletionCode.InvalidDataField => "invalid data field in request",
        CompletionCode.IllegalForSensor => "command illegal for this sensor or record",
        CompletionCode.CannotRespond => "response could not be provided",
        CompletionCode.DuplicatedRequest => "duplicated request",
        CompletionCode.SdrInUpdateMode => "SDR repository in update mode",
        CompletionCode.FirmwareUpdateMode => "device in firmware update mode",
        CompletionCode.InitializationInProgress => "BMC initialization in progress",
        CompletionCode.DestinationUnavailable => "destination unavailable",
        CompletionCode.InsufficientPrivilege => "insufficient privilege level",
        CompletionCode.NotSupportedInPresentState => "not supported in the present state",
        CompletionCode.SubFunctionDisabled => "sub-function disabled or unavailable",
        CompletionCode.InvalidSessionHandle => "invalid session handle",
        CompletionCode.Unspecified => "unspecified error",
        _ => "completed",
    };
}
