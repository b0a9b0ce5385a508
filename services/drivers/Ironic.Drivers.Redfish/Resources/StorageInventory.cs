using Ironic.Drivers.Redfish.Client;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>The storage of a machine.</summary>
internal static class StorageInventory
{
    /// <summary>Its storage subsystems.</summary>
    public static Task<IReadOnlyList<RedfishResource>> FindStorageAsync(RedfishSystem system) => system.Connection.GetMembersAsync(system.Resource.Json.Link("Storage"));

    /// <summary>Its drives, each once.</summary>
    public static async Task<IReadOnlyList<RedfishResource>> FindDrivesAsync(RedfishSystem system)
    {
        var links = (await FindStorageAsync(system)).SelectMany(storage => storage.Json.Links("Drives")).Distinct(StringComparer.Ordinal).ToList();
        return await system.Connection.GetAllAsync(links);
    }
}
