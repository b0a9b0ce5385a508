using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Interfaces;
using Ironic.Drivers.Redfish.Raid;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>Makes and removes the volumes of a machine's storage.</summary>
internal sealed class RaidVolumes(TaskWaiter tasks, MachinePower power, IOptions<RedfishOptions> options, TimeProvider time)
{
    private const string ApplyTime = "@Redfish.OperationApplyTime";
    private const string Immediate = "Immediate";
    private const string OnReset = "OnReset";

    /// <summary>Makes logical disks.</summary>
    /// <exception cref="InvalidParameterException">There are not enough physical disks.</exception>
    /// <exception cref="UnsupportedOperationException">The storage makes no volumes.</exception>
    public async Task CreateAsync(NodeContext node, RedfishSystem system, IReadOnlyList<LogicalDisk> wanted, IOperationProgress progress)
    {
        var storage = await FindStorageAsync(system);
        var disks = new List<PhysicalDisk>();
        foreach (var subsystem in storage.Values)
            disks.AddRange(await FindDisksAsync(system.Connection, subsystem));
        foreach (var volume in RaidPlanner.Plan(wanted, disks, (path, name) => IsCalled(storage[path], name)))
        {
            progress.Report($"Making a volume of RAID level {volume.Wanted.Level.Name} of {volume.Disks.Count} disks");
            var collection = await system.Connection.GetAsync(storage[volume.Storage].RequireLink("Volumes"));
            var applied = ChooseApplyTime(collection);
            await FinishAsync(node, system, await PostAsync(system.Connection, collection.Path, Describe(volume, applied), volume.Wanted.Level), applied, progress);
        }
    }

    /// <summary>Removes all volumes that are made of disks.</summary>
    public async Task DeleteAsync(NodeContext node, RedfishSystem system, IOperationProgress progress)
    {
        foreach (var subsystem in (await FindStorageAsync(system)).Values)
        {
            var collection = await system.Connection.GetAsync(subsystem.RequireLink("Volumes"));
            foreach (var volume in (await system.Connection.GetMembersAsync(collection.Path)).Where(IsRaid))
            {
                progress.Report($"Removing the volume {volume.Name}");
                await FinishAsync(node, system, await system.Connection.DeleteAsync(volume.Path), ChooseApplyTime(collection), progress);
            }
        }
    }

