using System.Globalization;
using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Redfish.Resources;

/// <summary>Systems: the machines themselves, with their power and what they boot from.</summary>
internal static class SystemResources
{
    private static readonly string[] Indicators = ["Off", "Lit", "Blinking"];

    public static RouteTable AddSystems(this RouteTable routes) => routes
        .Add("Systems", get: request => Json.Collection(request, "ComputerSystem", "Systems", [.. request.Service.Servers.Select(server => $"{Json.Root}/Systems/{server.Id}")]))
        .Add("Systems/{server}", get: Get, patch: Patch)
        .Add("Systems/{server}/Actions/ComputerSystem.Reset", post: Reset);

    /// <summary>An indicator light's new state.</summary>
    public static string Indicator(RedfishRequest request) => request.Word("IndicatorLED", Indicators) ?? throw RedfishException.WrongType("IndicatorLED");

    private static RedfishResponse Get(RedfishRequest request)
    {
        var server = request.Server;
        var path = $"{Json.Root}/Systems/{server.Id}";
        var system = Json.Resource(path, "ComputerSystem.v1_20_1.ComputerSystem", server.Id, "System");
        system["SystemType"] = "Physical";
        system["Manufacturer"] = request.Behaviour.Dell ? "Dell Inc." : "Simulated Machines";
        system["Model"] = request.Behaviour.Dell ? "PowerEdge R650" : "SM-2";
        system["SKU"] = server.Serial;
        system["PartNumber"] = "SM-2-A01";
        system["SerialNumber"] = server.Serial;
        system["UUID"] = server.Uuid.ToString();
        system["AssetTag"] = server.AssetTag;
        system["HostName"] = "";
        system["BiosVersion"] = server.Firmware[1].Version;
        system["PowerState"] = server.Power.State.ToString();
        system["IndicatorLED"] = server.SystemIndicator;
        system["LocationIndicatorActive"] = server.SystemIndicator != "Off";
        system["Status"] = Json.Status(server.Health, rollup: true);
        system["ProcessorSummary"] = new JsonObject { ["Count"] = 2, ["CoreCount"] = 32, ["LogicalProcessorCount"] = 64, ["Model"] = "Simulated CPU", ["Status"] = Json.Status(rollup: true) };
        system["MemorySummary"] = new JsonObject { ["TotalSystemMemoryGiB"] = 128, ["Status"] = Json.Status(rollup: true) };
        system["Boot"] = Boot(request);
        foreach (var name in (ReadOnlySpan<string>)["Bios", "EthernetInterfaces", "Processors", "Memory", "Storage", "SimpleStorage", "SecureBoot"])
            system[name] = Json.Link($"{path}/{name}");
        if (request.Behaviour.Media.HasFlag(MediaPlace.System))
            system["VirtualMedia"] = Json.Link($"{path}/VirtualMedia");
        system["Links"] = new JsonObject
        {
            ["Chassis"] = Json.Links([$"{Json.Root}/Chassis/{server.Id}"]),
            ["ManagedBy"] = Json.Links([$"{Json.Root}/Managers/{server.Id}"]),
        };
        system["Actions"] = new JsonObject
        {
            ["#ComputerSystem.Reset"] = new JsonObject
            {
                ["target"] = $"{path}/Actions/ComputerSystem.Reset",
                ["ResetType@Redfish.AllowableValues"] = Json.Texts(Enum.GetNames<ResetType>()),
            },
        };
        return RedfishResponse.Ok(system);
    }

    private static JsonObject Boot(RedfishRequest request)
    {
        var boot = request.Server.BootOverride;
        return new JsonObject
        {
            ["BootSourceOverrideEnabled"] = boot.Enabled,
            ["BootSourceOverrideEnabled@Redfish.AllowableValues"] = Json.Texts(BootOverride.Frequencies.Where(frequency => frequency != "Continuous" || !request.Behaviour.RefuseContinuousBoot)),
            ["BootSourceOverrideTarget"] = boot.Target,
            ["BootSourceOverrideTarget@Redfish.AllowableValues"] = Json.Texts(Targets(request.Behaviour)),
            ["BootSourceOverrideMode"] = boot.Mode,
            ["BootSourceOverrideMode@Redfish.AllowableValues"] = Json.Texts(BootOverride.Modes),
            ["UefiTargetBootSourceOverride"] = null,
            ["HttpBootUri"] = boot.HttpBootUri,
            ["BootOrder"] = new JsonArray("Boot0000", "Boot0001"),
        };
    }

