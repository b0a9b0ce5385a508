using System.Net;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Resources;
using Ironic.Drivers.Redfish.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ironic.Drivers.Redfish.Tests.Resources;

/// <summary>The three places where controllers have their sensors.</summary>
public sealed class SensorReaderTests
{
    private const string System = """{"Id": "s", "Links": {"Chassis": [{"@odata.id": "/c"}]}}""";

    [Fact]
    public async Task Old_controllers_have_them_in_thermal_and_power()
    {
        var sensors = await ReadAsync(new Dictionary<string, string>
        {
            ["/c"] = """{"Id": "1U", "Thermal": {"@odata.id": "/c/Thermal"}, "Power": {"@odata.id": "/c/Power"}}""",
            ["/c/Thermal"] = """
                {"Temperatures": [{"MemberId": "CPU1", "Name": "CPU 1", "ReadingCelsius": 41.5, "UpperThresholdCritical": 95, "Status": {"State": "Enabled", "Health": "OK"}},
                                  {"MemberId": "CPU2", "Status": {"State": "Absent"}}, 7, null],
                 "Fans": [{"MemberId": "0", "FanName": "Fan A", "Reading": 30, "ReadingUnits": "Percent", "Status": {"Health": "Critical"}}, {"Reading": "5400"}]}
                """,
            ["/c/Power"] = """{"PowerSupplies": [{"MemberId": "0", "Name": "PSU", "LastPowerOutputWatts": 120, "Status": {"Health": "Warning"}}], "Voltages": "none"}""",
        });

        Assert.Equal(
            ["Temperature|CPU1@1U|CPU 1|41.5|degrees C|Ok", "Fan|Fan:0@1U|Fan A|30|percent|Critical", "Fan|Fan:1@1U|Fan:1|5400|RPM|Unknown", "Power|Power:0@1U|PSU|120|Watts|NonCritical"],
            sensors.Where(sensor => sensor.Name.Length > 0 && sensor.Value is not null).Select(Print));
        Assert.Equal(95, sensors[0].Thresholds!.UpperCritical);
    }

    [Fact]
    public async Task Newer_ones_have_a_collection()
    {
        var sensors = await ReadAsync(new Dictionary<string, string>
        {
            ["/c"] = """{"Id": "1U", "Sensors": {"@odata.id": "/c/Sensors"}}""",
            ["/c/Sensors"] = """{"Members": [{"@odata.id": "/c/Sensors/a"}, {"@odata.id": "/c/Sensors/b"}, {"@odata.id": "/c/Sensors/gone"}]}""",
            ["/c/Sensors/a"] = """{"Id": "a", "Name": "Inlet", "ReadingType": "Temperature", "Reading": 22, "ReadingUnits": "Cel", "Thresholds": {"UpperCaution": {"Reading": 40}, "LowerFatal": {"Reading": -5}}, "Status": {"Health": "OK"}}""",
            ["/c/Sensors/b"] = """{"Id": "b", "Name": "Fan", "ReadingType": "Rotational", "Reading": 9000, "ReadingUnits": "RPM"}""",
        });

        Assert.Equal(["Temperature|a@1U|Inlet|22|degrees C|Ok", "Fan|b@1U|Fan|9000|RPM|Unknown"], sensors.Select(Print));
        Assert.Equal((40.0, -5.0), (sensors[0].Thresholds!.UpperNonCritical, sensors[0].Thresholds!.LowerNonRecoverable));
    }

    [Fact]
    public async Task And_others_subsystems()
    {
        var sensors = await ReadAsync(new Dictionary<string, string>
        {
            ["/c"] = """{"Id": "1U", "ThermalSubsystem": {"@odata.id": "/c/T"}, "PowerSubsystem": {"@odata.id": "/c/P"}}""",
            ["/c/T"] = """{"Fans": {"@odata.id": "/c/T/F"}, "ThermalMetrics": {"@odata.id": "/c/T/M"}}""",
            ["/c/T/F"] = """{"Members": [{"@odata.id": "/c/T/F/1"}]}""",
            ["/c/T/F/1"] = """{"Id": "Bay1", "Name": "Fan bay 1", "SpeedPercent": {"Reading": 45}, "Status": {"Health": "OK"}}""",
            ["/c/T/M"] = """{"TemperatureReadingsCelsius": [{"DeviceName": "Intake", "Reading": 24.5}]}""",
            ["/c/P"] = """{"PowerSupplies": {"@odata.id": "/c/P/S"}}""",
            ["/c/P/S"] = """{"Members": [{"@odata.id": "/c/P/S/1"}]}""",
            ["/c/P/S/1"] = """{"Id": "Bay1", "Name": "Supply", "Status": {"Health": "OK"}}""",
        });

        Assert.Equal(["Fan|Fan bay 1|45", "Temperature|Intake|24.5", "Power|Supply|"], sensors.Select(sensor => FormattableString.Invariant($"{sensor.Type}|{sensor.Name}|{sensor.Value}")));
    }

    private static string Print(Sensor sensor) => FormattableString.Invariant($"{sensor.Type}|{sensor.Id}|{sensor.Name}|{sensor.Value}|{sensor.Unit}|{sensor.Status}");

    private static async Task<IReadOnlyList<Sensor>> ReadAsync(Dictionary<string, string> resources)
    {
        await using var controller = new TestController(
            request => request.Path == "/s" ? Answers.Json(System) : resources.TryGetValue(request.Path, out var found) ? Answers.Json(found) : Answers.Empty(HttpStatusCode.NotFound),
            authentication: AuthenticationType.Basic);
        var connection = controller.Connection;
        return await new SensorReader(NullLogger<SensorReader>.Instance).ReadAsync(new RedfishSystem(connection, await connection.GetAsync("/s")));
    }
}
