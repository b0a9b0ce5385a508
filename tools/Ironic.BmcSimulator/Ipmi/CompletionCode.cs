namespace Ironic.BmcSimulator.Ipmi;

/// <summary>How a command went (IPMI 2.0, table 5-2).</summary>
internal static class CompletionCode
{
    public const byte Ok = 0x00;
    public const byte NodeBusy = 0xC0;
    public const byte InvalidCommand = 0xC1;
    public const byte ReservationCancelled = 0xC5;
    public const byte InvalidLength = 0xC7;
    public const byte ParameterOutOfRange = 0xC9;
    public const byte NotPresent = 0xCB;
    public const byte InvalidField = 0xCC;
    public const byte InsufficientPrivilege = 0xD4;
    public const byte NotInPresentState = 0xD5;
}
