using System.Globalization;
using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Redfish.Resources;

/// <summary>Chassis, with the sensors: in Thermal and Power as services have had them for long, and as Sensors.</summary>
internal static class ChassisResources
{
    public static RouteTable AddChassis(this RouteTable routes) => routes
        .Add("Chassis", get: request => Json.Collection(request, "Chassis", "Chassis", [.. request.Service.Servers.Select(server => $"{Json.Root}/Chassis/{server.Id}")]))
        .Add("Chassis/{server}", get: Get, patch: Patch)
        .Add("Chassis/{server}/Actions/Chassis.Reset", post: Reset)
        .Add("Chassis/{server}/Thermal", get: GetThermal)
        .Add("Chassis/{server}/Power", get: GetPower)
        .Add("Chassis/{server}/Sensors", get: request => Json.Collection(request, "Sensor", "Sensors", [.. MachineSensor.All.Select(sensor => $"{request.Path}/{Id(sensor)}")]))
        .Add("Chassis/{server}/Sensors/*", get: GetSensor);

    private static string Id(MachineSensor sensor) => sensor.Name.Replace(' ', '_');

    private static double Read(RedfishRequest request, MachineSensor sensor) => sensor.Read(request.Server.Power.IsOn);

    private static IEnumerable<MachineSensor> Sensors(SensorKind kind) => MachineSensor.All.Where(sensor => sensor.Kind == kind);

    private static RedfishResponse Get(RedfishRequest request)
    {
        var server = request.Server;
        var path = $"{Json.Root}/Chassis/{server.Id}";
        var chassis = Json.Resource(path, "Chassis.v1_23_0.Chassis", server.Id, "Chassis");
        chassis["ChassisType"] = "RackMount";
        chassis["Manufacturer"] = request.Behaviour.Dell ? "Dell Inc." : "Simulated Machines";
        chassis["Model"] = "SM-2";
        chassis["SerialNumber"] = server.Serial;
        chassis["PartNumber"] = "SM-2-A01";
        chassis["PowerState"] = server.Power.State.ToString();
        chassis["IndicatorLED"] = server.ChassisIndicator;
        chassis["Status"] = Json.Status(server.Health, rollup: true);
        foreach (var name in (ReadOnlySpan<string>)["Thermal", "Power", "Sensors"])
            chassis[name] = Json.Link($"{path}/{name}");
        chassis["Links"] = new JsonObject
        {
            ["ComputerSystems"] = Json.Links([$"{Json.Root}/Systems/{server.Id}"]),
            ["ManagedBy"] = Json.Links([$"{Json.Root}/Managers/{server.Id}"]),
            ["Drives"] = Json.Links(server.Storage.Drives.Select(drive => $"{Json.Root}/Systems/{server.Id}/Storage/{Storage.ControllerId}/Drives/{drive.Id}")),
        };
        chassis["Actions"] = new JsonObject
        {
            ["#Chassis.Reset"] = new JsonObject { ["target"] = $"{path}/Actions/Chassis.Reset", ["ResetType@Redfish.AllowableValues"] = Json.Texts(Enum.GetNames<ResetType>()) },
        };
        return RedfishResponse.Ok(chassis);
    }

    private static RedfishResponse Patch(RedfishRequest request)
    {
        request.AllowOnly("IndicatorLED");
        request.Server.ChassisIndicator = SystemResources.Indicator(request);
        return Get(request);
    }

    private static RedfishResponse Reset(RedfishRequest request)
    {
        request.Server.Power.Reset(Enum.Parse<ResetType>(request.Word("ResetType", Enum.GetNames<ResetType>()) ?? throw RedfishException.Missing("ResetType")));
        return RedfishResponse.NoContent;
    }

