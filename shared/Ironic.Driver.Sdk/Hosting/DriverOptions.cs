namespace Ironic.Driver.Sdk;

/// <summary>Configuration of a driver process: section <c>Driver</c>.</summary>
public sealed class DriverOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Driver";

    /// <summary>Where the process listens: <c>http://ADDRESS:PORT</c> (h2c), <c>https://ADDRESS:PORT</c> or <c>unix:/PATH</c>; port 0 takes a free one.</summary>
    public string Url { get; set; } = "http://127.0.0.1:7101";

    /// <summary>
    /// Where conductors reach the process; null: at <see cref="Url"/>. Port 0 stands for the port that the process listens on.
    /// Needed when <see cref="Url"/> names all addresses.
    /// </summary>
    public string? Advertise { get; set; }

    /// <summary>The conductors to register with, one after the other until one answers. Empty: conductors know the driver from their own configuration (<c>Drivers:Known</c>).</summary>
    public IList<string> Conductors { get; } = [];

    /// <summary>
    /// The conductor groups whose nodes the process can reach; an empty name stands for the nodes of no group. None: all nodes. For drivers at
    /// several sites, of which each reaches the machines of its own.
    /// </summary>
    public IList<string> ConductorGroups { get; } = [];

    /// <summary>How long calls that run may go on after the process was told to stop.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest pause between attempts to register.</summary>
    public TimeSpan MaximumRegistrationBackoff { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>What is remembered of operations.</summary>
    public OperationOptions Operations { get; } = new();
}
