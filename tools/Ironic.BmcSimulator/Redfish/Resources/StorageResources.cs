using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Redfish.Resources;

/// <summary>Storage with its drives and volumes, and SimpleStorage.</summary>
internal static class StorageResources
{
    public static RouteTable AddStorage(this RouteTable routes) => routes
        .Add("Systems/{server}/Storage", get: request => Json.Collection(request, "Storage", "Storage", [$"{request.Path}/{Storage.ControllerId}"]))
        .Add("Systems/{server}/Storage/*", get: Get)
        .Add("Systems/{server}/Storage/*/Controllers", get: request => Json.Collection(request, "StorageController", "Controllers", [$"{request.Path}/0"]))
        .Add("Systems/{server}/Storage/*/Controllers/*", get: GetController)
        .Add("Systems/{server}/Storage/*/Drives/*", get: GetDrive, patch: PatchDrive)
        .Add("Systems/{server}/Storage/*/Volumes", get: GetVolumes, post: AddVolume)
        .Add("Systems/{server}/Storage/*/Volumes/*", get: GetVolume, delete: RemoveVolume)
        .Add("Systems/{server}/SimpleStorage", get: request => Json.Collection(request, "SimpleStorage", "Simple Storage", [$"{request.Path}/{Storage.ControllerId}"]))
        .Add("Systems/{server}/SimpleStorage/*", get: GetSimpleStorage);

    private static string Path(SimulatedServer server) => $"{Json.Root}/Systems/{server.Id}/Storage/{Storage.ControllerId}";

    /// <summary>The storage that the path names; there is one.</summary>
    private static Storage Known(RedfishRequest request) => request.Values[0] == Storage.ControllerId ? request.Server.Storage : throw RedfishException.NotFound(request.Path);

    private static RedfishResponse Get(RedfishRequest request)
    {
        var storage = Known(request);
        var path = Path(request.Server);
        var body = Json.Resource(path, "Storage.v1_15_1.Storage", Storage.ControllerId, "RAID controller");
        body["Status"] = Json.Status(rollup: true);
        body["StorageControllers"] = new JsonArray(new JsonObject
        {
            ["@odata.id"] = $"{path}#/StorageControllers/0",
            ["MemberId"] = "0",
            ["Name"] = "RAID controller",
            ["Manufacturer"] = "Simulated Machines",
            ["Model"] = "SR-1",
            ["FirmwareVersion"] = request.Server.Firmware[3].Version,
            ["SpeedGbps"] = 12,
            ["SupportedControllerProtocols"] = new JsonArray("PCIe"),
            ["SupportedDeviceProtocols"] = new JsonArray("SAS", "SATA"),
            ["SupportedRAIDTypes"] = Json.Texts(Storage.RaidTypes),
            ["Identifiers"] = new JsonArray(),
            ["Status"] = Json.Status(),
        });
        body["Controllers"] = Json.Link($"{path}/Controllers");
        body["Drives@odata.count"] = storage.Drives.Count;
        body["Drives"] = Json.Links(storage.Drives.Select(drive => $"{path}/Drives/{drive.Id}"));
        body["Volumes"] = Json.Link($"{path}/Volumes");
        return RedfishResponse.Ok(body);
    }

    private static RedfishResponse GetController(RedfishRequest request)
    {
        Known(request);
        if (request.Values[1] != "0")
            throw RedfishException.NotFound(request.Path);
        var body = Json.Resource(request.Path, "StorageController.v1_7_2.StorageController", "0", "RAID controller");
        body["Manufacturer"] = "Simulated Machines";
        body["Model"] = "SR-1";
        body["FirmwareVersion"] = request.Server.Firmware[3].Version;
        body["SpeedGbps"] = 12;
        body["SupportedRAIDTypes"] = Json.Texts(Storage.RaidTypes);
        body["SupportedControllerProtocols"] = new JsonArray("PCIe");
        body["SupportedDeviceProtocols"] = new JsonArray("SAS", "SATA");
        body["Status"] = Json.Status();
        return RedfishResponse.Ok(body);
    }

    private static SimulatedDrive Drive(RedfishRequest request) =>
        Known(request).Drives.FirstOrDefault(drive => drive.Id == request.Values[1]) ?? throw RedfishException.NotFound(request.Path);

    private static RedfishResponse GetDrive(RedfishRequest request)
    {
        var drive = Drive(request);
        var body = Json.Resource(request.Path, "Drive.v1_17_0.Drive", drive.Id, drive.Id);
        body["Manufacturer"] = "Simulated Machines";
        body["Model"] = drive.Model;
        body["SerialNumber"] = drive.Serial;
        body["PartNumber"] = drive.Model;
        body["Revision"] = "A1";
        body["MediaType"] = drive.MediaType;
        body["Protocol"] = drive.Protocol;
        body["CapacityBytes"] = drive.Capacity;
        body["BlockSizeBytes"] = 512;
        body["RotationSpeedRPM"] = drive.MediaType == "HDD" ? 7200 : 0;
        body["IndicatorLED"] = drive.Indicator;
        body["PredictedMediaLifeLeftPercent"] = 100;
        body["FailurePredicted"] = false;
        body["Identifiers"] = new JsonArray(new JsonObject { ["DurableName"] = $"5000c500{drive.Serial[1..].PadLeft(8, '0')}", ["DurableNameFormat"] = "NAA" });
        body["Status"] = Json.Status(drive.Health);
        body["Links"] = new JsonObject
        {
            ["Chassis"] = Json.Link($"{Json.Root}/Chassis/{request.Server.Id}"),
            ["Volumes"] = Json.Links(Known(request).Volumes.Where(volume => volume.Drives.Contains(drive)).Select(volume => $"{Path(request.Server)}/Volumes/{volume.Id}")),
        };
        return RedfishResponse.Ok(body);
    }

