namespace Ironic.Drivers.Ipmi.Protocol;

/// <summary>Network function codes of requests (IPMI 2.0, table 5-1); a response has the code plus one.</summary>
internal enum NetworkFunction : byte
{
    Chassis = 0x00,
    SensorEvent = 0x04,
    Application = 0x06,
    Storage = 0x0A,
    Transport = 0x0C,
}

/// <summary>Commands that the driver sends, by network function (IPMI 2.0, appendix G).</summary>
internal static class Command
{
    // Chassis
    public const byte GetChassisStatus = 0x01;
    public const byte ChassisControl = 0x02;
    public const byte SetSystemBootOptions = 0x08;
    public const byte GetSystemBootOptions = 0x09;

    // Sensor/Event
    public const byte GetSensorReadingFactors = 0x23;
    public const byte GetSensorReading = 0x2D;

    // Application
    public const byte GetDeviceId = 0x01;
    public const byte ColdReset = 0x02;
    public const byte WarmReset = 0x03;
    public const byte SendMessage = 0x34;
    public const byte GetChannelAuthenticationCapabilities = 0x38;
    public const byte GetSessionChallenge = 0x39;
    public const byte ActivateSession = 0x3A;
    public const byte SetSessionPrivilegeLevel = 0x3B;
    public const byte CloseSession = 0x3C;
    public const byte ActivatePayload = 0x48;
    public const byte DeactivatePayload = 0x49;
    public const byte GetPayloadActivationStatus = 0x4A;
    public const byte GetChannelCipherSuites = 0x54;

    // Storage
    public const byte GetSdrRepositoryInfo = 0x20;
    public const byte ReserveSdrRepository = 0x22;
    public const byte GetSdr = 0x23;
}
