using Ironic.Api.V1;
using Ironic.Testing;
using Ironic.Types.V1;

namespace Ironic.Cluster.Tests;

/// <summary>A conductor, or a driver, dies in the middle of a flow. All settings are the defaults.</summary>
public sealed class StepTakeoverTests
{
    [Fact]
    public async Task Another_conductor_goes_on_with_the_step_that_runs()
    {
        await using var cluster = await ClusterStack.StartAsync();
        var (held, detached) = (await CreateAsync(cluster), await CreateAsync(cluster));
        await CleanAsync(cluster, held, "fake_step_wait");
        await CleanAsync(cluster, detached, "fake_step_long");
        await cluster.Stack.Calls.WaitForStartAsync(held, "vendor.step.fake_step_wait");
        await WaitAsync(cluster, detached, ProvisionState.CleanWait);

        await cluster.Process(0).KillAsync();
        // The API may learn only by this call that the conductor is dead; what it may have sent it does not send again.
        await Eventually.SucceedsAsync(() => new VendorCaller(cluster.Stack).OpenGateAsync("gate"), TestStack.Limit, "the gate is open");

        await WaitAsync(cluster, held, ProvisionState.Manageable);
        await WaitAsync(cluster, detached, ProvisionState.Manageable);
        foreach (var (node, step) in new[] { (held, "fake_step_wait"), (detached, "fake_step_long") })
        {
            var calls = cluster.Stack.Calls.Of(node);
            // Both steps ran once, whoever asked for them.
            Assert.Single(calls, call => call.Event == "start" && call.Operation == $"vendor.step.{step}");
            Assert.Single(calls, call => call is { Event: "end", Operation: "bios.factory_reset", Outcome: "ok" });
        }
    }

    [Fact]
    public async Task Another_conductor_begins_the_conductors_own_step_anew()
    {
        await using var cluster = await ClusterStack.StartAsync();
        var node = await cluster.Stack.CreateNodeAsync(
            driverInfo: new { fake_delay = new Dictionary<string, string> { ["boot.prepare_instance"] = "5" } }, more: new() { ["deploy_interface"] = "ramdisk" });
        (await cluster.Stack.Rest.PatchAsync($"/v1/nodes/{node}", new[] { new { op = "add", path = "/instance_info/boot_iso", value = "http://images/x.iso" } })).AssertStatus(200);
        await cluster.Conductors[0].SetNodeProvisionStateAsync(new SetNodeProvisionStateRequest { Node = node, Target = "manage" });
        await WaitAsync(cluster, node, ProvisionState.Manageable);
        await cluster.Conductors[0].SetNodeProvisionStateAsync(new SetNodeProvisionStateRequest { Node = node, Target = "provide" });
        await WaitAsync(cluster, node, ProvisionState.Available);
        await cluster.Conductors[0].SetNodeProvisionStateAsync(new SetNodeProvisionStateRequest { Node = node, Target = "active" });
        await cluster.Stack.Calls.WaitForStartAsync(node, "boot.prepare_instance");

        await cluster.Process(0).KillAsync();

        await WaitAsync(cluster, node, ProvisionState.Active);
        var prepared = cluster.Stack.Calls.Of(node).Where(call => call.Operation == "boot.prepare_instance").ToList();
        Assert.Equal(2, prepared.Where(call => call.Event == "start").Select(call => call.OperationId).Distinct().Count());
        Assert.Equal("On", cluster.Stack.Calls.Of(node).Last(call => call is { Event: "end", Operation: "power.set_power_state" }).Result);
    }

    [Fact]
    public async Task A_step_whose_driver_dies_fails_and_is_not_run_again()
    {
        await using var cluster = await ClusterStack.StartAsync();
        var (held, detached) = (await CreateAsync(cluster), await CreateAsync(cluster));
        await CleanAsync(cluster, held, "fake_step_wait");
        await CleanAsync(cluster, detached, "fake_step_long");
        await cluster.Stack.Calls.WaitForStartAsync(held, "vendor.step.fake_step_wait");
        await WaitAsync(cluster, detached, ProvisionState.CleanWait);

        await cluster.Stack.FakeDriver.KillAsync();
        await cluster.Stack.FakeDriver.StartAsync();

        await WaitAsync(cluster, held, ProvisionState.CleanFailed);
        await WaitAsync(cluster, detached, ProvisionState.CleanFailed);
        foreach (var node in new[] { held, detached })
        {
            Assert.Contains("unknown", (await cluster.GetNodeAsync(1, node)).LastError, StringComparison.Ordinal);
            Assert.Single(cluster.Stack.Calls.Of(node), call => call.Event == "start" && call.Operation.StartsWith("vendor.step.", StringComparison.Ordinal));
        }
    }

    private static async Task<string> CreateAsync(ClusterStack cluster)
    {
        var node = (await cluster.CreateNodesAsync(1))[0];
        await cluster.Conductors[0].SetNodeProvisionStateAsync(new SetNodeProvisionStateRequest { Node = node, Target = "manage" });
        await WaitAsync(cluster, node, ProvisionState.Manageable);
        return node;
    }

    private static async Task CleanAsync(ClusterStack cluster, string node, string step) =>
        await cluster.Conductors[0].SetNodeProvisionStateAsync(new SetNodeProvisionStateRequest
        {
            Node = node,
            Target = "clean",
            CleanSteps = new Json
            {
                Text = $$$"""[{"interface": "vendor", "step": "{{{step}}}", "args": {"gate": "gate"}}, {"interface": "bios", "step": "factory_reset"}]""",
            },
        });

    private static Task WaitAsync(ClusterStack cluster, string node, ProvisionState state) => Eventually.ThatAsync(
        async () => await cluster.GetNodeAsync(1, node) is { HasReservation: false } found && found.ProvisionState == state, TestStack.Limit, $"node {node} is {state}");
}
