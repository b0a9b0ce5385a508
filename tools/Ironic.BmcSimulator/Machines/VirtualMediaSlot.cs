namespace Ironic.BmcSimulator.Machines;

/// <summary>A drive of a machine whose medium is a file somewhere on the network.</summary>
/// <param name="id">Its name in paths.</param>
/// <param name="mediaTypes">What it can hold, in Redfish's words.</param>
internal sealed class VirtualMediaSlot(string id, params IReadOnlyList<string> mediaTypes)
{
    public string Id => id;

    public IReadOnlyList<string> MediaTypes => mediaTypes;

    /// <summary>The URI of what is in it; null: nothing.</summary>
    public string? Image { get; set; }

    public bool Inserted { get; set; }

    public bool WriteProtected { get; set; } = true;

    public string? UserName { get; set; }

    public bool VerifyCertificate { get; set; }

    public void Eject() => (Image, Inserted, WriteProtected, UserName) = (null, false, true, null);
}
