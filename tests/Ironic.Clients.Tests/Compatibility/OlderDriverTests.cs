using System.Text.Json;
using Ironic.Testing;

namespace Ironic.Clients.Tests.Compatibility;

/// <summary>A driver that was built from an older revision of the contract works with the conductor as it is now: SPEC.md 9.</summary>
public sealed class OlderDriverTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;

    public static TheoryData<string> Revisions => new(ContractRevision.All);

    [Theory]
    [MemberData(nameof(Revisions))]
    public async Task It_is_used_for_all_that_it_knows_and_what_it_does_not_know_is_unsupported(string revision)
    {
        var name = $"revision-{revision}";
        await using var driver = await StartAsync(revision, name);
        await Eventually.ThatAsync(async () => (await _stack.Rest.GetAsync($"/v1/drivers/{name}")).Status == 200, TestStack.Limit, $"{name} has registered");
        var node = await _stack.CreateNodeAsync(name, new { python_address = "10.0.0.1" });
        var path = $"/v1/nodes/{node}";

        await ProvisionAsync(node, "manage", "manageable");
        foreach (var target in (string[])["power on", "power off"])
        {
            (await _stack.Rest.PutAsync($"{path}/states/power", new { target })).AssertStatus(202);
            await WaitAsync(node, "power_state", target);
        }

        (await _stack.Rest.PutAsync($"{path}/management/boot_device", new { boot_device = "pxe", persistent = true })).AssertStatus(204);
        Assert.Equal("pxe", (await _stack.Rest.GetAsync($"{path}/management/boot_device")).AssertStatus(200).Json.GetProperty("boot_device").GetString());
        Assert.Equal("blue", (await _stack.Rest.PostAsync($"{path}/vendor_passthru/set_led", new { color = "blue" })).AssertStatus(200).Json.GetProperty("led").GetString());
        (await _stack.Rest.PostAsync($"{path}/vendor_passthru/set_led", new { color = "pink" })).AssertError(400);
        await ProvisionAsync(node, "clean", "manageable", new { @interface = "management", step = "burn_in", args = new { rounds = 3 } });
        await ProvisionAsync(node, "provide", "available");
        // It has not heard of the phases of a deployment, so there is nothing to do in them.
        await ProvisionAsync(node, "active", "active");

        // It has none of these methods. The conductor asks for the machine's state by itself, and goes on without it.
        (await _stack.Rest.PutAsync($"{path}/management/inject_nmi", new { })).AssertError(400);
        (await _stack.Rest.GetAsync($"{path}/management/indicators")).AssertError(400);
        Assert.Contains("called /ironic.driver.v1.ManagementService/GetMachineState", driver.Output, StringComparison.Ordinal);
        Assert.Contains("called /ironic.driver.v1.StepService/ExecuteStep", driver.Output, StringComparison.Ordinal);

        var found = await _stack.GetNodeAsync(node);
        Assert.Equal(
            (false, JsonValueKind.Null, JsonValueKind.Null),
            (found.GetProperty("maintenance").GetBoolean(), found.GetProperty("last_error").ValueKind, found.GetProperty("fault").ValueKind));
        driver.Send(Signal.Terminate);
        await driver.WaitForExitAsync(TestStack.Limit);
        Assert.True(driver.ExitCode == 0, driver.Output);
    }

    [Theory]
    [InlineData("""["v2"]""", "FAILED_PRECONDITION: The driver speaks the contract versions [v2], this conductor [v1].")]
    [InlineData("""["v1.1"]""", "FAILED_PRECONDITION: The driver speaks the contract versions [v1.1], this conductor [v1].")]
    [InlineData("""["v2", "v1"]""", "registered with conductor")]
    public async Task R114_the_conductor_takes_a_driver_by_the_newest_version_that_both_know(string versions, string said)
    {
        await using var driver = await StartAsync(ContractRevision.All[^1], "versions", "--contract-versions", versions);
        await Eventually.ThatAsync(() => driver.Output.Contains(said, StringComparison.Ordinal), TestStack.Limit, said);
        driver.Send(Signal.Terminate);
        await driver.WaitForExitAsync(TestStack.Limit);
    }

    private Task<ServerProcess> StartAsync(string revision, string name, params string[] more) =>
        ContractRevision.StartAsync(revision, "frozen_driver.py", ["--name", name, "--conductor", _stack.Processes.Conductors[0].Url.GetLeftPart(UriPartial.Authority), .. more]);

    private async Task ProvisionAsync(string node, string verb, string state, params object[] steps)
    {
        object body = steps.Length == 0 ? new { target = verb } : new { target = verb, clean_steps = steps };
        (await _stack.Rest.PutAsync($"/v1/nodes/{node}/states/provision", body)).AssertStatus(202);
        await Eventually.ThatAsync(() => HasEndedAsync(node), TestStack.Limit, $"{verb} has ended");
        var found = await _stack.GetNodeAsync(node);
        Assert.True(found.GetProperty("provision_state").GetString() == state, found.GetRawText());
    }

    private async Task<bool> HasEndedAsync(string node)
    {
        var found = await _stack.GetNodeAsync(node);
        return found.GetProperty("reservation").ValueKind == JsonValueKind.Null && found.GetProperty("target_provision_state").ValueKind == JsonValueKind.Null;
    }

    private Task WaitAsync(string node, string field, string value) => _stack.WaitForNodeAsync(
        node,
        found => found.GetProperty(field).GetString() == value && found.GetProperty("reservation").ValueKind == JsonValueKind.Null,
        $"{field} is {value}");
}
