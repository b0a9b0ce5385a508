using System.ComponentModel.DataAnnotations;

namespace Ironic.Conductor.Drivers;

/// <summary>How the conductor treats driver processes: configuration section <c>Drivers</c>.</summary>
public sealed class DriverOptions
{
    public const string Section = "Drivers";

    /// <summary>How long a registration lasts without being renewed.</summary>
    [Range(typeof(TimeSpan), "00:00:03", "00:10:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often registrations made with other conductors are looked for.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a short call to a driver may take: reading a state, validating, a boot device.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a power action may take when its caller does not say.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PowerTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a vendor method may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan VendorTimeout { get; set; } = TimeSpan.FromMinutes(30);
}
