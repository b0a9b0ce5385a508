
namespace Ironic.EndToEnd.Tests.Vendor;

/// <summary>What goes wrong with a vendor call, and how it is told over REST and over gRPC.</summary>
public sealed class VendorErrorTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;
    private readonly VendorCaller _vendor = new(shared.Stack);

    public static TheoryData<Form> Forms => VendorCaller.Forms;

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Unknown_methods_and_verbs_are_bad_requests(Form form)
    {
        var node = await _stack.CreateNodeAsync();

        AssertAnswer(await _vendor.CallNodeAsync(form, node, "nosuch"), 400, "INVALID_PARAMETER_VALUE", "No handler for method nosuch");
        AssertAnswer(await _vendor.CallNodeAsync(form, node, "SECOND_METHOD"), 400, "INVALID_PARAMETER_VALUE", "No handler for method SECOND_METHOD");
        AssertAnswer(await _vendor.CallNodeAsync(form, node, "first_method"), 400, "INVALID_PARAMETER_VALUE", "No handler for method first_method");
        AssertAnswer(
            await _vendor.CallNodeAsync(form, node, "second_method", verb: "PUT"), 400, "INVALID_PARAMETER_VALUE", "The method second_method does not support HTTP PUT");
        AssertAnswer(await _vendor.CallNodeAsync(form, node, "fake_driver_echo"), 400, "INVALID_PARAMETER_VALUE", "No handler for method fake_driver_echo");
        AssertAnswer(await _vendor.CallDriverAsync(form, "fake-hardware", "fake_echo"), 400, "INVALID_PARAMETER_VALUE", "No handler for method fake_echo");
    }

    [Theory]
    [InlineData(Form.Query)]
    [InlineData(Form.Grpc)]
    public async Task An_empty_name_is_no_name(Form form)
    {
        var node = await _stack.CreateNodeAsync();

        AssertAnswer(await _vendor.CallNodeAsync(form, node, ""), 400, "MISSING_PARAMETER_VALUE", "Method not specified");
        AssertAnswer(await _vendor.CallDriverAsync(form, "fake-hardware", ""), 400, "MISSING_PARAMETER_VALUE", "Method not specified");
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Arguments_are_checked(Form form)
    {
        var node = await _stack.CreateNodeAsync();

        foreach (var body in new[] { null, "{}", """{"bar": null}""", """{"bar": ""}""", """{"bar": 0}""" })
        {
            AssertAnswer(
                await _vendor.CallNodeAsync(form, node, "third_method_sync", body), 400, "MISSING_PARAMETER_VALUE", "Parameter 'bar' not passed to method 'third_method_sync'.");
        }

        AssertAnswer(await _vendor.CallNodeAsync(form, node, "fake_typed", """{"text": "a", "count": "x"}"""), 400, "INVALID_PARAMETER_VALUE", "count");
        AssertAnswer(await _vendor.CallNodeAsync(form, node, "third_method_sync", """{"bar": "meow", "foo": 1}"""), 400, "INVALID_PARAMETER_VALUE", "'foo'");
        AssertAnswer(await _vendor.CallNodeAsync(form, await _stack.CreateNodeAsync("example"), "send_raw", """{"raw_bytes": "0xzz"}"""), 400, "INVALID_PARAMETER_VALUE", "0xzz");
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Unknown_nodes_and_drivers_are_not_found(Form form)
    {
        var uuid = Guid.NewGuid().ToString();

        AssertAnswer(await _vendor.CallNodeAsync(form, uuid, "fake_echo"), 404, "NODE_NOT_FOUND", $"Node {uuid} could not be found.");
        AssertAnswer(await _vendor.CallNodeAsync(form, "nosuch", "fake_echo"), 404, "NODE_NOT_FOUND", "Node nosuch could not be found.");
        AssertAnswer(await _vendor.CallDriverAsync(form, "nosuch", "fake_driver_echo"), 404, "DRIVER_NOT_FOUND", "The driver 'nosuch' is unknown.");
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task No_vendor_has_no_methods(Form form)
    {
        var node = await _stack.CreateNodeAsync(more: new() { ["vendor_interface"] = "no-vendor" });

        AssertAnswer(await _vendor.CallNodeAsync(form, node, "third_method_sync", """{"bar": "meow"}"""), 400, "INVALID_PARAMETER_VALUE", "No handler for method third_method_sync");
    }

    /// <summary>The driver's error class, and what callers are told.</summary>
    public static TheoryData<Form, string, int, string> Failures
    {
        get
        {
            var data = new TheoryData<Form, string, int, string>();
            foreach (var form in Enum.GetValues<Form>())
            {
                data.Add(form, "invalid_parameter", 400, "INVALID_PARAMETER_VALUE");
                data.Add(form, "missing_parameter", 400, "MISSING_PARAMETER_VALUE");
                data.Add(form, "unsupported", 400, "UNSUPPORTED_DRIVER_EXTENSION");
                data.Add(form, "retryable", 500, "VENDOR_PASSTHRU_FAILURE");
                data.Add(form, "bmc_unreachable", 500, "VENDOR_PASSTHRU_FAILURE");
                data.Add(form, "authentication", 500, "VENDOR_PASSTHRU_FAILURE");
                data.Add(form, "precondition", 500, "VENDOR_PASSTHRU_FAILURE");
                data.Add(form, "permanent", 500, "VENDOR_PASSTHRU_FAILURE");
                data.Add(form, "stale_epoch", 409, "LOCK_LOST");
                // An exception that is not of the SDK's own family.
                data.Add(form, "internal", 500, "VENDOR_PASSTHRU_FAILURE");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_of_a_synchronous_method_is_told_with_its_own_words(Form form, string errorClass, int status, string reason)
    {
        var node = await _stack.CreateNodeAsync();
        var body = $$"""{"error_class": "{{errorClass}}", "message": "the words of the BMC"}""";

        AssertAnswer(await _vendor.CallNodeAsync(form, node, "fake_fail", body), status, reason, "the words of the BMC");
        AssertAnswer(await _vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_fail", body), status, reason, "the words of the BMC");

        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await _stack.GetNodeAsync(node)).GetProperty("last_error").ValueKind);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Secrets_stay_secret(Form form)
    {
        const string Secret = "hunter2-in-the-driver-info";
        var node = await _stack.CreateNodeAsync(driverInfo: new { fake_password = Secret });
        var body = $$"""{"error_class": "internal", "message": "login with {{Secret}} failed"}""";

        var answer = await _vendor.CallNodeAsync(form, node, "fake_fail", body);
        (await _vendor.CallNodeAsync(form, node, "fake_fail_async", body)).AssertStatus(202);
        await _stack.WaitForNodeAsync(node, found => found.GetProperty("last_error").ValueKind == System.Text.Json.JsonValueKind.String, "the failure is stored");

        Assert.DoesNotContain(Secret, answer.AssertStatus(500), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, (await _stack.GetNodeAsync(node)).GetRawText(), StringComparison.Ordinal);
        Assert.All(_stack.Processes.Processes, process => Assert.DoesNotContain(Secret, File.ReadAllText(process.LogPath), StringComparison.Ordinal));
    }

    private static void AssertAnswer(VendorAnswer answer, int status, string reason, string text)
    {
        Assert.Contains(text, answer.AssertStatus(status), StringComparison.Ordinal);
        if (answer.Reason is not null)
            Assert.Equal(reason, answer.Reason);
    }
}