    private static RedfishResponse PatchDrive(RedfishRequest request)
    {
        request.AllowOnly("IndicatorLED");
        Drive(request).Indicator = SystemResources.Indicator(request);
        return GetDrive(request);
    }

    private static RedfishResponse GetVolumes(RedfishRequest request)
    {
        var storage = Known(request);
        var answer = Json.Collection(request, "Volume", "Volumes", [.. storage.Volumes.Select(volume => $"{Path(request.Server)}/Volumes/{volume.Id}")]);
        answer.Body!["@Redfish.OperationApplyTimeSupport"] = new JsonObject
        {
            ["@odata.type"] = "#Settings.v1_3_5.OperationApplyTimeSupport",
            ["SupportedValues"] = new JsonArray("Immediate", "OnReset"),
        };
        return answer;
    }

    private static RedfishResponse GetVolume(RedfishRequest request) =>
        Known(request).Volumes.FirstOrDefault(volume => volume.Id == request.Values[1]) is { } volume
            ? RedfishResponse.Ok(Describe(request.Server, volume))
            : throw RedfishException.NotFound(request.Path);

    private static JsonObject Describe(SimulatedServer server, SimulatedVolume volume)
    {
        var body = Json.Resource($"{Path(server)}/Volumes/{volume.Id}", "Volume.v1_9_0.Volume", volume.Id, volume.Name);
        body["RAIDType"] = volume.RaidType;
        body["VolumeType"] = volume.RaidType switch { "RAID0" => "NonRedundant", "RAID1" => "Mirrored", "RAID10" => "SpannedMirrors", _ => "StripedWithParity" };
        body["CapacityBytes"] = volume.Capacity;
        body["BlockSizeBytes"] = 512;
        body["Encrypted"] = false;
        body["Identifiers"] = new JsonArray(new JsonObject { ["DurableName"] = $"6000c500{server.Index:x6}{volume.Id.PadLeft(2, '0')}", ["DurableNameFormat"] = "NAA" });
        body["Status"] = Json.Status();
        body["Links"] = new JsonObject
        {
            ["Drives@odata.count"] = volume.Drives.Count,
            ["Drives"] = Json.Links(volume.Drives.Select(drive => $"{Path(server)}/Drives/{drive.Id}")),
        };
        return body;
    }

    private static RedfishResponse AddVolume(RedfishRequest request)
    {
        var storage = Known(request);
        var server = request.Server;
        var planned = VolumePlan.Read(request, storage);
        return Perform(request, $"Make volume {planned.Name}", () =>
        {
            // Another task may have taken the drives meanwhile.
            planned.CheckDrives(storage);
            var volume = storage.Add(planned.Name, planned.RaidType, planned.Capacity, planned.Members);
            server.Publish(new MachineEvent(MachineEventKind.VolumesChanged, server, volume.Name));
            return Describe(server, volume);
        });
    }

    private static RedfishResponse RemoveVolume(RedfishRequest request)
    {
        var storage = Known(request);
        var server = request.Server;
        var volume = storage.Volumes.FirstOrDefault(volume => volume.Id == request.Values[1]) ?? throw RedfishException.NotFound(request.Path);
        return Perform(request, $"Remove volume {volume.Name}", () =>
        {
            if (storage.Remove(volume.Id))
                server.Publish(new MachineEvent(MachineEventKind.VolumesChanged, server, volume.Name));
            return null;
        });
    }

    /// <summary>Does something now, or as a task, as the request and the service want it.</summary>
    private static RedfishResponse Perform(RedfishRequest request, string name, Func<JsonObject?> work)
    {
        var apply = request.Text("@Redfish.OperationApplyTime") ?? "Immediate";
        if (apply is not ("Immediate" or "OnReset"))
            throw RedfishException.Invalid("@Redfish.OperationApplyTime", apply);
        if (apply == "Immediate" && !request.Behaviour.VolumeTasks)
            return work() is { } made ? RedfishResponse.Created(made) : RedfishResponse.NoContent;
        return TaskResources.Accepted(request.Service, request.Service.Tasks.Start(name, request.Server, () => (string?)work()?["@odata.id"], atBoot: apply == "OnReset"));
    }

    private static RedfishResponse GetSimpleStorage(RedfishRequest request)
    {
        var storage = Known(request);
        var body = Json.Resource(request.Path, "SimpleStorage.v1_3_1.SimpleStorage", Storage.ControllerId, "RAID controller");
        body["Status"] = Json.Status();
        body["Devices"] = new JsonArray([.. storage.Drives.Select(drive => new JsonObject
        {
            ["Name"] = drive.Id,
            ["Manufacturer"] = "Simulated Machines",
            ["Model"] = drive.Model,
            ["CapacityBytes"] = drive.Capacity,
            ["Status"] = Json.Status(drive.Health),
        })]);
        return RedfishResponse.Ok(body);
    }
}
