using Google.Protobuf;
using Grpc.Core;
using Ironic.Driver.Sdk.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Ironic.Driver.Sdk.Tests.Services;

/// <summary>SPEC.md 5: what holds for every call.</summary>
public sealed partial class CallTests : IAsyncLifetime
{
    private DriverHost _host = null!;

    public async Task InitializeAsync() => _host = await DriverHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task R005_calls_for_different_nodes_run_at_the_same_time()
    {
        var gates = Enumerable.Range(0, 8).Select(_ => new Gate()).ToArray();
        _host.TestVendor.OnRun = async (node, _, cancellationToken) =>
        {
            await gates[int.Parse(node.Uuid, System.Globalization.CultureInfo.InvariantCulture)].PassAsync(cancellationToken);
            return node.Uuid;
        };
        var calls = gates.Select((_, i) => _host.Run($"op-{i}", epoch: 1, node: $"{i}").ResponseAsync).ToList();
        await Task.WhenAll(gates.Select(gate => gate.Entered));
        foreach (var gate in gates)
            gate.Open();
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"\"{i}\""), (await Task.WhenAll(calls)).Select(response => response.Result.Json.Text));
    }

    [Fact]
    public async Task R007_a_message_of_16_MiB_is_taken()
    {
        var length = 0;
        _host.TestVendor.OnRun = (_, body, _) =>
        {
            length = body["data"]!.GetValue<string>().Length;
            return Task.FromResult<System.Text.Json.Nodes.JsonNode?>(null);
        };
        const int size = 16 * 1024 * 1024;
        await _host.Run("op-1", body: $$"""{"data": "{{new string('x', size)}}"}""");
        Assert.Equal(size, length);
    }

    [Fact]
    public async Task R008_fields_of_a_later_version_are_ignored()
    {
        // Field 99, a string, in each message.
        byte[] unknown = [.. Requests.GetPower().ToByteArray(), 0x9A, 0x06, 0x01, (byte)'x'];
        var request = V1.GetPowerStateRequest.Parser.ParseFrom(unknown);
        Assert.Equal(unknown.Length, request.CalculateSize());
        Assert.Equal(V1.PowerState.Off, (await _host.Power.GetPowerStateAsync(request)).State);
    }

    [Fact]
    public async Task R040_a_read_stops_when_its_caller_cancels()
    {
        var gate = HoldReads();
        using var call = _host.Power.GetPowerStateAsync(Requests.GetPower());
        await gate.Entered;
        call.Dispose();
        await gate.Cancelled;
    }

    [Fact]
    public async Task R040_a_read_stops_when_its_deadline_passes()
    {
        var gate = HoldReads();
        var call = _host.Power.GetPowerStateAsync(Requests.GetPower(), deadline: DateTime.UtcNow.AddSeconds(5));
        await gate.Entered;
        await Failures.EndsAsync(StatusCode.DeadlineExceeded, () => call.ResponseAsync);
        await gate.Cancelled;
    }

    [Fact]
    public async Task R041_the_request_id_is_in_every_line_that_is_logged_for_a_call()
    {
        _host.TestVendor.OnRun = async (_, _, _) =>
        {
            await Task.Yield();
            LogFromTheDriver(_host.TestVendor.Logger);
            throw new PermanentFailureException("it broke");
        };
        await Failures.FailsAsync(V1.ErrorClass.Permanent, () => _host.Run("op-1").ResponseAsync);
        foreach (var eventId in new[] { 9001, 7120 })
        {
            var line = Assert.Single(_host.Logs.Lines, line => line.Event.Id == eventId);
            Assert.Equal((Requests.RequestId, Requests.Node, "vendor.run"), (line.Scope["RequestId"], line.Scope["NodeUuid"], line.Scope["Operation"]));
        }
    }

    [Fact]
    public async Task R043_absent_JSON_is_the_empty_object()
    {
        _host.TestVendor.OnRun = (node, body, _) =>
        {
            Assert.False(node.DriverInfo.Has("anything"));
            Assert.Empty(node.Properties.Keys);
            return Task.FromResult<System.Text.Json.Nodes.JsonNode?>(body.Count);
        };
        var request = Requests.NodeMethod("run", body: null, operationId: "op-1");
        request.Node.DriverInfo = null;
        Assert.Equal("0", (await _host.Vendor.CallNodeMethodAsync(request)).Result.Json.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task JSON_that_is_no_object_is_refused(string text)
    {
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, () => _host.Run("op-1", body: text).ResponseAsync);
        var request = Requests.GetPower();
        request.Node.DriverInfo.Text = text;
        _host.TestPower.OnGet = (node, _) => Task.FromResult(node.DriverInfo.Has("x") ? PowerState.On : PowerState.Off);
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, async () => await _host.Power.GetPowerStateAsync(request));
    }

    [Fact]
    public async Task R044_an_implementation_that_the_driver_does_not_have_is_unsupported()
    {
        await IsUnsupportedAsync(async () => await _host.Power.GetPowerStateAsync(Requests.GetPower("other")));
        await IsUnsupportedAsync(async () =>
        {
            var request = Requests.SetPower("op-1");
            request.Interface = "";
            using var call = _host.Power.SetPowerState(request);
            await call.ResponseStream.MoveNext();
        });
        await IsUnsupportedAsync(async () => await _host.Management.GetBootDeviceAsync(new V1.GetBootDeviceRequest { Node = Requests.NodeContext(), Interface = "noop" }));
        await IsUnsupportedAsync(async () =>
        {
            var request = Requests.NodeMethod("run");
            request.Call.Interface = "no-vendor";
            await _host.Vendor.CallNodeMethodAsync(request);
        });
        await IsUnsupportedAsync(async () => await _host.Driver.ValidateInterfaceAsync(
            new V1.ValidateInterfaceRequest { Node = Requests.NodeContext(), Type = V1.InterfaceType.Bios, Interface = "test" }));
    }

    [Fact]
    public async Task R045_required_properties_are_validated_without_the_author_s_help()
    {
        var request = new V1.ValidateInterfaceRequest { Context = Requests.Context(), Node = Requests.NodeContext(), Type = V1.InterfaceType.Power, Interface = "test" };
        await _host.Driver.ValidateInterfaceAsync(request);
        request.Node.DriverInfo = null;
        var exception = await Failures.FailsAsync(V1.ErrorClass.MissingParameter, async () => await _host.Driver.ValidateInterfaceAsync(request));
        Assert.Equal("Missing from driver_info: 'test_address'.", exception.Status.Detail);
    }

    [Fact]
    public async Task A_call_that_names_no_node_is_refused()
    {
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, async () => await _host.Power.GetPowerStateAsync(new V1.GetPowerStateRequest { Interface = "test" }));
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, () => _host.Run("op-1", node: "").ResponseAsync);
    }

    [Fact]
    public async Task R111_values_of_a_later_version_are_taken_as_unspecified()
    {
        PowerState? seen = null;
        _host.TestPower.OnGet = (node, _) =>
        {
            seen = node.PowerState;
            return Task.FromResult(PowerState.Unknown);
        };
        var read = Requests.GetPower();
        read.Node.PowerState = (V1.PowerState)99;
        Assert.Equal(V1.PowerState.Unspecified, (await _host.Power.GetPowerStateAsync(read)).State);
        Assert.Equal(PowerState.Unknown, seen);

        foreach (var target in new[] { V1.PowerTarget.Unspecified, V1.PowerTarget.SoftOff, (V1.PowerTarget)99 })
        {
            using var call = _host.Power.SetPowerState(Requests.SetPower($"op-{target}", target));
            await IsUnsupportedAsync(() => call.ResponseStream.MoveNext());
        }

        await IsUnsupportedAsync(async () => await _host.Driver.ValidateInterfaceAsync(
            new V1.ValidateInterfaceRequest { Node = Requests.NodeContext(), Type = (V1.InterfaceType)99, Interface = "test" }));
    }

    private Gate HoldReads()
    {
        var gate = new Gate();
        _host.TestPower.OnGet = async (_, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return PowerState.On;
        };
        return gate;
    }

    private static Task<RpcException> IsUnsupportedAsync(Func<Task> call) => Failures.FailsAsync(V1.ErrorClass.Unsupported, call);

    [LoggerMessage(EventId = 9001, Level = LogLevel.Information, Message = "A line of the driver's own")]
    private static partial void LogFromTheDriver(ILogger logger);
}
