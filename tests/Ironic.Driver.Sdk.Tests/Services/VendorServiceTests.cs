using System.Text.Json.Nodes;
using Ironic.Driver.Sdk.Tests.Support;

namespace Ironic.Driver.Sdk.Tests.Services;

/// <summary>SPEC.md 5.4: vendor methods over gRPC.</summary>
public sealed class VendorServiceTests : IAsyncLifetime
{
    private DriverHost _host = null!;

    public async Task InitializeAsync() => _host = await DriverHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_node_method_gets_the_node_and_the_body()
    {
        _host.TestVendor.OnRun = (node, body, _) => Task.FromResult<JsonNode?>(new JsonObject
        {
            ["node"] = node.Uuid,
            ["address"] = node.DriverInfo.Require<string>("test_address"),
            ["ids"] = $"{node.RequestId} {node.OperationId} {node.Epoch}",
            ["body"] = body.DeepClone(),
        });
        var response = await _host.Run("op-1", epoch: 3, body: """{"a": [1, null]}""");
        Assert.Equal(
            $$$"""{"node":"{{{Requests.Node}}}","address":"10.0.0.1","ids":"{{{Requests.RequestId}}} op-1 3","body":{"a":[1,null]}}""", response.Result.Json.Text);
    }

    [Fact]
    public async Task A_driver_method_gets_the_hardware_type_and_the_body()
    {
        _host.TestVendor.OnRunForDriver = (driver, body, _) => Task.FromResult<JsonNode?>($"{driver.Driver} {driver.OperationId} {body.Count}");
        var response = await _host.Vendor.CallDriverMethodAsync(Requests.DriverMethod("run_for_driver", operationId: "op-1"));
        Assert.Equal("\"test-hardware op-1 0\"", response.Result.Json.Text);
    }

    [Theory]
    [InlineData("unknown", "POST", "No handler for method unknown")]
    [InlineData("greet", "POST", "No handler for method greet")]
    [InlineData("RUN", "POST", "No handler for method RUN")]
    [InlineData("", "POST", "The call names no method.")]
    [InlineData("run", "GET", "The method run does not support HTTP GET")]
    [InlineData("run", "post", "The method run does not support HTTP post")]
    [InlineData("run", "", "The method run does not support HTTP ")]
    public async Task R080_the_name_and_the_verb_of_a_node_method_are_checked(string method, string verb, string message)
    {
        var validation = await Failures.FailsAsync(
            V1.ErrorClass.InvalidParameter, async () => await _host.Vendor.ValidateNodeMethodAsync(Requests.ValidateNodeMethod(method, verb: verb)));
        Assert.Equal(message, validation.Status.Detail);
        await Failures.FailsAsync(
            V1.ErrorClass.InvalidParameter, async () => await _host.Vendor.CallNodeMethodAsync(Requests.NodeMethod(method, verb: verb, validated: true)));
    }

