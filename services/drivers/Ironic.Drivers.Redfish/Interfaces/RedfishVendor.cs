using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Resources;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>Subscriptions to the events of controllers, and an older way to take away virtual media.</summary>
internal sealed class RedfishVendor(RedfishClient client, VirtualMedia virtualMedia) : VendorInterface
{
    private static readonly Dictionary<string, string> MediaTypes = new(StringComparer.Ordinal) { ["cd"] = "CD", ["dvd"] = "DVD", ["usb"] = "USBStick", ["floppy"] = "Floppy" };

    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) => client.ValidateAsync(node);

    public override ValueTask ValidateAsync(NodeContext node, VendorCall call, CancellationToken cancellationToken)
    {
        switch (call.Method)
        {
            case "eject_vmedia":
                ReadBootDevice(call);
                break;
            case "create_subscription":
                SubscriptionArguments.Read(call.Parameters);
                break;
            case "delete_subscription" or "get_subscription":
                ReadId(call);
                break;
        }

        return client.ValidateAsync(node);
    }

    /// <summary><c>POST /v1/nodes/NODE/vendor_passthru/eject_vmedia {"boot_device": "cd"}</c></summary>
    [Passthru("POST", Description = "Takes images out of virtual drives. Optional: boot_device, one of cd, dvd, usb and floppy; without it out of all")]
    public async Task EjectVmedia(NodeContext node, VendorCall call, CancellationToken cancellationToken) =>
        await virtualMedia.DetachAsync(await client.GetSystemAsync(node, cancellationToken), ReadBootDevice(call) is { } type ? [type] : []);

    /// <summary><c>POST /v1/nodes/NODE/vendor_passthru/create_subscription {"Destination": "https://collector.example/"}</c></summary>
    [Passthru("POST", Async = false, Description = "Subscribes to events. Required: Destination, a URL. Optional: Protocol, Context, EventTypes, HttpHeaders")]
    public async Task<JsonObject> CreateSubscription(NodeContext node, VendorCall call, CancellationToken cancellationToken)
    {
        var arguments = SubscriptionArguments.Read(call.Parameters);
        return await Subscriptions.CreateAsync(client.Connect(node, cancellationToken), arguments);
    }

    /// <summary><c>DELETE /v1/nodes/NODE/vendor_passthru/delete_subscription {"id": "1"}</c></summary>
    [Passthru("DELETE", Async = false, Description = "Ends a subscription. Required: id, as the controller calls it")]
    public async Task DeleteSubscription(NodeContext node, VendorCall call, CancellationToken cancellationToken) =>
        await Subscriptions.DeleteAsync(client.Connect(node, cancellationToken), ReadId(call));

    /// <summary><c>GET /v1/nodes/NODE/vendor_passthru/get_all_subscriptions</c></summary>
    [Passthru("GET", Async = false, Description = "The collection of all subscriptions")]
    public async Task<JsonNode> GetAllSubscriptions(NodeContext node, VendorCall call, CancellationToken cancellationToken) =>
        await Subscriptions.ListAsync(client.Connect(node, cancellationToken));

    /// <summary><c>GET /v1/nodes/NODE/vendor_passthru/get_subscription {"id": "1"}</c></summary>
    [Passthru("GET", Async = false, Description = "A subscription. Required: id, as the controller calls it")]
    public async Task<JsonObject> GetSubscription(NodeContext node, VendorCall call, CancellationToken cancellationToken) =>
        await Subscriptions.GetAsync(client.Connect(node, cancellationToken), ReadId(call));

    private static string? ReadBootDevice(VendorCall call)
    {
        if (!call.Has("boot_device"))
            return null;
        call.Parameters.TryGet("boot_device", out var value);
        if (value is { ValueKind: JsonValueKind.String } && value.ValueEquals(""u8))
            return null;
        return value.ReadText() is { } device && MediaTypes.TryGetValue(device, out var type)
            ? type
            : throw new InvalidParameterException($"Boot device {value} is not a valid value; it must be one of {string.Join(", ", MediaTypes.Keys)}.");
    }

    private static string ReadId(VendorCall call)
    {
        if (!call.Parameters.TryGet("id", out var value) || value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && value.ValueEquals(""u8)))
            throw new InvalidParameterException("id can't be None");
        return value.ReadText() is { } id && id is not ("." or "..") && !id.Any(c => c is '/' or '\\' or '?' or '#' || char.IsControl(c))
            ? id
            : throw new InvalidParameterException("id must be a text, as the controller calls the subscription.");
    }
}
