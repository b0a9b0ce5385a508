using Ironic.Stack;

namespace Ironic.Bench.Fleet;

/// <summary>What fleet is measured.</summary>
internal sealed record FleetSweepOptions
{
    /// <summary>How <c>--only</c> calls it. It is measured only when asked for.</summary>
    public const string Kind = "fleet";

    /// <summary>Machines that speak Redfish, and as many that speak IPMI.</summary>
    public int Each { get; init; } = 5000;

    /// <summary>How many in a hundred of each do not answer.</summary>
    public double StallingPercent { get; init; } = 2;

    /// <summary>How long it is looked at.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>The system for it: the drivers, and a look at the power every minute.</summary>
    public static StackOptions Configure(StackOptions stack) => stack with
    {
        Drivers = ["ipmi", "redfish"],
        Profile = stack.Profile.With("conductor", "PowerSync:Interval", "00:01:00").With("conductor", "PowerSync:Concurrency", "400"),
        StopTimeout = TimeSpan.FromMinutes(1),
    };
}
