using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>Whether a machine boots only what is signed, and by which keys.</summary>
internal sealed class SecureBoot(TaskWaiter tasks)
{
    private const string ResetAction = "SecureBoot.ResetKeys";

    /// <summary>Whether it will from the next boot on; null: the controller does not say.</summary>
    public static async Task<bool?> IsEnabledAsync(RedfishSystem system) => (await system.Connection.TryGetAsync(system.Resource.Json.Link("SecureBoot")))?.Json.Flag("SecureBootEnable");

    /// <summary>Sets whether it does, from the next boot on.</summary>
    /// <exception cref="HardwarePreconditionException">The machine boots as a BIOS does.</exception>
    public async Task SetAsync(RedfishSystem system, bool enabled, TimeSpan timeout)
    {
        var resource = await FindAsync(system);
        if (resource.Json.Flag("SecureBootEnable") == enabled)
            return;
        if (system.Boot.Mode == BootMode.Bios)
            throw new HardwarePreconditionException($"The machine {system.Resource} boots in BIOS mode, where there is no secure boot.");
        await tasks.WaitAsync(system.Connection, await system.Connection.PatchAsync(resource, new JsonObject { ["SecureBootEnable"] = enabled }), timeout);
        // Some take it and do nothing; what is set for the next boot is shown at once.
        if ((await FindAsync(system)).Json.Flag("SecureBootEnable") is { } now && now != enabled)
            throw new PermanentFailureException($"The controller has taken the change of secure boot of the machine {system.Resource}, but has not made it.");
    }

    /// <summary>Removes keys, or sets them to what the maker has put in.</summary>
    /// <param name="system">The machine.</param>
    /// <param name="type"><c>DeleteAllKeys</c> or <c>ResetAllKeysToDefault</c>.</param>
    /// <param name="timeout">How long that may take.</param>
    /// <param name="progress">Where to say how far it has got.</param>
    public async Task ResetKeysAsync(RedfishSystem system, string type, TimeSpan timeout, IOperationProgress progress)
    {
        var resource = await FindAsync(system);
        var action = resource.RequireAction(ResetAction);
        await tasks.WaitAsync(system.Connection, await system.Connection.PostAsync(action, new JsonObject { ["ResetKeysType"] = type }), timeout, progress);
    }

    private static async Task<RedfishResource> FindAsync(RedfishSystem system) =>
        await system.Connection.TryGetAsync(system.Resource.Json.Link("SecureBoot")) ?? throw new UnsupportedOperationException($"The machine {system.Resource} has no secure boot.");
}
