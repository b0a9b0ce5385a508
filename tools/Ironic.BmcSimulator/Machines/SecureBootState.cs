namespace Ironic.BmcSimulator.Machines;

/// <summary>UEFI Secure Boot of one machine. Without keys it is in setup mode and cannot be in force.</summary>
internal sealed class SecureBootState
{
    public static readonly IReadOnlyList<string> ResetTypes = ["ResetAllKeysToDefault", "DeleteAllKeys", "DeletePK"];

    /// <summary>Whether the next boot is to be a secure one.</summary>
    public bool Enabled { get; set; }

    /// <summary>Whether the present boot is one.</summary>
    public bool InForce { get; private set; }

    public bool HasKeys { get; private set; } = true;

    public string Mode => HasKeys ? "UserMode" : "SetupMode";

    public void ResetKeys(string type) => HasKeys = type == "ResetAllKeysToDefault";

    public void Boot(bool uefi) => InForce = uefi && Enabled && HasKeys;
}
