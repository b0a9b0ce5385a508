using Ironic.Conformance.Tests.Model;

namespace Ironic.Conformance.Tests;

/// <summary>A driver that keeps the contract passes, and every fault that is planted in it is found.</summary>
public sealed class PlantedFaultTests
{
    public static TheoryData<string> Names { get; } = [.. Faults.All.Select(fault => fault.Name)];

    [Fact]
    public async Task A_driver_that_keeps_the_contract_passes_by_itself_and_with_a_machine()
    {
        await using var driver = await ModelDriver.StartAsync();
        var options = new ConformanceOptions { Endpoint = new Uri(driver.Url) };

        var alone = await ConformanceRun.RunAsync(options);
        Assert.True(alone.IsConformant, alone.ToText());
        Assert.Contains(alone.Results, result => result is { Verdict: Verdict.Skip, Reason: "needs a machine of the hardware type model" });
        var reading = await ConformanceRun.RunAsync(options with { Machines = [ModelDriver.Machine with { MayChange = false }] });
        Assert.True(reading.IsConformant, reading.ToText());
        Assert.Contains(reading.Results, result => result is { Verdict: Verdict.Skip, Reason: "needs a machine that may be changed" });
        var whole = await ConformanceRun.RunAsync(options with { Machines = [ModelDriver.Machine] });
        Assert.True(whole.IsConformant, whole.ToText());

        Assert.Equal(whole.Results.Count, whole.Results.Select(result => result.Id).Distinct().Count());
        Assert.True(whole.Count(Verdict.Pass) >= 150, whole.ToText());
        Assert.True(alone.Count(Verdict.Pass) < whole.Count(Verdict.Pass) && reading.Count(Verdict.Pass) < whole.Count(Verdict.Pass));
        Assert.DoesNotContain("right", whole.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_planted_fault_is_found(string name)
    {
        var fault = Faults.All.Single(fault => fault.Name == name);
        await using var driver = await ModelDriver.StartAsync(fault);
        var report = await ConformanceRun.RunAsync(new ConformanceOptions
        {
            Endpoint = new Uri(driver.Url),
            Machines = [ModelDriver.Machine],
            Requirements = [fault.Requirement],
            CallTimeout = TimeSpan.FromSeconds(name == "a call hangs" ? 2 : 30),
        });
        Assert.False(report.IsConformant, report.ToText());
        Assert.All(report.Failed, failed => Assert.Equal(fault.Requirement, failed.Requirement));
    }

    [Fact]
    public async Task A_restart_that_keeps_its_id_is_found()
    {
        await using var driver = await ModelDriver.StartAsync();
        var report = await ConformanceRun.RunAsync(new ConformanceOptions { Endpoint = new Uri(driver.Url), Requirements = ["R-011", "R-058"], RestartAsync = _ => Task.CompletedTask });
        Assert.Contains(report.Failed, failed => failed.Id == "R-011 restart");
        Assert.Contains(report.Failed, failed => failed.Id.StartsWith("R-058 restart", StringComparison.Ordinal));
    }
}