    /// <summary>The logical disks that there are, as <c>raid_config</c> of a node shows them.</summary>
    public async Task<JsonObject> DescribeAsync(RedfishSystem system)
    {
        var disks = new JsonArray();
        foreach (var subsystem in (await FindStorageAsync(system)).Values)
        {
            foreach (var volume in (await system.Connection.GetMembersAsync(subsystem.Json.Link("Volumes"))).Where(IsRaid))
                disks.Add((JsonNode)await DescribeAsync(system.Connection, subsystem, volume));
        }

        return new JsonObject { ["logical_disks"] = disks, ["last_updated"] = time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) };
    }

    private static async Task<Dictionary<string, RedfishResource>> FindStorageAsync(RedfishSystem system)
    {
        var storage = (await StorageInventory.FindStorageAsync(system)).Where(subsystem => subsystem.Json.Link("Volumes") is not null).ToList();
        return storage.Count > 0
            ? storage.DistinctBy(subsystem => subsystem.Path).ToDictionary(subsystem => subsystem.Path, StringComparer.Ordinal)
            : throw new UnsupportedOperationException($"The machine {system.Resource} has no storage that volumes can be made of.");
    }

    private static async Task<IReadOnlyList<PhysicalDisk>> FindDisksAsync(RedfishConnection connection, RedfishResource subsystem)
    {
        var volumes = await connection.GetMembersAsync(subsystem.Json.Link("Volumes"));
        var used = volumes.Where(IsRaid).SelectMany(volume => volume.Json.Member("Links")?.Links("Drives") ?? []).Select(connection.Resolve).ToHashSet(StringComparer.Ordinal);
        var drives = await connection.GetAllAsync(subsystem.Json.Links("Drives"));
        return
        [
            .. drives.Where(drive => drive.Json.Count("CapacityBytes") is > 0 && drive.Json.Member("Status")?.Text("State") is not ("Absent" or "Disabled")).Select(drive => new PhysicalDisk(
                subsystem.Path, drive.Path, drive.Id, drive.Name, drive.Json.Count("CapacityBytes")!.Value, drive.Json.Text("MediaType"), drive.Json.Text("Protocol"), used.Contains(drive.Path))),
        ];
    }

    private static bool IsCalled(RedfishResource storage, string name) =>
        storage.Id == name || storage.Name == name
        || storage.Json.Items("StorageControllers").Any(controller => controller.Text("Name") == name || controller.Text("MemberId") == name || controller.Text("Model") == name);

    // Disks that are no part of a RAID are volumes of their own at some controllers.
    private static bool IsRaid(RedfishResource volume) =>
        volume.Json.Text("RAIDType") is { } type ? type != "None" : volume.Json.Text("VolumeType") is not ("RawDevice" or null);

    private static string? ChooseApplyTime(RedfishResource collection)
    {
        var supported = collection.Json.Member("@Redfish.OperationApplyTimeSupport")?.Texts("SupportedValues") ?? [];
        return supported.Contains(Immediate) ? Immediate : supported.Contains(OnReset) ? OnReset : null;
    }

    private static JsonObject Describe(PlannedVolume volume, string? applied)
    {
        var body = new JsonObject
        {
            ["RAIDType"] = volume.Wanted.Level.Type,
            ["Links"] = new JsonObject { ["Drives"] = new JsonArray([.. volume.Disks.Select(disk => new JsonObject { ["@odata.id"] = disk.Path })]) },
        };
        // Without a size the volume takes all that there is.
        if (volume.Wanted.Bytes is { } bytes)
            body["CapacityBytes"] = bytes;
        if (volume.Wanted.Name is { } name)
            body["Name"] = name;
        if (applied is not null)
            body[ApplyTime] = applied;
        return body;
    }

    private static async Task<RedfishResponse> PostAsync(RedfishConnection connection, string path, JsonObject body, RaidLevel level)
    {
        try
        {
            return await connection.PostAsync(path, body);
        }
        catch (RedfishRefusedException refused) when (refused.Status == HttpStatusCode.BadRequest)
        {
            // Storage from before RAIDType was in the standard.
            var old = (JsonObject)body.DeepClone();
            old.Remove("RAIDType");
            old["VolumeType"] = level.OldType;
            try
            {
                return await connection.PostAsync(path, old);
            }
            catch (RedfishRefusedException again) when (again.Status == HttpStatusCode.BadRequest)
            {
                // The first refusal says what is wrong.
                throw refused;
            }
        }
    }

    private async Task FinishAsync(NodeContext node, RedfishSystem system, RedfishResponse response, string? applied, IOperationProgress progress)
    {
        if (applied == OnReset)
            await power.SwitchAsync(node, system, PowerTarget.Reboot, null, progress);
        if (await tasks.WaitAsync(system.Connection, response, options.Value.RaidTimeout, progress) == TaskEnding.Forgotten)
            progress.Report("The controller does not know the task any more; what there is tells whether it is done");
    }

    private static async Task<JsonObject> DescribeAsync(RedfishConnection connection, RedfishResource subsystem, RedfishResource volume)
    {
        var drives = await connection.GetAllAsync(volume.Json.Member("Links")?.Links("Drives") ?? []);
        return new JsonObject
        {
            ["id"] = volume.Id,
            ["controller"] = subsystem.Id,
            ["raid_level"] = RaidLevel.Find(volume.Json.Text("RAIDType") ?? volume.Json.Text("VolumeType"))?.Name,
            ["size_gb"] = volume.Json.Count("CapacityBytes") is { } bytes ? bytes >> 30 : null,
            ["volume_name"] = volume.Name,
            ["physical_disks"] = new JsonArray([.. drives.Select(drive => JsonValue.Create(drive.Id))]),
        };
    }
}
