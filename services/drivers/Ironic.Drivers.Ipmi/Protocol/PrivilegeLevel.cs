namespace Ironic.Drivers.Ipmi.Protocol;

/// <summary>What a session may do (IPMI 2.0, section 6.8). A session has the level that it asked for, or less.</summary>
internal enum PrivilegeLevel : byte
{
    Callback = 1,
    User = 2,
    Operator = 3,
    Administrator = 4,
}