    [Theory]
    [InlineData("run", "GET")]
    [InlineData("run_for_driver", "POST")]
    public async Task R080_the_name_and_the_verb_of_a_driver_method_are_checked(string method, string verb) =>
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, async () => await _host.Vendor.CallDriverMethodAsync(Requests.DriverMethod(method, verb: verb)));

    [Fact]
    public async Task A_call_without_a_call_is_refused()
    {
        await Failures.FailsAsync(
            V1.ErrorClass.InvalidParameter, async () => await _host.Vendor.CallNodeMethodAsync(new V1.CallNodeMethodRequest { Node = Requests.NodeContext() }));
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, async () => await _host.Vendor.ValidateDriverMethodAsync(new V1.ValidateDriverMethodRequest()));
    }

    [Fact]
    public async Task R082_without_validated_a_node_method_is_validated_first_and_not_run_if_that_fails()
    {
        var gate = new Gate();
        gate.Open();
        _host.TestVendor.OnRun = async (_, _, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return null;
        };
        _host.TestVendor.OnValidate = (_, call) =>
        {
            if (call.Has("bad"))
                throw new InvalidParameterException("bad is bad");
        };
        var validation = await Failures.FailsAsync(
            V1.ErrorClass.InvalidParameter, async () => await _host.Vendor.ValidateNodeMethodAsync(Requests.ValidateNodeMethod("run", """{"bad": 1}""")));
        var call = await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, () => _host.Run("op-1", body: """{"bad": 1}""").ResponseAsync);
        Assert.Equal(validation.Status.Detail, call.Status.Detail);
        Assert.Equal(0, gate.Count);

        await _host.Vendor.CallNodeMethodAsync(Requests.NodeMethod("run", """{"bad": 1}""", validated: true, operationId: "op-2"));
        Assert.Equal(1, gate.Count);
    }

    [Fact]
    public async Task R082_without_validated_a_driver_method_is_validated_first()
    {
        _host.TestVendor.OnValidateForDriver = (driver, call) => throw new MissingParameterException($"{driver.Driver} {call.Method}");
        var exception = await Failures.FailsAsync(
            V1.ErrorClass.MissingParameter, async () => await _host.Vendor.CallDriverMethodAsync(Requests.DriverMethod("run_for_driver")));
        Assert.Equal("test-hardware run_for_driver", exception.Status.Detail);
        await _host.Vendor.CallDriverMethodAsync(Requests.DriverMethod("run_for_driver", validated: true));
        await Failures.FailsAsync(
            V1.ErrorClass.MissingParameter,
            async () => await _host.Vendor.ValidateDriverMethodAsync(
                new V1.ValidateDriverMethodRequest { Driver = "test-hardware", Call = Requests.VendorCall("run_for_driver", verb: "GET") }));
    }

    [Theory]
    [InlineData("""{"left": 1}""", V1.ErrorClass.MissingParameter, "Parameter 'right' not passed to method 'add'.")]
    [InlineData("""{"left": 1, "right": "2"}""", V1.ErrorClass.InvalidParameter, "Parameter 'right' of method 'add' must be an integer")]
    public async Task R083_missing_and_wrong_arguments_fail_the_validation_and_the_call(string body, V1.ErrorClass expected, string message)
    {
        var validation = await Failures.FailsAsync(expected, async () => await _host.Vendor.ValidateNodeMethodAsync(Requests.ValidateNodeMethod("add", body)));
        Assert.StartsWith(message, validation.Status.Detail, StringComparison.Ordinal);
        await Failures.FailsAsync(expected, async () => await _host.Vendor.CallNodeMethodAsync(Requests.NodeMethod("add", body)));
        await Failures.FailsAsync(expected, async () => await _host.Vendor.CallNodeMethodAsync(Requests.NodeMethod("add", body, validated: true)));
    }

    [Fact]
    public async Task R083_an_unknown_argument_fails_the_call()
    {
        const string body = """{"left": 1, "right": 2, "middle": 3}""";
        await _host.Vendor.ValidateNodeMethodAsync(Requests.ValidateNodeMethod("add", body));
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, async () => await _host.Vendor.CallNodeMethodAsync(Requests.NodeMethod("add", body)));
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, async () => await _host.Vendor.CallNodeMethodAsync(Requests.NodeMethod("forget", """{"a": 1}""")));
    }

    [Fact]
    public async Task R084_results_are_JSON_or_an_attachment()
    {
        Assert.Equal("3", (await _host.Vendor.CallNodeMethodAsync(Requests.NodeMethod("add", """{"left": 1, "right": 2}"""))).Result.Json.Text);
        Assert.Equal("null", (await _host.Vendor.CallNodeMethodAsync(Requests.NodeMethod("forget"))).Result.Json.Text);
        Assert.Equal("\"Hello you\"", (await _host.Vendor.CallDriverMethodAsync(Requests.DriverMethod("greet", """{"name": "you"}""", "POST"))).Result.Json.Text);
        var attachment = (await _host.Vendor.CallNodeMethodAsync(Requests.NodeMethod("download", verb: "GET"))).Result;
        Assert.Equal(V1.VendorResult.ResultOneofCase.Attachment, attachment.ResultCase);
        Assert.Equal([0, 1, 2, 255], attachment.Attachment.ToByteArray());
    }
}
