using System.Text.Json;
using Ironic.Testing;

namespace Ironic.Clients.Tests.Python;

/// <summary>The contract is not C#'s: a driver in Python joins a running system, is used, dies and comes back, and nothing else is restarted.</summary>
public sealed class PythonDriverTests
{
    private const string Driver = "/v1/drivers/python-example";

    [Fact]
    public async Task A_driver_in_Python_is_added_to_a_running_system_killed_and_started_again()
    {
        await using var stack = await TestStack.StartAsync();
        var processes = stack.Processes.Processes.Select(process => process.Id).ToList();
        var conductors = stack.Processes.Conductors.Select(conductor => conductor.Url).ToList();
        (await stack.Rest.GetAsync(Driver)).AssertError(404);

        string node;
        await using (var driver = await PythonDriver.StartAsync(conductors))
        {
            await WaitForDriverAsync(stack, 200);
            node = await CreateManageableNodeAsync(stack);
            await SetPowerAsync(stack, node, "power on");
            await VendorMethodsWorkAsync(stack, node);

            await driver.KillAsync();
            // Before the lease has ended the conductor believes that the driver is there; afterwards it knows better.
            (await stack.Rest.PostAsync($"/v1/nodes/{node}/vendor_passthru/set_led", new { color = "blue" })).AssertError(503);
            await WaitForDriverAsync(stack, 404);
            (await stack.Rest.PostAsync($"/v1/nodes/{node}/vendor_passthru/set_led", new { color = "blue" })).AssertError(404);
            await stack.WaitUntilUnlockedAsync(node);
        }

        // On another port, as a container would come back.
        await using (var driver = await PythonDriver.StartAsync(conductors))
        {
            await WaitForDriverAsync(stack, 200);
            await VendorMethodsWorkAsync(stack, node);
            await SetPowerAsync(stack, node, "power off");
            Assert.Equal(JsonValueKind.Null, (await stack.GetNodeAsync(node)).GetProperty("last_error").ValueKind);

            driver.Terminate();
            await driver.WaitForExitAsync();
            Assert.True(driver.ExitCode == 0, driver.Output);
            // It has given its lease back: nobody has to wait for the end of it.
            Assert.Contains("deregistered", driver.Output, StringComparison.Ordinal);
            (await stack.Rest.GetAsync(Driver)).AssertError(404);
        }

        Assert.Equal(processes, stack.Processes.Processes.Select(process => process.Id));
        Assert.All(stack.Processes.Processes, process => Assert.True(process.IsRunning));
    }

    [Fact]
    public async Task What_the_driver_says_about_itself_is_what_REST_shows()
    {
        await using var stack = await TestStack.StartAsync();
        await using var driver = await PythonDriver.StartAsync(stack.Processes.Conductors.Select(conductor => conductor.Url));
        await WaitForDriverAsync(stack, 200);

        var shown = (await stack.Rest.GetAsync(Driver)).AssertStatus(200).Json;
        Assert.Equal(("python-example", "noop", "python-example"), (Default(shown, "power"), Default(shown, "management"), Default(shown, "vendor")));
        // The first two are what the conductor's network boot, the default, reads.
        Assert.Equal(
            ["deploy_kernel", "deploy_ramdisk", "python_address", "python_password"],
            (await stack.Rest.GetAsync($"{Driver}/properties")).AssertStatus(200).Json.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            """{"led_colors":{"http_methods":["GET"],"async":false,"description":"The colors of the light at the front","attach":false}}""",
            (await stack.Rest.GetAsync($"{Driver}/vendor_passthru/methods")).AssertStatus(200).Body);

        var node = await stack.CreateNodeAsync("python-example");
        var validation = (await stack.Rest.GetAsync($"/v1/nodes/{node}/validate")).AssertStatus(200).Json;
        Assert.Equal("Missing from driver_info: python_address.", validation.GetProperty("power").GetProperty("reason").GetString());

        static string? Default(JsonElement shown, string type) => shown.GetProperty($"default_{type}_interface").GetString();
    }

    [Fact]
    public async Task A_secret_that_the_driver_was_given_is_in_no_answer_and_no_log()
    {
        await using var stack = await TestStack.StartAsync();
        await using var driver = await PythonDriver.StartAsync(stack.Processes.Conductors.Select(conductor => conductor.Url));
        await WaitForDriverAsync(stack, 200);
        var node = await stack.CreateNodeAsync("python-example", new { python_address = "10.0.0.1", python_password = "hunter2" });

        Assert.Equal("******", (await stack.GetNodeAsync(node)).GetProperty("driver_info").GetProperty("python_password").GetString());
        var refused = await stack.Rest.PostAsync($"/v1/nodes/{node}/vendor_passthru/set_led", new { color = "hunter2" });

        Assert.DoesNotContain("hunter2", refused.AssertError(400), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", driver.Output, StringComparison.Ordinal);
    }

    private static Task WaitForDriverAsync(TestStack stack, int status) =>
        Eventually.ThatAsync(async () => (await stack.Rest.GetAsync(Driver)).Status == status, TestStack.Limit, $"{Driver} answers {status}");

    private static async Task<string> CreateManageableNodeAsync(TestStack stack)
    {
        var node = await stack.CreateNodeAsync("python-example", new { python_address = "10.0.0.1" });
        await stack.ProvisionAsync(node, "manage", "manageable");
        return node;
    }

    private static async Task SetPowerAsync(TestStack stack, string node, string target)
    {
        (await stack.Rest.PutAsync($"/v1/nodes/{node}/states/power", new { target })).AssertStatus(202);
        await stack.WaitForNodeAsync(node, found => found.GetProperty("power_state").GetString() == target, $"{node} is {target}");
        await stack.WaitUntilUnlockedAsync(node);
    }

    private static async Task VendorMethodsWorkAsync(TestStack stack, string node)
    {
        var colors = (await stack.Rest.GetAsync($"{Driver}/vendor_passthru/led_colors")).AssertStatus(200).Json.GetProperty("colors");
        Assert.Equal(["off", "blue", "amber"], colors.EnumerateArray().Select(color => color.GetString()));
        var path = $"/v1/nodes/{node}/vendor_passthru/set_led";
        Assert.Equal("amber", (await stack.Rest.PostAsync(path, new { color = "amber" })).AssertStatus(200).Json.GetProperty("led").GetString());
        Assert.Equal("blue", (await stack.Rest.PutAsync(path, new { color = "blue" })).AssertStatus(200).Json.GetProperty("led").GetString());

        Assert.Equal("Parameter 'color' not passed to method 'set_led'.", (await stack.Rest.PostAsync(path, new { })).AssertError(400));
        Assert.Equal("Parameter 'color' must be one of off, blue, amber.", (await stack.Rest.PostAsync(path, new { color = "pink" })).AssertError(400));
        Assert.Equal("Method 'set_led' got an unexpected argument 'size'.", (await stack.Rest.PostAsync(path, new { color = "blue", size = 1 })).AssertError(400));
        (await stack.Rest.GetAsync(path)).AssertError(400);
    }
}
