using System.Text.Json.Nodes;
using Ironic.Conformance;

namespace Ironic.Clients.Tests.Python;

/// <summary>A driver in another language keeps the contract as the kit reads it.</summary>
public sealed class PythonDriverConformanceTests
{
    // Nobody listens on port 1: the driver goes on looking for its conductor.
    private static readonly Uri Nobody = new("http://127.0.0.1:1");

    [Fact]
    public async Task It_passes_the_conformance_kit()
    {
        await using var driver = await PythonDriver.StartAsync(Nobody);
        var report = await ConformanceRun.RunAsync(new ConformanceOptions { Endpoint = driver.Url, Machines = [new Machine("python-example", new JsonObject { ["python_address"] = "192.0.2.1" }, MayChange: true)] });
        Assert.True(report.IsConformant, report.ToText());
    }
}
