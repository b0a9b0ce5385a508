namespace Ironic.BmcSimulator.Machines;

/// <summary>How long things take in a simulated server, by the fleet's clock. The defaults are short but not zero, so that the states in between are seen.</summary>
public sealed record MachineTimings
{
    /// <summary>Everything happens at once, before the answer to the call that asked for it.</summary>
    public static readonly MachineTimings None = new()
    {
        PowerOn = TimeSpan.Zero,
        ForceOff = TimeSpan.Zero,
        GracefulShutdown = TimeSpan.Zero,
        Restart = TimeSpan.Zero,
        Task = TimeSpan.Zero,
        ControllerReset = TimeSpan.Zero,
    };

    /// <summary>From the command to a machine that is on: PoweringOn.</summary>
    public TimeSpan PowerOn { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>From the command to a machine that is off: PoweringOff.</summary>
    public TimeSpan ForceOff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>What an operating system needs to shut down.</summary>
    public TimeSpan GracefulShutdown { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>For how long a machine is off in a power cycle.</summary>
    public TimeSpan Restart { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The length of a task: a firmware update, the making of a volume.</summary>
    public TimeSpan Task { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>For how long a management controller that restarts answers nothing.</summary>
    public TimeSpan ControllerReset { get; init; } = TimeSpan.FromSeconds(3);
}
