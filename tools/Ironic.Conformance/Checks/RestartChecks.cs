using Ironic.Conformance.Calls;
using Ironic.Driver.V1;

namespace Ironic.Conformance.Checks;

/// <summary>A driver that died and was started again.</summary>
internal static class RestartChecks
{
    public static IEnumerable<Check> All(DriverUnderTest driver)
    {
        var before = driver.Info.InstanceId;
        yield return new Check("R-011", "restart", "another start of the process has another instance id, and else describes itself the same", async cancellationToken =>
        {
            if (driver.Options.RestartAsync is not { } restart)
                throw new CheckSkippedException("nothing says how it is restarted");
            var described = driver.Info.Clone();
            await restart(cancellationToken);
            await driver.RefreshAsync(cancellationToken);
            Expect.That(driver.Info.InstanceId != before, "it has the same");
            described.InstanceId = driver.Info.InstanceId;
            Expect.That(driver.Info.Equals(described), "it describes itself otherwise");
        });
        foreach (var subject in driver.Subjects())
        {
            foreach (var method in subject.Methods.Where(method => method.IsMutating))
            {
                yield return new Check("R-058", $"restart {method.Name} {subject.Name}", "a call to the start before is refused by the next", async cancellationToken =>
                {
                    if (driver.Options.RestartAsync is null)
                        throw new CheckSkippedException("nothing says how it is restarted");
                    var request = subject.Request(method);
                    Requests.ContextOf(request).InstanceId = before;
                    Expect.Class(ErrorClass.Precondition, await subject.SendAsync(method, request, cancellationToken), "with the instance id of the start before");
                });
            }
        }
    }
}
