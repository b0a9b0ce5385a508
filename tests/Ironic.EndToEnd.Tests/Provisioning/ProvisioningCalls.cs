using System.Text.Json;

namespace Ironic.EndToEnd.Tests.Provisioning;

/// <summary>What tests of provisioning ask of a stack again and again.</summary>
internal static class ProvisioningCalls
{
    /// <summary>Asks for a verb, which must be accepted.</summary>
    /// <param name="more">Further members of the body.</param>
    public static async Task SetAsync(this TestStack stack, string node, string verb, params (string Name, object? Value)[] more)
    {
        var body = new Dictionary<string, object?> { ["target"] = verb };
        foreach (var (name, value) in more)
            body[name] = value;
        (await stack.Rest.PutAsync($"/v1/nodes/{node}/states/provision", body)).AssertStatus(202);
    }

    /// <summary>Waits until nobody works on the node and it is in the state.</summary>
    /// <returns>The node.</returns>
    public static async Task<JsonElement> WaitForStateAsync(this TestStack stack, string node, string state)
    {
        await stack.WaitForNodeAsync(
            node,
            found => found.GetProperty("provision_state").GetString() == state && found.GetProperty("reservation").ValueKind == JsonValueKind.Null,
            $"node {node} is {state}");
        return await stack.GetNodeAsync(node);
    }

    /// <summary>A node that is manageable.</summary>
    public static async Task<string> CreateManageableNodeAsync(this TestStack stack, object? driverInfo = null, Dictionary<string, object?>? more = null)
    {
        var node = await stack.CreateNodeAsync(driverInfo: driverInfo, more: more);
        await stack.SetAsync(node, "manage");
        await stack.WaitForStateAsync(node, "manageable");
        return node;
    }

    /// <summary>A node that is active.</summary>
    public static async Task<string> CreateActiveNodeAsync(this TestStack stack, object? driverInfo = null, Dictionary<string, object?>? more = null)
    {
        var node = await stack.CreateManageableNodeAsync(driverInfo, more);
        await stack.SetAsync(node, "provide");
        await stack.WaitForStateAsync(node, "available");
        await stack.SetAsync(node, "active");
        await stack.WaitForStateAsync(node, "active");
        return node;
    }

    /// <summary>Changes members of a node.</summary>
    public static async Task PatchAsync(this TestStack stack, string node, params (string Path, object? Value)[] changes) =>
        (await stack.Rest.PatchAsync($"/v1/nodes/{node}", changes.Select(change => new { op = "add", path = change.Path, value = change.Value }))).AssertStatus(200);

    /// <summary>Opens a gate at which steps of the fake driver wait.</summary>
    public static async Task OpenGateAsync(this TestStack stack, string gate) =>
        (await stack.Rest.PostAsync("/v1/drivers/fake-hardware/vendor_passthru/fake_driver_open", new { gate })).AssertStatus(200);

    /// <summary>A step as callers give it.</summary>
    public static object Step(string id, object? args = null) => new { @interface = id.Split('.')[0], step = id.Split('.')[1], args = args ?? new { } };

    /// <summary>What the fake driver did to a node from its flows, in order, without what only reads.</summary>
    public static IReadOnlyList<string> DoneTo(this TestStack stack, string node) =>
        [.. stack.Calls.Of(node).Where(call => call is { Event: "end", Outcome: "ok" }).Select(call => call.Operation)];
}
