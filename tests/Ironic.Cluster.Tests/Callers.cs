using Ironic.Api.V1;
using Ironic.Types.V1;

namespace Ironic.Cluster.Tests;

/// <summary>Operations that need a node for themselves.</summary>
internal interface INodeCaller
{
    Task<Outcome> PatchAsync(string node, string key);

    Task<Outcome> CallVendorAsync(string node, string method, double? seconds);

    Task<Outcome> SetPowerAsync(string node, PowerTarget target);

    Task<Outcome> SetBootDeviceAsync(string node);
}

/// <summary>Over gRPC, to the API or to a conductor itself.</summary>
internal sealed class GrpcCaller(NodeService.NodeServiceClient client) : INodeCaller
{
    private static DateTime Deadline => DateTime.UtcNow + TestStack.Limit;

    public Task<Outcome> PatchAsync(string node, string key)
    {
        var request = new PatchNodeRequest { Node = node };
        request.Patch.Add(new JsonPatchOperation { Op = "add", Path = $"/extra/{key}", Value = new Json { Text = "1" } });
        return Outcome.OfAsync(client.PatchNodeAsync(request, deadline: Deadline));
    }

    public Task<Outcome> CallVendorAsync(string node, string method, double? seconds)
    {
        var request = new CallNodeVendorMethodRequest { Node = node, Method = method, HttpMethod = "POST" };
        if (seconds is { } time)
            request.Body = new Json { Text = FormattableString.Invariant($"{{\"seconds\": {time}}}") };
        return Outcome.OfAsync(client.CallNodeVendorMethodAsync(request, deadline: Deadline));
    }

    public Task<Outcome> SetPowerAsync(string node, PowerTarget target) =>
        Outcome.OfAsync(client.SetNodePowerStateAsync(new SetNodePowerStateRequest { Node = node, Target = target }, deadline: Deadline));

    public Task<Outcome> SetBootDeviceAsync(string node) =>
        Outcome.OfAsync(client.SetNodeBootDeviceAsync(new SetNodeBootDeviceRequest { Node = node, BootDevice = "pxe" }, deadline: Deadline));
}

/// <summary>Over REST.</summary>
internal sealed class RestCaller(RestApi rest) : INodeCaller
{
    public async Task<Outcome> PatchAsync(string node, string key) =>
        Outcome.Of(await rest.PatchAsync($"/v1/nodes/{node}", new[] { new { op = "add", path = $"/extra/{key}", value = 1 } }));

    public async Task<Outcome> CallVendorAsync(string node, string method, double? seconds) =>
        Outcome.Of(await rest.PostAsync($"/v1/nodes/{node}/vendor_passthru/{method}", seconds is null ? new { } : new { seconds }));

    public async Task<Outcome> SetPowerAsync(string node, PowerTarget target) => Outcome.Of(await rest.PutAsync(
        $"/v1/nodes/{node}/states/power",
        new { target = target switch { PowerTarget.On => "power on", PowerTarget.Off => "power off", _ => "rebooting" } }));

    public async Task<Outcome> SetBootDeviceAsync(string node) =>
        Outcome.Of(await rest.PutAsync($"/v1/nodes/{node}/management/boot_device", new { boot_device = "pxe" }));
}
