using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Redfish.Resources;

/// <summary>UpdateService: the firmware that there is, and SimpleUpdate, which puts another in its place by a task.</summary>
internal static class UpdateResources
{
    private const string Inventory = $"{Json.Root}/UpdateService/FirmwareInventory";

    private static readonly string[] Protocols = ["HTTP", "HTTPS", "NFS", "CIFS", "FTP", "SFTP", "SCP", "TFTP", "OEM"];

    public static RouteTable AddUpdates(this RouteTable routes) => routes
        .Add("UpdateService", get: GetService)
        .Add("UpdateService/Actions/UpdateService.SimpleUpdate", post: SimpleUpdate)
        .Add("UpdateService/FirmwareInventory", get: GetInventory)
        .Add("UpdateService/FirmwareInventory/*", get: GetComponent);

    private static RedfishResponse GetService(RedfishRequest request)
    {
        var service = Json.Resource(request.Path, "UpdateService.v1_11_3.UpdateService", "UpdateService", "Update Service");
        service["ServiceEnabled"] = true;
        service["Status"] = Json.Status();
        service["FirmwareInventory"] = Json.Link(Inventory);
        service["SoftwareInventory"] = Json.Link(Inventory);
        service["Actions"] = new JsonObject
        {
            ["#UpdateService.SimpleUpdate"] = new JsonObject
            {
                ["target"] = $"{request.Path}/Actions/UpdateService.SimpleUpdate",
                ["TransferProtocol@Redfish.AllowableValues"] = Json.Texts(Protocols),
            },
        };
        return RedfishResponse.Ok(service);
    }

    // Where a service has many machines, their components are told apart by the machine's name.
    private static string Name(RedfishService service, SimulatedServer server, FirmwareComponent component) => service.Only is null ? $"{server.Id}-{component.Id}" : component.Id;

    private static IEnumerable<(string Name, SimulatedServer Server, FirmwareComponent Component)> Components(RedfishService service) =>
        from server in service.Servers from component in server.Firmware select (Name(service, server, component), server, component);

    private static (string Name, SimulatedServer Server, FirmwareComponent Component) Find(RedfishService service, string name, Func<RedfishException> missing)
    {
        var found = Components(service).FirstOrDefault(entry => entry.Name == name);
        return found.Component is null ? throw missing() : found;
    }

    private static RedfishResponse GetInventory(RedfishRequest request) =>
        Json.Collection(request, "SoftwareInventory", "Firmware Inventory", [.. Components(request.Service).Select(entry => $"{Inventory}/{entry.Name}")]);

    private static RedfishResponse GetComponent(RedfishRequest request)
    {
        var (name, server, component) = Find(request.Service, request.Values[0], () => RedfishException.NotFound(request.Path));
        var body = Json.Resource(request.Path, "SoftwareInventory.v1_9_0.SoftwareInventory", name, component.Name);
        body["Version"] = component.Version;
        body["Updateable"] = true;
        body["SoftwareId"] = component.Id;
        body["Manufacturer"] = "Simulated Machines";
        body["ReleaseDate"] = "2024-01-31T00:00:00Z";
        body["RelatedItem"] = Json.Links([component.Id == "BMC" ? $"{Json.Root}/Managers/{server.Id}" : $"{Json.Root}/Systems/{server.Id}"]);
        body["Status"] = Json.Status();
        return RedfishResponse.Ok(body);
    }

    private static RedfishResponse SimpleUpdate(RedfishRequest request)
    {
        var image = request.RequiredText("ImageURI");
        request.Word("TransferProtocol", Protocols);
        if (!Uri.TryCreate(image, UriKind.Absolute, out var uri))
            throw RedfishException.Invalid("ImageURI", image);
        var (server, component) = Target(request, uri);
        lock (server.Sync)
        {
            var task = request.Service.Tasks.Start($"Update {component.Name}", server, () =>
            {
                component.Install(uri.AbsolutePath);
                server.Publish(new MachineEvent(MachineEventKind.FirmwareUpdated, server, component.Id));
                if (component.Id == "BMC" && request.Behaviour.ResetAfterUpdate)
                    server.ResetController();
                return $"{Inventory}/{Name(request.Service, server, component)}";
            });
            return TaskResources.Accepted(request.Service, task);
        }
    }

    /// <summary>What an update is for: a target that was named, or else what the file's name begins with, or else the management controller.</summary>
    private static (SimulatedServer Server, FirmwareComponent Component) Target(RedfishRequest request, Uri image)
    {
        var targets = request.Texts("Targets");
        if (targets.Count > 1)
            throw RedfishException.Invalid("Targets", "More than one");
        if (targets is [var target, ..])
        {
            if (target.StartsWith($"{Inventory}/", StringComparison.Ordinal))
            {
                var (_, server, component) = Find(request.Service, target[(Inventory.Length + 1)..], () => RedfishException.Invalid("Targets", target));
                return (server, component);
            }

            var named = request.Service.Find(target[(target.LastIndexOf('/') + 1)..]) ?? throw RedfishException.Invalid("Targets", target);
            return (named, Guess(named, image));
        }

        const string missing = "The action SimpleUpdate requires the parameter Targets where there are several systems.";
        var only = request.Service.Only ?? throw new RedfishException(400, "ActionParameterMissing", missing) { Property = "Targets" };
        return (only, Guess(only, image));
    }

    private static FirmwareComponent Guess(SimulatedServer server, Uri image)
    {
        var file = image.Segments[^1];
        return server.Firmware.FirstOrDefault(component => file.StartsWith(component.Id.Split('.')[0], StringComparison.OrdinalIgnoreCase)) ?? server.Firmware[0];
    }
}
