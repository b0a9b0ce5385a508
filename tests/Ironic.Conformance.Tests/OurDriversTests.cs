using System.Text.Json.Nodes;
using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Machines;
using Ironic.Conformance.Reports;
using Ironic.Testing;
using Ironic.Testing.Stack;
using Xunit.Abstractions;

namespace Ironic.Conformance.Tests;

/// <summary>The drivers of this repository keep the contract, as processes of their own that are also killed.</summary>
public sealed class OurDriversTests(ITestOutputHelper output)
{
    [Fact]
    public Task Fake() => AssertConformantAsync("fake", [], new Machine("fake-hardware", [], MayChange: true), new Machine("manual-management", [], MayChange: true));

    [Fact]
    public Task Example() => AssertConformantAsync("example", [], new Machine("example", [], MayChange: true));

    [Fact]
    public async Task Ipmi()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { IpmiServers = 2, Timings = MachineTimings.None });
        Machine[] machines = [.. fleet.Servers.Zip((string[])["ipmi", "intel-ipmi"], (server, type) => new Machine(type, IpmiInfo(fleet, server), MayChange: true))];
        await AssertConformantAsync("ipmi", ["--Ipmi:PowerPollInterval=00:00:00.050", "--Ipmi:ConsolePortRange=40000:49999"], machines);
    }

    [Fact]
    public async Task Redfish()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 2, Timings = MachineTimings.None });
        Machine[] machines = [.. fleet.Servers.Zip((string[])["redfish", "idrac"], (server, type) => new Machine(type, RedfishInfo(fleet, server), MayChange: true))];
        await AssertConformantAsync("redfish", ["--Redfish:PollInterval=00:00:00.050", "--Redfish:TaskPollInterval=00:00:00.050"], machines);
    }

    [Fact]
    public async Task The_program_tells_people_and_programs_what_it_found()
    {
        await using var driver = await DriverProcess.StartAsync("example");
        using var directory = new TestDirectory("conformance");
        await File.WriteAllTextAsync(directory.Combine("machine.json"), """{"hardware_type": "example", "driver_info": {}}""");
        string[] arguments = [driver.Url.OriginalString, "--machine", directory.Combine("machine.json"), "--allow-changes", "--json", directory.Combine("report.json"), "--only", "R-013,R-061"];

        var (status, text) = await RunAsync(arguments);

        Assert.True(status == 0, text);
        Assert.Contains("R-013  1 passed\n", text, StringComparison.Ordinal);
        var report = JsonNode.Parse(await File.ReadAllTextAsync(directory.Combine("report.json")))!;
        Assert.Equal(("example", true), ((string?)report["driver"], (bool)report["is_conformant"]!));
        Assert.Contains(report["results"]!.AsArray(), result => (string?)result!["requirement"] == "R-061" && (string?)result["verdict"] == "Pass");
        await driver.KillAsync();
        Assert.Equal(2, (await RunAsync(arguments)).Status);
        Assert.Equal(2, (await RunAsync(["nowhere"])).Status);
        Assert.Equal(2, (await RunAsync([driver.Url.OriginalString, "--machine", directory.Combine("report.txt")])).Status);
    }

    private static JsonObject IpmiInfo(SimulatedFleet fleet, SimulatedServer server) => new()
    {
        ["ipmi_address"] = "127.0.0.1",
        ["ipmi_port"] = server.IpmiPort,
        ["ipmi_username"] = fleet.Options.User,
        ["ipmi_password"] = fleet.Options.Password,
    };

    private static JsonObject RedfishInfo(SimulatedFleet fleet, SimulatedServer server) => new()
    {
        ["redfish_address"] = server.RedfishUrl!.OriginalString,
        ["redfish_username"] = fleet.Options.User,
        ["redfish_password"] = fleet.Options.Password,
    };

    private static async Task<(int Status, string Text)> RunAsync(string[] arguments)
    {
        await using var process = await ServerProcess.StartAsync(new ServerProcessOptions("dotnet", [typeof(ConformanceRun).Assembly.Location, .. arguments]));
        await process.WaitForExitAsync(TestStack.Limit);
        return (process.ExitCode, process.Output);
    }

    private async Task AssertConformantAsync(string name, string[] settings, params Machine[] machines)
    {
        await using var driver = await DriverProcess.StartAsync(name, settings);
        ConformanceReport report = await ConformanceRun.RunAsync(new ConformanceOptions { Endpoint = driver.Url, Machines = machines, RestartAsync = _ => driver.RestartAsync() });
        output.WriteLine(report.ToText());
        Assert.True(report.IsConformant, report.ToText());
        Assert.DoesNotContain(report.Results, result => result.Reason == "nothing says how it is restarted");
    }
}
