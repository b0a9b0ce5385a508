using Ironic.Testing;
using static Ironic.EndToEnd.Tests.Provisioning.ProvisioningCalls;

namespace Ironic.EndToEnd.Tests.Provisioning;

/// <summary>What a conductor does without being asked, in a system where it does so every second.</summary>
public sealed class PeriodicTests
{
    [Fact]
    public async Task A_wait_ends_by_its_limit_who_stays_too_long_is_listed_and_a_machine_that_does_not_answer_leaves_service_until_it_does()
    {
        await using var stack = await TestStack.StartAsync(options => options with
        {
            Drivers = ["fake"],
            Profile = options.Profile
                .With("conductor", "Timeouts:CheckInterval", "00:00:01")
                .With("conductor", "Timeouts:CleanWait", "00:00:02")
                .With("conductor", "PowerSync:Interval", "00:00:01")
                .With("conductor", "PowerSync:RecoveryInterval", "00:00:01")
                .With("conductor", "Sla:Limits:clean_failed", "00:00:01")
                .With("conductor", "Sla:CountInterval", "00:00:01"),
        });
        var waiting = await stack.CreateManageableNodeAsync(new { fake_wait = new[] { "deploy.prepare_cleaning" } });
        await stack.SetAsync(waiting, "clean", ("clean_steps", new[] { Step("bios.factory_reset") }));
        var failed = await stack.WaitForStateAsync(waiting, "clean failed");
        Assert.Contains("timed out", failed.GetProperty("last_error").GetString(), StringComparison.Ordinal);
        Assert.Contains("deploy.tear_down_cleaning", stack.DoneTo(waiting));

        var node = await stack.CreateManageableNodeAsync();
        await Eventually.ThatAsync(async () => (await ListAsync("above_sla=true")).SequenceEqual([waiting]), TestStack.Limit, "it has been there for too long");
        Assert.Equal([node], await ListAsync("above_sla=false"));
        await Eventually.ThatAsync(
            async () => (await stack.ReadMetricsAsync()).Contains("ironic_conductor_provision_above_sla{state=\"clean failed\"} 1\n", StringComparison.Ordinal), TestStack.Limit, "it is counted");

        (await stack.Rest.PutAsync($"/v1/nodes/{node}/states/power", new { target = "power on" })).AssertStatus(202);
        await stack.WaitForNodeAsync(node, found => found.GetProperty("power_state").GetString() == "power on", "it is on");
        await PatchAsync(new { op = "add", path = "/driver_info/fake_fail", value = new Dictionary<string, string> { ["power.get_power_state"] = "BMC_UNREACHABLE" } });
        await stack.WaitForNodeAsync(node, found => found.GetProperty("fault").GetString() == "power failure" && found.GetProperty("maintenance").GetBoolean(), "it is out of service");
        await PatchAsync(new { op = "remove", path = "/driver_info/fake_fail" });
        await stack.WaitForNodeAsync(node, found => !found.GetProperty("maintenance").GetBoolean() && found.GetProperty("power_state").GetString() == "power on", "it is back");

        async Task<List<string>> ListAsync(string filter) =>
            [.. (await stack.Rest.GetAsync($"/v1/nodes?{filter}")).Json.GetProperty("nodes").EnumerateArray().Select(found => found.GetProperty("uuid").GetString()!)];

        async Task PatchAsync(object change) => (await stack.Rest.PatchAsync($"/v1/nodes/{node}", new[] { change })).AssertStatus(200);
    }
}
