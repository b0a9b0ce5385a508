using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.DriverProcesses;

/// <summary>Drivers come to a running system, and stay when the conductor does not.</summary>
public sealed class DriverRegistrationTests
{
    [Fact]
    public async Task A_vendor_adds_a_driver_without_restarting_anything()
    {
        await using var stack = await TestStack.StartAsync(options => options with { Drivers = ["fake"] });
        var vendor = new VendorCaller(stack);
        var before = stack.Processes.Processes.Select(process => process.Id).ToList();
        (await stack.Rest.PostAsync("/v1/nodes", new { driver = "example" })).AssertError(400);
        (await vendor.CallDriverAsync(Form.Path, "example", "authentication_types", verb: "GET")).AssertStatus(404);

        await stack.Processes.AddDriverAsync("example");

        foreach (var form in Enum.GetValues<Form>())
        {
            (await vendor.CallDriverAsync(form, "example", "authentication_types", verb: "GET")).AssertStatus(200);
            var node = await stack.CreateNodeAsync("example");
            (await vendor.CallNodeAsync(form, node, "send_raw", """{"raw_bytes": "2a"}""")).AssertStatus(202);
            await stack.WaitUntilUnlockedAsync(node);
            Assert.Equal("""{"sent":["2A"]}""", (await vendor.CallNodeAsync(form, node, "sent_raw", verb: "GET")).AssertStatus(200));
        }

        Assert.Equal(before, stack.Processes.Processes.Where(process => process.Name != "driver-example").Select(process => process.Id));
    }

    [Fact]
    public async Task A_killed_conductor_finds_its_drivers_again()
    {
        await using var stack = await TestStack.StartAsync();
        await AssertSurvivesAsync(stack, stack.Processes.Conductors[0].KillAsync, whileAway: () => Task.CompletedTask);
    }

    [Fact]
    public async Task Drivers_register_again_with_a_conductor_that_has_forgotten_them()
    {
        await using var stack = await TestStack.StartAsync(options => options with { Profile = options.Profile.With("conductor", "Drivers:LeaseDuration", "00:00:03") });
        var log = stack.FakeDriver.LogPath;

        // Away for longer than a lease: the drivers cannot renew, and the conductor knows no live one when it comes back.
        await AssertSurvivesAsync(
            stack,
            () => stack.Processes.Conductors[0].StopAsync(),
            whileAway: () => Eventually.ThatAsync(() => Count(log, "Registration with") >= 5, TestStack.Limit, "the driver has tried in vain for longer than its lease"));

        Assert.Equal(2, Count(log, "registered with conductor"));
    }

    private static int Count(string path, string words) => File.ReadLines(path).Count(line => line.Contains(words, StringComparison.Ordinal));

    private static async Task AssertSurvivesAsync(TestStack stack, Func<Task> end, Func<Task> whileAway)
    {
        var vendor = new VendorCaller(stack);
        var node = await stack.CreateNodeAsync();
        var drivers = stack.Processes.Drivers.Select(driver => driver.Id).ToList();

        await end();
        foreach (var form in Enum.GetValues<Form>())
        {
            // Nobody is there who could know whether node and driver exist.
            Assert.Equal(503, (await CallAsync(form, () => vendor.CallNodeAsync(form, node, "fake_echo"))).Status);
            Assert.Equal(503, (await CallAsync(form, () => vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_echo"))).Status);
        }

        await whileAway();
        await stack.Processes.Conductors[0].StartAsync();

        await Eventually.SucceedsAsync(async () => (await vendor.CallNodeAsync(Form.Path, node, "fake_echo")).AssertStatus(200), TestStack.Limit, "the drivers are known again");
        await stack.Processes.WaitForDriversAsync();
        Assert.Equal(drivers, stack.Processes.Drivers.Select(driver => driver.Id));
    }

    // Without a conductor a gRPC error has a status only.
    private static async Task<VendorAnswer> CallAsync(Form form, Func<Task<VendorAnswer>> call)
    {
        try
        {
            return await call();
        }
        catch (InvalidOperationException e) when (form == Form.Grpc && e.InnerException is Grpc.Core.RpcException { StatusCode: Grpc.Core.StatusCode.Unavailable })
        {
            return new VendorAnswer(503);
        }
    }
}
