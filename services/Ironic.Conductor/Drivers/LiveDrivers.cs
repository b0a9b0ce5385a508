using System.Collections.Frozen;

namespace Ironic.Conductor.Drivers;

/// <summary>The live driver processes at one moment, and which of them serves a hardware type for the nodes of a conductor group.</summary>
internal sealed class LiveDrivers
{
    private readonly FrozenDictionary<string, FrozenDictionary<string, HardwareTypeInfo>> _ofNamed;
    private readonly FrozenDictionary<string, HardwareTypeInfo> _ofOthers;

    /// <param name="drivers">The newest registration last.</param>
    public LiveDrivers(IReadOnlyList<RegisteredDriver> drivers, DriverIdentities identities)
    {
        ByLease = drivers.ToFrozenDictionary(d => d.LeaseId, StringComparer.Ordinal);
        var ready = drivers.Where(d => d.Ready).ToList();
        _ofNamed = ready.SelectMany(driver => driver.Info.ConductorGroups).Distinct(StringComparer.Ordinal)
            .ToFrozenDictionary(group => group, group => Choose(ready.Where(driver => driver.Serves(group)), identities), StringComparer.Ordinal);
        _ofOthers = Choose(ready.Where(driver => driver.Info.ConductorGroups.Count == 0), identities);
        Anywhere = Choose(ready, identities);
    }

    /// <summary>By lease, those that drain, too.</summary>
    public FrozenDictionary<string, RegisteredDriver> ByLease { get; }

    /// <summary>The hardware types by name, whichever nodes they are served for.</summary>
    public FrozenDictionary<string, HardwareTypeInfo> Anywhere { get; }

    /// <summary>The hardware types that nodes of a conductor group may have, by name.</summary>
    /// <param name="group">Lower case; empty: nodes of no group.</param>
    public FrozenDictionary<string, HardwareTypeInfo> Of(string group) => _ofNamed.GetValueOrDefault(group, _ofOthers);

    // Of several processes that serve one, the newest is called: an update starts the new one before the old one leaves.
    private static FrozenDictionary<string, HardwareTypeInfo> Choose(IEnumerable<RegisteredDriver> drivers, DriverIdentities identities)
    {
        var candidates = drivers.ToList();
        var served = new ServedImplementations(candidates, identities);
        return candidates.SelectMany(driver => driver.Info.HardwareTypes.Select(hardware => new HardwareTypeInfo(hardware, driver, served)))
            .GroupBy(h => h.Name, StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
    }
}
