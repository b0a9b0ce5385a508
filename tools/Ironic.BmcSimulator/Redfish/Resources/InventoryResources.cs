using System.Globalization;
using System.Text.Json.Nodes;

namespace Ironic.BmcSimulator.Redfish.Resources;

/// <summary>What a machine has and nobody changes: processors, memory, network cards.</summary>
internal static class InventoryResources
{
    public static RouteTable AddInventory(this RouteTable routes) => routes
        .Add("Systems/{server}/Processors", get: request => Json.Collection(request, "Processor", "Processors", Members(request, "CPU.1", "CPU.2")))
        .Add("Systems/{server}/Processors/*", get: GetProcessor)
        .Add("Systems/{server}/Memory", get: request => Json.Collection(request, "Memory", "Memory", Members(request, "DIMM.A1", "DIMM.A2", "DIMM.B1", "DIMM.B2")))
        .Add("Systems/{server}/Memory/*", get: GetMemory)
        .Add("Systems/{server}/EthernetInterfaces", get: request => Json.Collection(request, "EthernetInterface", "Ethernet Interfaces", Members(request, "NIC.1", "NIC.2")))
        .Add("Systems/{server}/EthernetInterfaces/*", get: GetEthernetInterface);

    private static string[] Members(RedfishRequest request, params ReadOnlySpan<string> ids)
    {
        var members = new string[ids.Length];
        for (var i = 0; i < ids.Length; i++)
            members[i] = $"{request.Path}/{ids[i]}";
        return members;
    }

    /// <summary>The number at the end of a name, from 1 to <paramref name="count"/>.</summary>
    private static int Number(RedfishRequest request, string prefix, int count)
    {
        var id = request.Values[0];
        return id.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(id[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= count
            ? number
            : throw RedfishException.NotFound(request.Path);
    }

    private static RedfishResponse GetProcessor(RedfishRequest request)
    {
        var number = Number(request, "CPU.", 2);
        var processor = Json.Resource(request.Path, "Processor.v1_18_0.Processor", request.Values[0], $"Processor {number.ToString(CultureInfo.InvariantCulture)}");
        processor["Socket"] = request.Values[0];
        processor["ProcessorType"] = "CPU";
        processor["ProcessorArchitecture"] = "x86";
        processor["InstructionSet"] = "x86-64";
        processor["Manufacturer"] = "Simulated Machines";
        processor["Model"] = "Simulated CPU";
        processor["MaxSpeedMHz"] = 3200;
        processor["TotalCores"] = 16;
        processor["TotalThreads"] = 32;
        processor["Status"] = Json.Status();
        return RedfishResponse.Ok(processor);
    }

    private static RedfishResponse GetMemory(RedfishRequest request)
    {
        if (request.Values[0] is not ("DIMM.A1" or "DIMM.A2" or "DIMM.B1" or "DIMM.B2"))
            throw RedfishException.NotFound(request.Path);
        var module = Json.Resource(request.Path, "Memory.v1_18_0.Memory", request.Values[0], request.Values[0]);
        module["MemoryType"] = "DRAM";
        module["MemoryDeviceType"] = "DDR4";
        module["CapacityMiB"] = 32 * 1024;
        module["OperatingSpeedMhz"] = 3200;
        module["Manufacturer"] = "Simulated Machines";
        module["SerialNumber"] = $"M{request.Server.Serial}{request.Values[0][^2..]}";
        module["Status"] = Json.Status();
        return RedfishResponse.Ok(module);
    }

    private static RedfishResponse GetEthernetInterface(RedfishRequest request)
    {
        var number = Number(request, "NIC.", 2);
        var mac = request.Server.MacAddresses[number - 1];
        var card = Json.Resource(request.Path, "EthernetInterface.v1_9_0.EthernetInterface", request.Values[0], $"Network card {number.ToString(CultureInfo.InvariantCulture)}");
        card["MACAddress"] = mac;
        card["PermanentMACAddress"] = mac;
        card["SpeedMbps"] = 25_000;
        card["LinkStatus"] = number == 1 ? "LinkUp" : "LinkDown";
        card["InterfaceEnabled"] = true;
        card["Status"] = Json.Status();
        card["Links"] = new JsonObject { ["Chassis"] = Json.Link($"{Json.Root}/Chassis/{request.Server.Id}") };
        return RedfishResponse.Ok(card);
    }
}
