using Ironic.Driver.V1;

namespace Ironic.Conductor.Drivers;

/// <summary>The conductor groups whose nodes a driver process can reach.</summary>
internal readonly struct ServedGroups(DriverInfo info)
{
    /// <summary>Whether it names none, which stands for all.</summary>
    public bool AreAll => info.ConductorGroups.Count == 0;

    /// <param name="group">Lower case; empty: the nodes of no group.</param>
    public bool Contain(string group) => AreAll || info.ConductorGroups.Contains(group);

    /// <summary>Whether a node may be one of both.</summary>
    public bool Meet(ServedGroups others) => AreAll || others.AreAll || info.ConductorGroups.Any(others.Contain);

    /// <summary>For people.</summary>
    public override string ToString() => AreAll ? "all nodes" : $"the conductor groups {string.Join(", ", info.ConductorGroups.Select(group => $"'{group}'"))}";
}
