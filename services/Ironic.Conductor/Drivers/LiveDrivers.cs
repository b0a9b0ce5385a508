using System.Collections.Frozen;

namespace Ironic.Conductor.Drivers;

/// <summary>The live driver processes at one moment, and which of them serves a hardware type for the nodes of a conductor group.</summary>
internal sealed class LiveDrivers
{
    private readonly FrozenDictionary<string, FrozenDictionary<string, HardwareTypeInfo>> _ofNamed;
    private readonly FrozenDictionary<string, HardwareTypeInfo> _ofOthers;
    private readonly FrozenDictionary<string, HardwareTypeInfo> _anywhere;

    /// <param name="drivers">The newest registration last.</param>
    public LiveDrivers(IReadOnlyList<RegisteredDriver> drivers, DriverIdentities identities)
    {
        ByLease = drivers.ToFrozenDictionary(d => d.LeaseId, StringComparer.Ordinal);
        var ready = drivers.Where(d => d.Ready).ToList();
        _ofNamed = ready.SelectMany(driver => driver.Info.ConductorGroups).Distinct(StringComparer.Ordinal)
            .ToFrozenDictionary(group => group, group => Choose(ready.Where(driver => driver.Groups.Contain(group)), identities), StringComparer.Ordinal);
        _ofOthers = Choose(ready.Where(driver => driver.Groups.AreAll), identities);
        _anywhere = Choose(ready, identities);
    }

    /// <summary>By lease, those that drain, too.</summary>
    public FrozenDictionary<string, RegisteredDriver> ByLease { get; }

    /// <summary>The hardware types that nodes of a conductor group may have, by name.</summary>
    /// <param name="group">Lower case; empty: nodes of no group.</param>
    public FrozenDictionary<string, HardwareTypeInfo> Of(string group) => _ofNamed.GetValueOrDefault(group, _ofOthers);

    /// <summary>All hardware types: each as a conductor group has it, or else as another one has.</summary>
    public IReadOnlyList<HardwareTypeInfo> All(string group) => [.. _anywhere.Values.Select(other => Of(group).GetValueOrDefault(other.Name, other))];

    /// <summary>A hardware type as a conductor group has it, or else as another one has; null when no live driver serves it.</summary>
    public HardwareTypeInfo? Find(string group, string hardwareType) => Of(group).GetValueOrDefault(hardwareType) ?? _anywhere.GetValueOrDefault(hardwareType);

    // Of several processes that serve one, those that name the group go first: they were put there for it. Then the newest is called: an
    // update starts the new one before the old one leaves.
    private static FrozenDictionary<string, HardwareTypeInfo> Choose(IEnumerable<RegisteredDriver> drivers, DriverIdentities identities)
    {
        var candidates = drivers.OrderByDescending(driver => driver.Groups.AreAll).ToList();
        var served = new ServedImplementations(candidates, identities);
        return candidates.SelectMany(driver => driver.Info.HardwareTypes.Select(hardware => new HardwareTypeInfo(hardware, driver, served)))
            .GroupBy(h => h.Name, StringComparer.Ordinal).ToFrozenDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
    }
}
