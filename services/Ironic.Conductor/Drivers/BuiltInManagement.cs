using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Drivers;

/// <summary>The <c>noop</c> management interface: for machines whose boot device somebody sets by hand.</summary>
internal static class BuiltInManagement
{
    public static IReadOnlyList<string> SupportedBootDevices { get; } = ["pxe", "disk"];

    public static (string? Device, bool? Persistent) BootDevice => ("pxe", true);

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE.</exception>
    public static void SetBootDevice(string device)
    {
        if (!SupportedBootDevices.Contains(device))
            throw new IronicException(ErrorReason.InvalidParameterValue, $"Invalid boot device {device} specified. Supported: {string.Join(", ", SupportedBootDevices)}.");
    }
}
