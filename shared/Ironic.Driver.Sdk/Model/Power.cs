namespace Ironic.Driver.Sdk;

/// <summary>The power state of a machine. The values are those of <c>ironic.driver.v1.PowerState</c>.</summary>
public enum PowerState
{
    /// <summary>The hardware cannot tell, or nobody has asked it yet.</summary>
    Unknown = 0,
    On = 1,
    Off = 2,

    /// <summary>The management controller answers, and says that the state is an error.</summary>
    Error = 3,
}

/// <summary>What a power interface can be told to do. The values are those of <c>ironic.driver.v1.PowerTarget</c>.</summary>
public enum PowerTarget
{
    On = 1,

    /// <summary>Off at once, without asking the operating system.</summary>
    Off = 2,

    /// <summary>Off, then on, without asking the operating system; a machine that is off is switched on.</summary>
    Reboot = 3,

    /// <summary>The operating system is asked to shut down; then on.</summary>
    SoftReboot = 4,

    /// <summary>The operating system is asked to shut down.</summary>
    SoftOff = 5,
}
