using Grpc.Core;
using Ironic.Conformance.Checks;
using Ironic.Conformance.Reports;

namespace Ironic.Conformance;

/// <summary>Looks at a driver: <c>SPEC.md</c>, requirement by requirement.</summary>
public static class ConformanceRun
{
    /// <summary>Runs all checks, one after the other.</summary>
    /// <param name="options">What is looked at.</param>
    /// <param name="progress">Hears of each check as it ends; null: nobody does.</param>
    /// <exception cref="RpcException">The driver cannot be reached, or does not say who it is.</exception>
    public static async Task<ConformanceReport> RunAsync(ConformanceOptions options, Action<CheckResult>? progress = null, CancellationToken cancellationToken = default)
    {
        using var driver = await DriverUnderTest.ConnectAsync(options, cancellationToken);
        var results = new List<CheckResult>();
        // The restart is last: what was known of operations is gone with it.
        foreach (var check in DescriptionChecks.All(driver)
            .Concat(ProcessChecks.All(driver))
            .Concat(CallChecks.All(driver))
            .Concat(RefusalChecks.All(driver))
            .Concat(MachineChecks.All(driver))
            .Concat(BootChecks.All(driver))
            .Concat(OperationChecks.All(driver))
            .Concat(RestartChecks.All(driver))
            .Where(check => options.Requirements.Count == 0 || options.Requirements.Contains(check.Requirement))
            .ToList())
        {
            var result = await LookAsync(check, cancellationToken);
            results.Add(result);
            progress?.Invoke(result);
        }

        return new ConformanceReport(options.Endpoint, driver.Info.Name, driver.Info.Version, results);
    }

    private static async Task<CheckResult> LookAsync(Check check, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var (verdict, reason) = await JudgeAsync(check, cancellationToken);
        return new CheckResult($"{check.Requirement} {check.Subject}", check.Requirement, check.Title, verdict, reason, TimeProvider.System.GetElapsedTime(started));
    }

    private static async Task<(Verdict Verdict, string Reason)> JudgeAsync(Check check, CancellationToken cancellationToken)
    {
        try
        {
            await check.RunAsync(cancellationToken);
            return (Verdict.Pass, "");
        }
        catch (CheckFailedException e)
        {
            return (Verdict.Fail, e.Message);
        }
        catch (CheckSkippedException e)
        {
            return (Verdict.Skip, e.Message);
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            return (Verdict.Fail, $"a call ended with {e.StatusCode}: {e.Status.Detail}");
        }
    }
}
