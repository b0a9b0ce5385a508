using System.Text.Json.Nodes;
using Ironic.Conformance;
using Ironic.Driver.Sdk;

namespace Company.Driver.Tests;

/// <summary>The driver keeps the contract, as conductors see it: every requirement that can be looked at from outside.</summary>
public sealed class ConformanceTests
{
    [Fact]
    public async Task It_keeps_the_contract()
    {
        await using var controller = await SimulatedController.StartAsync();
        await using var driver = await DriverTestHost.StartAsync(CompanyHwDriver.Declare, "--CompanyHw:PollInterval=00:00:00.050");
        var driverInfo = new JsonObject { ["company_hw_address"] = controller.Address, ["company_hw_password"] = SimulatedController.Password };

        var report = await ConformanceRun.RunAsync(new ConformanceOptions
        {
            Endpoint = new Uri(driver.Url),
            Machines = [new Machine("company-hw", driverInfo, MayChange: true)],
        });

        Assert.True(report.IsConformant, report.ToText());
    }
}
