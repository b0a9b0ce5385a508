using Google.Protobuf.WellKnownTypes;
using Ironic.Types.V1;

namespace Ironic.Driver.Sdk.Tests.Support;

/// <summary>Requests as a conductor makes them.</summary>
internal static class Requests
{
    public const string Node = "11111111-2222-3333-4444-555555555555";
    public const string OtherNode = "99999999-2222-3333-4444-555555555555";
    public const string RequestId = "req-0f0f0f0f-1111-2222-3333-444444444444";

    public static Json Json(string text) => new() { Text = text };

    public static V1.CallContext Context(string operationId = "", ulong epoch = 0) => new() { RequestId = RequestId, OperationId = operationId, Epoch = epoch };

    public static V1.NodeContext NodeContext(string uuid = Node, string? driverInfo = """{"test_address": "10.0.0.1"}""") => new()
    {
        Uuid = uuid,
        Driver = "test-hardware",
        DriverInfo = driverInfo is null ? null : Json(driverInfo),
    };

    public static V1.GetPowerStateRequest GetPower(string implementation = "test") =>
        new() { Context = Context(), Node = NodeContext(), Interface = implementation };

    public static V1.SetPowerStateRequest SetPower(
        string operationId, V1.PowerTarget target = V1.PowerTarget.On, ulong epoch = 0, string node = Node, ulong resumeAfter = 0, TimeSpan? timeout = null) => new()
        {
            Context = Context(operationId, epoch),
            Node = NodeContext(node),
            Interface = "test",
            Target = target,
            ResumeAfter = resumeAfter,
            Timeout = timeout is { } limit ? Duration.FromTimeSpan(limit) : null,
        };

    public static V1.SetBootDeviceRequest SetBootDevice(string operationId, string device = "pxe", bool persistent = false, ulong epoch = 0, string node = Node) => new()
    {
        Context = Context(operationId, epoch),
        Node = NodeContext(node),
        Interface = "test",
        Device = device,
        Persistent = persistent,
    };

    public static V1.VendorCall VendorCall(string method, string? body = "{}", string verb = "POST", string implementation = "test") =>
        new() { Interface = implementation, Method = method, HttpMethod = verb, Parameters = body is null ? null : Json(body) };

    public static V1.CallNodeMethodRequest NodeMethod(
        string method, string? body = "{}", string verb = "POST", bool validated = false, string operationId = "", ulong epoch = 0, string node = Node) =>
        new() { Context = Context(operationId, epoch), Node = NodeContext(node), Call = VendorCall(method, body, verb), Validated = validated };

    public static V1.ValidateNodeMethodRequest ValidateNodeMethod(string method, string? body = "{}", string verb = "POST") =>
        new() { Context = Context(), Node = NodeContext(), Call = VendorCall(method, body, verb) };

    public static V1.CallDriverMethodRequest DriverMethod(string method, string? body = "{}", string verb = "GET", bool validated = false, string operationId = "") =>
        new() { Context = Context(operationId), Driver = "test-hardware", Call = VendorCall(method, body, verb), Validated = validated };
}
