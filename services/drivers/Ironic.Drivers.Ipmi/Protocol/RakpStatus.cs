namespace Ironic.Drivers.Ipmi.Protocol;

/// <summary>Why a session is refused (IPMI 2.0, table 13-15).</summary>
internal enum RakpStatus : byte
{
    Ok = 0x00,
    InsufficientResources = 0x01,
    InvalidSessionId = 0x02,
    InvalidPayloadType = 0x03,
    InvalidAuthenticationAlgorithm = 0x04,
    InvalidIntegrityAlgorithm = 0x05,
    NoMatchingAuthentication = 0x06,
    NoMatchingIntegrity = 0x07,
    InactiveSessionId = 0x08,
    InvalidRole = 0x09,
    UnauthorizedRole = 0x0A,
    InsufficientResourcesForRole = 0x0B,
    InvalidNameLength = 0x0C,
    UnauthorizedName = 0x0D,
    UnauthorizedGuid = 0x0E,
    InvalidIntegrityCheck = 0x0F,
    InvalidConfidentialityAlgorithm = 0x10,
    NoCipherSuiteMatch = 0x11,
    IllegalParameter = 0x12,
}

internal static class RakpStatuses
{
    /// <summary>The controller does not speak the algorithms; others may do.</summary>
    public static bool IsAboutAlgorithms(this RakpStatus status) => status
        is RakpStatus.InvalidAuthenticationAlgorithm or RakpStatus.InvalidIntegrityAlgorithm or RakpStatus.NoMatchingAuthentication
        or RakpStatus.NoMatchingIntegrity or RakpStatus.InvalidConfidentialityAlgorithm or RakpStatus.NoCipherSuiteMatch;

    /// <summary>The controller refuses who asks.</summary>
    public static bool IsAboutCredentials(this RakpStatus status) => status
        is RakpStatus.InvalidRole or RakpStatus.UnauthorizedRole or RakpStatus.InvalidNameLength or RakpStatus.UnauthorizedName
        or RakpStatus.UnauthorizedGuid or RakpStatus.InvalidIntegrityCheck;

    /// <summary>For people.</summary>
    public static string Describe(this RakpStatus status) => status switch
    {
        RakpStatus.InsufficientResources => "insufficient resources to create a session",
        RakpStatus.InvalidSessionId => "invalid session id",
        RakpStatus.InvalidPayloadType => "invalid payload type",
        RakpStatus.InvalidAuthenticationAlgorithm => "invalid authentication algorithm",
        RakpStatus.InvalidIntegrityAlgorithm => "invalid integrity algorithm",
        RakpStatus.NoMatchingAuthentication => "no matching authentication payload",
        RakpStatus.NoMatchingIntegrity => "no matching integrity payload",
        RakpStatus.InactiveSessionId => "inactive session id",
        RakpStatus.InvalidRole => "invalid role",
        RakpStatus.UnauthorizedRole => "the privilege level is not allowed to this user",
        RakpStatus.InsufficientResourcesForRole => "insufficient resources to create a session at the requested role",
        RakpStatus.InvalidNameLength => "invalid name length",
        RakpStatus.UnauthorizedName => "unauthorized name",
        RakpStatus.UnauthorizedGuid => "unauthorized GUID",
        RakpStatus.InvalidIntegrityCheck => "the password, or the group key, is wrong",
        RakpStatus.InvalidConfidentialityAlgorithm => "invalid confidentiality algorithm",
        RakpStatus.NoCipherSuiteMatch => "no cipher suite match",
        RakpStatus.IllegalParameter => "illegal or unrecognized parameter",
        _ => $"status 0x{(byte)status:x2}",
    };
}
