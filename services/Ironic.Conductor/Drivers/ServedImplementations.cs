using System.Collections.Frozen;
using Ironic.Driver.V1;

namespace Ironic.Conductor.Drivers;

/// <summary>
/// Which process serves an implementation for nodes whose hardware type another process serves. Where several do, it is the same on every conductor: first
/// those that are bound to names (<c>Drivers:Identities</c>), which nobody can pretend to be; then those that name the node's conductor group; then by the driver's name; of one driver, the newest registration.
/// </summary>
internal sealed class ServedImplementations
{
    private readonly FrozenDictionary<(InterfaceType Type, string Name), RegisteredDriver> _serving;
    private readonly DriverIdentities _identities;

    /// <param name="drivers">Those that take work, the newest registration last.</param>
    public ServedImplementations(IEnumerable<RegisteredDriver> drivers, DriverIdentities identities)
    {
        _identities = identities;
        var serving = new Dictionary<(InterfaceType Type, string Name), RegisteredDriver>();
        foreach (var driver in drivers.Reverse().OrderByDescending(driver => identities.Binds(driver.Info)).ThenBy(driver => driver.Groups.AreAll).ThenBy(driver => driver.Name, StringComparer.Ordinal))
        {
            foreach (var implementation in driver.Info.Interfaces)
                serving.TryAdd((implementation.Type, implementation.Name), driver);
        }

        _serving = serving.ToFrozenDictionary();
    }

    /// <summary>The process for nodes of a hardware type that it does not serve; null when there is none.</summary>
    /// <param name="hardwareType">The node's. Nodes of one that is bound to names, and their passwords, get to processes only that are bound, too.</param>
    public RegisteredDriver? Find(string hardwareType, InterfaceType type, string name) =>
        _serving.GetValueOrDefault((type, name)) is { } driver && (!_identities.Binds(hardwareType) || _identities.Binds(driver.Info)) ? driver : null;
}
