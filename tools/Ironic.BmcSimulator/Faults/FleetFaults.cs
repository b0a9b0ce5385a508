namespace Ironic.BmcSimulator.Faults;

/// <summary>Faults of many machines at once.</summary>
public static class FleetFaults
{
    /// <summary>Sets a fault on a part of a fleet, spread evenly over it, and always the same machines for the same part.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="fault">The fault.</param>
    /// <param name="percent">How many in a hundred of the machines that speak the fault's protocol.</param>
    /// <returns>Whom it concerns.</returns>
    /// <exception cref="ArgumentOutOfRangeException">That is no percentage.</exception>
    public static IReadOnlyList<Machines.SimulatedServer> AddFault(this SimulatedFleet fleet, Fault fault, double percent = 100)
    {
        ArgumentNullException.ThrowIfNull(fleet);
        ArgumentNullException.ThrowIfNull(fault);
        if (percent is not (>= 0 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "A percentage is from 0 to 100.");
        var able = fleet.Servers.Where(server => fault.Scope switch
        {
            FaultScope.Redfish => server.Protocols.HasFlag(Machines.ServerProtocols.Redfish),
            FaultScope.Ipmi => server.Protocols.HasFlag(Machines.ServerProtocols.Ipmi),
            _ => true,
        });
        var chosen = able.Where((_, i) => Math.Floor((i + 1) * percent / 100) > Math.Floor(i * percent / 100)).ToList();
        foreach (var server in chosen)
            server.Faults.Add(fault);
        return chosen;
    }

    /// <summary>Ends the faults of all machines, or those of a kind.</summary>
    public static void ClearFaults(this SimulatedFleet fleet, FaultKind? kind = null)
    {
        ArgumentNullException.ThrowIfNull(fleet);
        foreach (var server in fleet.Servers)
            server.Faults.Clear(kind);
        fleet.SharedRedfishFaults?.Clear(kind);
    }
}
