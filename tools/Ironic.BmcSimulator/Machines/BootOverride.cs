namespace Ironic.BmcSimulator.Machines;

/// <summary>What a machine boots from next, in Redfish's words (ComputerSystem.Boot). IPMI's boot options are the same setting.</summary>
internal sealed class BootOverride
{
    public static readonly IReadOnlyList<string> Targets = ["None", "Pxe", "Floppy", "Cd", "Usb", "Hdd", "BiosSetup", "Utilities", "Diags", "UefiTarget", "SDCard", "UefiHttp"];

    public static readonly IReadOnlyList<string> Frequencies = ["Disabled", "Once", "Continuous"];

    public static readonly IReadOnlyList<string> Modes = ["Legacy", "UEFI"];

    public string Target { get; set; } = "None";

    public string Enabled { get; set; } = "Disabled";

    public string Mode { get; set; } = "UEFI";

    public string HttpBootUri { get; set; } = "";

    /// <summary>The device that is used now; a setting for once is used up by that.</summary>
    public string Consume()
    {
        var source = Enabled == "Disabled" || Target == "None" ? "Hdd" : Target;
        if (Enabled == "Once")
            (Target, Enabled) = ("None", "Disabled");
        return source;
    }

    /// <summary>Back to the machine's own boot order.</summary>
    public void Clear() => (Target, Enabled) = ("None", "Disabled");
}
