using System.Globalization;
using System.Text.Json.Nodes;

namespace Ironic.BmcSimulator.Redfish.Resources;

/// <summary>Managers: the management controllers.</summary>
internal static class ManagerResources
{
    private static readonly string[] ResetTypes = ["GracefulRestart", "ForceRestart"];

    public static RouteTable AddManagers(this RouteTable routes) => routes
        .Add("Managers", get: request => Json.Collection(request, "Manager", "Managers", [.. request.Service.Servers.Select(server => $"{Json.Root}/Managers/{server.Id}")]))
        .Add("Managers/{server}", get: Get, patch: Patch)
        .Add("Managers/{server}/Actions/Manager.Reset", post: Reset)
        .Add("Managers/{server}/EthernetInterfaces", get: request => Json.Collection(request, "EthernetInterface", "Ethernet Interfaces", [$"{request.Path}/1"]))
        .Add("Managers/{server}/EthernetInterfaces/*", get: GetEthernetInterface)
        .Add("Managers/{server}/NetworkProtocol", get: GetNetworkProtocol);

    private static RedfishResponse Get(RedfishRequest request)
    {
        var server = request.Server;
        var path = $"{Json.Root}/Managers/{server.Id}";
        var manager = Json.Resource(path, "Manager.v1_18_0.Manager", server.Id, "Manager");
        manager["ManagerType"] = "BMC";
        manager["Manufacturer"] = request.Behaviour.Dell ? "Dell Inc." : "Simulated Machines";
        manager["Model"] = request.Behaviour.Dell ? "15G Monolithic" : "SBMC-1";
        manager["FirmwareVersion"] = server.Firmware[0].Version;
        manager["UUID"] = server.Uuid.ToString();
        manager["PowerState"] = "On";
        manager["DateTime"] = Json.Time((server.Now + server.ClockOffset).ToOffset(TimeSpan.Parse(server.ClockZone.TrimStart('+'), CultureInfo.InvariantCulture)));
        manager["DateTimeLocalOffset"] = server.ClockZone;
        manager["Status"] = Json.Status();
        manager["GraphicalConsole"] = new JsonObject { ["ServiceEnabled"] = true, ["MaxConcurrentSessions"] = 2, ["ConnectTypesSupported"] = new JsonArray("KVMIP") };
        manager["SerialConsole"] = new JsonObject { ["ServiceEnabled"] = true, ["MaxConcurrentSessions"] = 1, ["ConnectTypesSupported"] = new JsonArray("IPMI") };
        manager["EthernetInterfaces"] = Json.Link($"{path}/EthernetInterfaces");
        manager["NetworkProtocol"] = Json.Link($"{path}/NetworkProtocol");
        if (request.Behaviour.Media.HasFlag(MediaPlace.Manager))
            manager["VirtualMedia"] = Json.Link($"{path}/VirtualMedia");
        manager["Links"] = new JsonObject
        {
            ["ManagerForServers"] = Json.Links([$"{Json.Root}/Systems/{server.Id}"]),
            ["ManagerForChassis"] = Json.Links([$"{Json.Root}/Chassis/{server.Id}"]),
        };
        manager["Actions"] = new JsonObject
        {
            ["#Manager.Reset"] = new JsonObject { ["target"] = $"{path}/Actions/Manager.Reset", ["ResetType@Redfish.AllowableValues"] = Json.Texts(ResetTypes) },
        };
        if (request.Behaviour.Dell)
            DellResources.Extend(manager, path);
        return RedfishResponse.Ok(manager);
    }

    private static RedfishResponse Patch(RedfishRequest request)
    {
        request.AllowOnly("DateTime", "DateTimeLocalOffset");
        var server = request.Server;
        var zone = request.Text("DateTimeLocalOffset");
        if (zone is not null && !(zone.Length == 6 && zone[0] is '+' or '-' && TimeSpan.TryParseExact(zone[1..], "hh\\:mm", CultureInfo.InvariantCulture, out _)))
            throw RedfishException.Invalid("DateTimeLocalOffset", zone);
        if (request.Text("DateTime") is { } text)
        {
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                throw RedfishException.Invalid("DateTime", text);
            server.ClockOffset = time - server.Now;
        }

        server.ClockZone = zone ?? server.ClockZone;
        return Get(request);
    }

    private static RedfishResponse Reset(RedfishRequest request)
    {
        // The type may be left out: there is but one way that a controller restarts.
        request.Word("ResetType", ResetTypes);
        request.Server.ResetController();
        return RedfishResponse.NoContent;
    }

    private static RedfishResponse GetEthernetInterface(RedfishRequest request)
    {
        if (request.Values[0] != "1")
            throw RedfishException.NotFound(request.Path);
        var card = Json.Resource(request.Path, "EthernetInterface.v1_9_0.EthernetInterface", "1", "Management network");
        card["MACAddress"] = request.Server.MacAddresses[0].Replace("52:54:", "52:55:", StringComparison.Ordinal);
        card["InterfaceEnabled"] = true;
        card["IPv4Addresses"] = new JsonArray(new JsonObject { ["Address"] = request.BaseUrl.Host, ["AddressOrigin"] = "Static" });
        card["Status"] = Json.Status();
        return RedfishResponse.Ok(card);
    }

    private static RedfishResponse GetNetworkProtocol(RedfishRequest request)
    {
        var protocol = Json.Resource(request.Path, "ManagerNetworkProtocol.v1_9_1.ManagerNetworkProtocol", "NetworkProtocol", "Network Protocol");
        protocol["Status"] = Json.Status();
        var isTls = request.BaseUrl.Scheme == Uri.UriSchemeHttps;
        protocol["HTTP"] = new JsonObject { ["ProtocolEnabled"] = !isTls, ["Port"] = isTls ? 80 : request.BaseUrl.Port };
        protocol["HTTPS"] = new JsonObject { ["ProtocolEnabled"] = isTls, ["Port"] = isTls ? request.BaseUrl.Port : 443 };
        protocol["IPMI"] = new JsonObject { ["ProtocolEnabled"] = request.Server.IpmiPort is not null, ["Port"] = request.Server.IpmiPort ?? 623 };
        return RedfishResponse.Ok(protocol);
    }
}
