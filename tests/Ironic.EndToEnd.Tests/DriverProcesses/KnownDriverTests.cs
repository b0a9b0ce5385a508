using Ironic.Stack;
using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.DriverProcesses;

/// <summary>A driver that knows no conductor; the conductor has it in its configuration.</summary>
public sealed class KnownDriverTests
{
    [Fact]
    public async Task A_driver_that_the_conductor_is_told_of_serves_as_long_as_it_answers()
    {
        var endpoint = $"http://127.0.0.1:{FreePort.Next()}";
        await using var stack = await TestStack.StartAsync(options => options with
        {
            Drivers = ["fake"],
            Profile = options.Profile.With("conductor", "Drivers:Known:0", endpoint).With("conductor", "Drivers:LeaseDuration", "00:00:03"),
        });
        var vendor = new VendorCaller(stack);
        (await stack.Rest.GetAsync("/v1/drivers/example")).AssertError(404);

        await using (var driver = await StartAsync(endpoint))
        {
            await WaitForDriverAsync(stack, 200);
            var node = await stack.CreateNodeAsync("example");
            (await vendor.CallNodeAsync(Form.Path, node, "send_raw", """{"raw_bytes": "2a"}""")).AssertStatus(202);
            await stack.WaitUntilUnlockedAsync(node);
            (await stack.Rest.PutAsync($"/v1/nodes/{node}/states/power", new { target = "power on" })).AssertStatus(202);
            await stack.WaitForNodeAsync(node, found => found.GetProperty("power_state").GetString() == "power on", "the driver has switched the node on");

            // It has nobody to tell that it leaves.
            Assert.True(await driver.StopAsync());
            await WaitForDriverAsync(stack, 404);
            (await vendor.CallNodeAsync(Form.Path, node, "sent_raw", verb: "GET")).AssertStatus(404);
        }

        await using (var driver = await StartAsync(endpoint))
        {
            await WaitForDriverAsync(stack, 200);
            await driver.KillAsync();
            await WaitForDriverAsync(stack, 404);
        }

        var log = await File.ReadAllTextAsync(stack.Processes.Conductors[0].LogPath);
        Assert.Contains($"The driver at {endpoint} (Drivers:Known) cannot be used: it does not answer: Unavailable", log, StringComparison.Ordinal);
    }

    private static Task<ServerProcess> StartAsync(string endpoint) => ServerProcess.StartAsync(
        new ServerProcessOptions("dotnet", StackPrograms.FromRepository().Drivers["example"], $"--Driver:Url={endpoint}") { StopTimeout = TestStack.Limit });

    private static Task WaitForDriverAsync(TestStack stack, int status) => Eventually.ThatAsync(
        async () => (await stack.Rest.GetAsync("/v1/drivers/example")).Status == status, TestStack.Limit, $"the driver is answered for with {status}");
}
