using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Redfish.Resources;

/// <summary>Bios, its settings for the next boot, and SecureBoot.</summary>
internal static class BiosResources
{
    public static RouteTable AddBios(this RouteTable routes) => routes
        .Add("Systems/{server}/Bios", get: Get)
        .Add("Systems/{server}/Bios/Settings", get: GetSettings, patch: PatchSettings)
        .Add("Systems/{server}/Bios/Actions/Bios.ResetBios", post: ResetBios)
        .Add("Systems/{server}/SecureBoot", get: GetSecureBoot, patch: PatchSecureBoot)
        .Add("Systems/{server}/SecureBoot/Actions/SecureBoot.ResetKeys", post: ResetKeys);

    private static RedfishResponse Get(RedfishRequest request)
    {
        var settings = request.Server.Bios;
        var bios = Json.Resource(request.Path, "Bios.v1_2_1.Bios", "Bios", "BIOS");
        bios["AttributeRegistry"] = RegistryResources.BiosRegistry;
        bios["Attributes"] = new JsonObject(settings.Current.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.DeepClone())));
        var annotation = new JsonObject
        {
            ["@odata.type"] = "#Settings.v1_3_5.Settings",
            ["SettingsObject"] = Json.Link($"{request.Path}/Settings"),
            ["SupportedApplyTimes"] = new JsonArray("OnReset"),
            ["Messages"] = new JsonArray(),
        };
        if (settings.AppliedAt is { } time)
        {
            annotation["Time"] = Json.Time(time);
            annotation["Messages"] = new JsonArray(new JsonObject
            {
                ["MessageId"] = $"{RedfishException.Registry}.Success",
                ["Message"] = "The settings were applied.",
                ["MessageArgs"] = new JsonArray(),
                ["Severity"] = "OK",
                ["Resolution"] = "None",
            });
        }

        bios["@Redfish.Settings"] = annotation;
        bios["Actions"] = new JsonObject { ["#Bios.ResetBios"] = new JsonObject { ["target"] = $"{request.Path}/Actions/Bios.ResetBios" } };
        return RedfishResponse.Ok(bios);
    }

    private static RedfishResponse GetSettings(RedfishRequest request)
    {
        var bios = request.Server.Bios;
        var settings = Json.Resource(request.Path, "Bios.v1_2_1.Bios", "Settings", "BIOS settings for the next boot");
        settings["AttributeRegistry"] = RegistryResources.BiosRegistry;
        settings["Attributes"] = new JsonObject(bios.Pending.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.DeepClone())));
        settings["@Redfish.SettingsApplyTime"] = new JsonObject { ["ApplyTime"] = "OnReset", ["ApplyTime@Redfish.AllowableValues"] = new JsonArray("OnReset") };
        return RedfishResponse.Ok(settings);
    }

    private static RedfishResponse PatchSettings(RedfishRequest request)
    {
        request.AllowOnly("Attributes");
        if (request.Body["@Redfish.SettingsApplyTime"] is JsonObject apply && Json.TextOf(apply["ApplyTime"]) is { } when and not "OnReset")
            throw RedfishException.Invalid("@Redfish.SettingsApplyTime/ApplyTime", when);
        var attributes = request.Inside("Attributes").Body;
        foreach (var (name, value) in attributes)
        {
            var attribute = BiosAttribute.All.FirstOrDefault(attribute => attribute.Name == name) ?? throw RedfishException.Unknown($"Attributes/{name}");
            if (attribute.ReadOnly)
                throw RedfishException.ReadOnly($"Attributes/{name}");
            if (!attribute.Allows(value))
                throw RedfishException.Invalid($"Attributes/{name}", value?.ToJsonString() ?? "null");
        }

        foreach (var (name, value) in attributes)
            request.Server.Bios.Set(name, (JsonValue)value!);
        return GetSettings(request);
    }

    private static RedfishResponse ResetBios(RedfishRequest request)
    {
        request.Server.Bios.ResetToDefaults();
        return RedfishResponse.NoContent;
    }

    private static RedfishResponse GetSecureBoot(RedfishRequest request)
    {
        var state = request.Server.SecureBoot;
        var body = Json.Resource(request.Path, "SecureBoot.v1_1_0.SecureBoot", "SecureBoot", "UEFI Secure Boot");
        body["SecureBootEnable"] = state.Enabled;
        body["SecureBootCurrentBoot"] = state.InForce ? "Enabled" : "Disabled";
        body["SecureBootMode"] = state.Mode;
        body["Actions"] = new JsonObject
        {
            ["#SecureBoot.ResetKeys"] = new JsonObject
            {
                ["target"] = $"{request.Path}/Actions/SecureBoot.ResetKeys",
                ["ResetKeysType@Redfish.AllowableValues"] = Json.Texts(SecureBootState.ResetTypes),
            },
        };
        return RedfishResponse.Ok(body);
    }

    private static RedfishResponse PatchSecureBoot(RedfishRequest request)
    {
        request.AllowOnly("SecureBootEnable");
        var enable = request.Flag("SecureBootEnable") ?? throw RedfishException.Missing("SecureBootEnable");
        if (enable && request.Server.BootOverride.Mode != "UEFI")
            throw RedfishException.Conflict("Secure Boot needs the boot mode UEFI.");
        request.Server.SecureBoot.Enabled = enable;
        return GetSecureBoot(request);
    }

    private static RedfishResponse ResetKeys(RedfishRequest request)
    {
        request.Server.SecureBoot.ResetKeys(request.Word("ResetKeysType", SecureBootState.ResetTypes) ?? throw RedfishException.Missing("ResetKeysType"));
        return RedfishResponse.NoContent;
    }
}
