using System.Globalization;
using System.Text.RegularExpressions;

namespace Ironic.BmcSimulator.Machines;

/// <summary>A piece of a machine that has firmware.</summary>
/// <param name="id">Its name in paths: <c>BIOS</c>, <c>BMC</c>, <c>NIC.1</c>.</param>
/// <param name="name">How it is called.</param>
/// <param name="version">The version at first.</param>
internal sealed partial class FirmwareComponent(string id, string name, string version)
{
    public string Id => id;

    public string Name => name;

    public string Version { get; private set; } = version;

    /// <summary>
    /// Installs an image. Its version is the last thing that looks like one in the file's name (<c>bios-2.4.1.bin</c>); a file without any raises the last
    /// number of the version.
    /// </summary>
    public void Install(string image)
    {
        var file = image[(image.LastIndexOf('/') + 1)..];
        if (VersionInName().Matches(file).LastOrDefault() is { } found)
        {
            Version = found.Value;
            return;
        }

        var dot = Version.LastIndexOf('.');
        var last = int.Parse(Version[(dot + 1)..], CultureInfo.InvariantCulture);
        Version = string.Create(CultureInfo.InvariantCulture, $"{Version[..(dot + 1)]}{last + 1}");
    }

    [GeneratedRegex(@"\d+(\.\d+)+")]
    private static partial Regex VersionInName();
}
