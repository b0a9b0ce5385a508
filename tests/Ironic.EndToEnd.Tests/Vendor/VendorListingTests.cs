using System.Text.Json;
using Ironic.Api.V1;

namespace Ironic.EndToEnd.Tests.Vendor;

/// <summary>Which vendor methods there are, and how they are declared.</summary>
public sealed class VendorListingTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;
    private readonly VendorCaller _vendor = new(shared.Stack);

    [Fact]
    public async Task The_methods_that_ironics_fake_hardware_has_are_as_it_declares_them()
    {
        var methods = await ListAsync($"/v1/nodes/{await _stack.CreateNodeAsync()}");

        AssertNodeMethod(methods["second_method"], async: true, exclusive: true, "POST");
        AssertNodeMethod(methods["third_method_sync"], async: false, exclusive: true, "POST");
        AssertNodeMethod(methods["fourth_method_shared_lock"], async: true, exclusive: false, "POST");
        AssertNodeMethod(methods["log_passthrough"], async: true, exclusive: true, "POST");
        // Of an interface that is no entry point of the hardware type.
        Assert.DoesNotContain("first_method", methods.Keys);
    }

    [Fact]
    public async Task Every_option_of_a_declaration_is_shown()
    {
        var methods = await ListAsync($"/v1/nodes/{await _stack.CreateNodeAsync()}");

        AssertNodeMethod(methods["fake_echo"], async: false, exclusive: true, "GET", "POST", "PUT", "PATCH", "DELETE");
        // The public name is not the method's own.
        AssertNodeMethod(methods["fake_wait_async"], async: true, exclusive: true, "POST");
        Assert.DoesNotContain("fake_wait_in_background", methods.Keys);
        Assert.Equal("Answers with bytes: a text, or zeros", methods["fake_attach"].GetProperty("description").GetString());
        Assert.True(methods["fake_attach"].GetProperty("attach").GetBoolean());
        Assert.False(methods["fake_echo"].GetProperty("attach").GetBoolean());
    }

    [Fact]
    public async Task A_driver_lists_the_methods_that_need_no_node_and_no_lock()
    {
        var methods = await ListAsync("/v1/drivers/fake-hardware");

        Assert.All(methods.Keys, name => Assert.StartsWith("fake_driver_", name, StringComparison.Ordinal));
        var echo = methods["fake_driver_echo"];
        Assert.Equal(["async", "attach", "description", "http_methods"], Members(echo));
        Assert.Equal(["DELETE", "GET", "PATCH", "POST", "PUT"], Verbs(echo));
        Assert.False(echo.GetProperty("async").GetBoolean());
        Assert.True(methods["fake_driver_sleep_async"].GetProperty("async").GetBoolean());
        Assert.True(methods["fake_driver_attach"].GetProperty("attach").GetBoolean());
    }

    [Fact]
    public async Task The_tutorials_driver_lists_its_methods()
    {
        Assert.Equal(["authentication_types"], (await ListAsync("/v1/drivers/example")).Keys);
        var methods = await ListAsync($"/v1/nodes/{await _stack.CreateNodeAsync("example")}");
        AssertNodeMethod(methods["send_raw"], async: true, exclusive: true, "POST");
        AssertNodeMethod(methods["sent_raw"], async: false, exclusive: false, "GET");
    }

    [Fact]
    public async Task A_node_is_found_by_name_and_the_path_may_end_with_a_slash()
    {
        await _stack.CreateNodeAsync(more: new() { ["name"] = "listed" });

        Assert.Contains("fake_echo", (await ListAsync("/v1/nodes/listed")).Keys);
        Assert.Equal(200, (await _stack.Rest.GetAsync("/v1/nodes/listed/vendor_passthru/methods/")).Status);
    }

    [Fact]
    public async Task No_vendor_has_no_methods()
    {
        var node = await _stack.CreateNodeAsync(more: new() { ["vendor_interface"] = "no-vendor" });

        Assert.Empty(await ListAsync($"/v1/nodes/{node}"));
        Assert.Empty(await ListAsync("/v1/drivers/manual-management"));
    }

    [Fact]
    public async Task Two_nodes_of_a_driver_list_each_its_own_interface()
    {
        var first = await _stack.CreateNodeAsync();
        var second = await _stack.CreateNodeAsync(more: new() { ["vendor_interface"] = "fake-second" });

        Assert.Contains("fake_echo", (await ListAsync($"/v1/nodes/{first}")).Keys);
        Assert.Equal(["fake_second"], (await ListAsync($"/v1/nodes/{second}")).Keys);
        Assert.Contains("fake_echo", (await ListAsync($"/v1/nodes/{first}")).Keys);
    }

    [Fact]
    public async Task An_exclusive_lock_is_in_nobodys_way()
    {
        var node = await _stack.CreateNodeAsync();
        var gate = Guid.NewGuid().ToString();
        (await _vendor.CallNodeAsync(Form.Path, node, "fake_wait_async", $$"""{"gate": "{{gate}}"}""")).AssertStatus(202);
        await _stack.Calls.WaitForStartAsync(node, "vendor.fake_wait_async");

        Assert.Contains("fake_echo", (await ListAsync($"/v1/nodes/{node}")).Keys);

        await _vendor.OpenGateAsync(gate);
    }

    [Theory]
    [InlineData("/v1/nodes/9ab7b25a-3a6e-4ba2-a5ab-0ef71ac2e6b8/vendor_passthru/methods", 404)]
    [InlineData("/v1/nodes/nosuch/vendor_passthru/methods", 404)]
    [InlineData("/v1/drivers/nosuch/vendor_passthru/methods", 404)]
    [InlineData("/v1/drivers/fake-hardware/vendor_passthru/methods?x=1", 400)]
    public async Task What_is_not_there_is_said(string path, int status) => (await _stack.Rest.GetAsync(path)).AssertError(status);

    [Fact]
    public async Task Grpc_lists_the_same()
    {
        var node = await _stack.CreateNodeAsync();
        var rest = await ListAsync($"/v1/nodes/{node}");
        var grpc = (await _stack.Nodes.ListNodeVendorMethodsAsync(new ListNodeVendorMethodsRequest { Node = node })).Methods;
        var driverRest = await ListAsync("/v1/drivers/fake-hardware");
        var driverGrpc = (await _stack.Drivers.ListDriverVendorMethodsAsync(new ListDriverVendorMethodsRequest { Driver = "fake-hardware" })).Methods;

        Assert.Equal(rest.Keys.Order(), grpc.Keys.Order());
        Assert.All(rest, pair => Assert.Equal(
            (pair.Value.GetProperty("async").GetBoolean(), pair.Value.GetProperty("require_exclusive_lock").GetBoolean(), pair.Value.GetProperty("attach").GetBoolean()),
            (grpc[pair.Key].Async, grpc[pair.Key].RequireExclusiveLock, grpc[pair.Key].Attach)));
        Assert.All(rest, pair => Assert.Equal(Verbs(pair.Value), grpc[pair.Key].HttpMethods.Order(StringComparer.Ordinal)));
        Assert.Equal(driverRest.Keys.Order(), driverGrpc.Keys.Order());
        Assert.All(driverRest, pair => Assert.Equal(pair.Value.GetProperty("description").GetString(), driverGrpc[pair.Key].Description));
    }

    private static void AssertNodeMethod(JsonElement method, bool async, bool exclusive, params string[] verbs)
    {
        Assert.Equal(["async", "attach", "description", "http_methods", "require_exclusive_lock"], Members(method));
        Assert.Equal((async, exclusive), (method.GetProperty("async").GetBoolean(), method.GetProperty("require_exclusive_lock").GetBoolean()));
        Assert.Equal(verbs.Order(StringComparer.Ordinal), Verbs(method));
        Assert.NotEmpty(method.GetProperty("description").GetString()!);
    }

    private static IEnumerable<string> Members(JsonElement value) => value.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Verbs(JsonElement method) =>
        method.GetProperty("http_methods").EnumerateArray().Select(verb => verb.GetString()!).Order(StringComparer.Ordinal);

    private async Task<Dictionary<string, JsonElement>> ListAsync(string resource) =>
        (await _stack.Rest.GetAsync(resource + "/vendor_passthru/methods")).AssertStatus(200).Json.EnumerateObject().ToDictionary(member => member.Name, member => member.Value);
}
