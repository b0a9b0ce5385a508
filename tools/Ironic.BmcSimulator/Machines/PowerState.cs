namespace Ironic.BmcSimulator.Machines;

/// <summary>Redfish's words for the power of a machine (Resource.PowerState). IPMI knows only on and off: on while PoweringOff, off while PoweringOn.</summary>
public enum PowerState
{
    Off,
    PoweringOn,
    On,
    PoweringOff,
}

/// <summary>Redfish's ways to change it (Resource.ResetType).</summary>
public enum ResetType
{
    On,
    ForceOn,
    ForceOff,
    GracefulShutdown,
    GracefulRestart,
    ForceRestart,
    PowerCycle,
    PushPowerButton,
    Nmi,
}