    private static RedfishResponse Patch(RedfishRequest request)
    {
        request.AllowOnly("Boot", "IndicatorLED", "LocationIndicatorActive", "AssetTag");
        var server = request.Server;
        // Everything is checked before anything is changed.
        var indicator = request.Body.ContainsKey("IndicatorLED") ? Indicator(request) : request.Flag("LocationIndicatorActive") is { } active ? active ? "Blinking" : "Off" : null;
        var tag = request.Text("AssetTag");
        if (request.Body.ContainsKey("Boot"))
            SetBoot(request.Inside("Boot"));
        server.SystemIndicator = indicator ?? server.SystemIndicator;
        server.AssetTag = tag ?? server.AssetTag;
        return Get(request);
    }

    private static void SetBoot(RedfishRequest request)
    {
        request.AllowOnly("BootSourceOverrideEnabled", "BootSourceOverrideTarget", "BootSourceOverrideMode", "HttpBootUri", "BootOrder", "UefiTargetBootSourceOverride");
        var boot = request.Server.BootOverride;
        var target = request.Word("BootSourceOverrideTarget", Targets(request.Behaviour));
        var enabled = request.Word("BootSourceOverrideEnabled", BootOverride.Frequencies);
        var mode = request.Word("BootSourceOverrideMode", BootOverride.Modes);
        var uri = request.Text("HttpBootUri");
        if (enabled == "Continuous" && request.Behaviour.RefuseContinuousBoot)
            throw RedfishException.Invalid("Boot/BootSourceOverrideEnabled", enabled);
        if (enabled == "Disabled" && request.Behaviour.RefuseDisabledBoot)
            throw RedfishException.Invalid("Boot/BootSourceOverrideEnabled", enabled);
        if (mode is not null && mode != boot.Mode && request.Behaviour.RefuseBootMode)
            throw RedfishException.ReadOnly("Boot/BootSourceOverrideMode");
        if (target == "UefiHttp" && (mode ?? boot.Mode) != "UEFI")
            throw RedfishException.Conflict("UefiHttp needs the boot mode UEFI.");
        boot.Mode = mode ?? boot.Mode;
        boot.HttpBootUri = uri ?? boot.HttpBootUri;
        boot.Target = target ?? boot.Target;
        boot.Enabled = enabled ?? (target is not null and not "None" && boot.Enabled == "Disabled" ? "Once" : boot.Enabled);
        if (boot.Enabled == "Disabled" || boot.Target == "None")
            boot.Clear();
    }

    private static string[] Targets(RedfishBehaviour behaviour) => [.. BootOverride.Targets.Where(target => target != "UefiHttp" || behaviour.BootsOverHttp)];

    private static RedfishResponse Reset(RedfishRequest request)
    {
        var word = request.Word("ResetType", Enum.GetNames<ResetType>()) ?? throw new RedfishException(400, "ActionParameterMissing", "The action Reset requires the parameter ResetType.");
        var type = Enum.Parse<ResetType>(word);
        var power = request.Server.Power;
        if (request.Behaviour.RefuseIdleResets && IsIdle(type, power.State))
            throw RedfishException.Conflict(string.Create(CultureInfo.InvariantCulture, $"The reset {word} cannot be done: the system is {power.State}."));
        power.Reset(type);
        return RedfishResponse.NoContent;
    }

    private static bool IsIdle(ResetType type, PowerState state) => type switch
    {
        ResetType.On or ResetType.ForceOn => state is PowerState.On or PowerState.PoweringOn,
        ResetType.PushPowerButton => false,
        _ => state is PowerState.Off or PowerState.PoweringOff,
    };
}
