using Ironic.Conformance.Reports;
using Xunit.Abstractions;

namespace Ironic.Conformance.Tests.OurDrivers;

/// <summary>A driver of this repository, as a process of its own that is also killed, has to keep the contract.</summary>
internal static class ConformantDriver
{
    public static async Task AssertAsync(ITestOutputHelper output, string name, string[] settings, params Machine[] machines)
    {
        await using var driver = await DriverProcess.StartAsync(name, settings);
        ConformanceReport report = await ConformanceRun.RunAsync(new ConformanceOptions { Endpoint = driver.Url, Machines = machines, RestartAsync = _ => driver.RestartAsync() });
        output.WriteLine(report.ToText());
        Assert.True(report.IsConformant, report.ToText());
        Assert.DoesNotContain(report.Results, result => result.Reason == "nothing says how it is restarted");
    }
}