    private static RedfishResponse GetThermal(RedfishRequest request)
    {
        var thermal = Json.Resource(request.Path, "Thermal.v1_7_1.Thermal", "Thermal", "Thermal");
        thermal["Status"] = Json.Status();
        thermal["Temperatures"] = new JsonArray([.. Sensors(SensorKind.Temperature).Select((sensor, index) => Describe(request, "Temperatures", index, sensor, "ReadingCelsius", reading =>
        {
            reading["PhysicalContext"] = sensor.Name.StartsWith("CPU", StringComparison.Ordinal) ? "CPU" : "Intake";
            reading["MinReadingRangeTemp"] = 0;
            reading["MaxReadingRangeTemp"] = 127;
        }))]);
        thermal["Fans"] = new JsonArray([.. Sensors(SensorKind.Fan).Select((sensor, index) => Describe(request, "Fans", index, sensor, "Reading", reading =>
        {
            reading["ReadingUnits"] = "RPM";
            reading["PhysicalContext"] = "SystemBoard";
            reading["MinReadingRange"] = 0;
            reading["MaxReadingRange"] = 18_000;
        }))]);
        return RedfishResponse.Ok(thermal);
    }

    private static RedfishResponse GetPower(RedfishRequest request)
    {
        var power = Json.Resource(request.Path, "Power.v1_7_1.Power", "Power", "Power");
        var supply = Sensors(SensorKind.Power).Single();
        power["Voltages"] = new JsonArray([.. Sensors(SensorKind.Voltage).Select((sensor, index) =>
            Describe(request, "Voltages", index, sensor, "ReadingVolts", reading => reading["PhysicalContext"] = "SystemBoard"))]);
        power["PowerControl"] = new JsonArray(new JsonObject
        {
            ["@odata.id"] = $"{request.Path}#/PowerControl/0",
            ["MemberId"] = "0",
            ["Name"] = "System power",
            ["PowerConsumedWatts"] = Read(request, supply),
            ["PowerCapacityWatts"] = 800,
            ["Status"] = Json.Status(),
        });
        power["PowerSupplies"] = new JsonArray(new JsonObject
        {
            ["@odata.id"] = $"{request.Path}#/PowerSupplies/0",
            ["MemberId"] = "0",
            ["Name"] = "PSU1",
            ["PowerSupplyType"] = "AC",
            ["LineInputVoltage"] = 230,
            ["LineInputVoltageType"] = "AC240V",
            ["PowerCapacityWatts"] = 800,
            ["LastPowerOutputWatts"] = Read(request, supply),
            ["Manufacturer"] = "Simulated Machines",
            ["Model"] = "SP-800",
            ["SerialNumber"] = $"P{request.Server.Serial}",
            ["FirmwareVersion"] = "1.0",
            ["InputRanges"] = new JsonArray(),
            ["Status"] = Json.Status(),
        });
        return RedfishResponse.Ok(power);
    }

    private static JsonObject Describe(RedfishRequest request, string list, int index, MachineSensor sensor, string property, Action<JsonObject> more)
    {
        var reading = new JsonObject
        {
            ["@odata.id"] = string.Create(CultureInfo.InvariantCulture, $"{request.Path}#/{list}/{index}"),
            ["MemberId"] = index.ToString(CultureInfo.InvariantCulture),
            ["Name"] = sensor.Name,
            ["SensorNumber"] = sensor.Number,
            [property] = Read(request, sensor),
            ["Status"] = Json.Status(),
        };
        if (sensor.Critical is { } critical)
            (reading["UpperThresholdCritical"], reading["UpperThresholdNonCritical"]) = (critical, critical - 5);
        more(reading);
        return reading;
    }

    private static RedfishResponse GetSensor(RedfishRequest request)
    {
        var sensor = MachineSensor.All.FirstOrDefault(sensor => Id(sensor) == request.Values[0]) ?? throw RedfishException.NotFound(request.Path);
        var body = Json.Resource(request.Path, "Sensor.v1_7_0.Sensor", Id(sensor), sensor.Name);
        (body["ReadingType"], body["ReadingUnits"]) = sensor.Kind switch
        {
            SensorKind.Temperature => ("Temperature", "Cel"),
            SensorKind.Fan => ("Rotational", "{rev}/min"),
            SensorKind.Voltage => ("Voltage", "V"),
            _ => ("Power", "W"),
        };
        body["Reading"] = Read(request, sensor);
        body["Status"] = Json.Status();
        if (sensor.Critical is { } critical)
            body["Thresholds"] = new JsonObject { ["UpperCritical"] = new JsonObject { ["Reading"] = critical } };
        return RedfishResponse.Ok(body);
    }
}
