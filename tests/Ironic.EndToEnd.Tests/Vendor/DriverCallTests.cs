using System.Text;
using System.Text.Json;
using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.Vendor;

/// <summary>Calls of vendor methods that need no node.</summary>
public sealed class DriverCallTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;
    private readonly VendorCaller _vendor = new(shared.Stack);

    public static TheoryData<Form> Forms => VendorCaller.Forms;

    public static TheoryData<Form, string> FormsAndVerbs => VendorCaller.FormsAnd("GET", "POST", "PUT", "PATCH", "DELETE");

    public static TheoryData<Form, string> FormsAndRefusedBodies => VendorCaller.FormsAnd("[]", "[1]", "5", "\"meow\"", "{bad");

    [Theory]
    [MemberData(nameof(FormsAndVerbs))]
    public async Task Every_verb_brings_its_body_to_the_driver(Form form, string verb)
    {
        var answer = await _vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_echo", """{"a": {"b": [2.50]}}""", verb);

        var result = JsonSerializer.Deserialize<JsonElement>(answer.AssertStatus(200));
        Assert.Equal(verb, result.GetProperty("http_method").GetString());
        Assert.Equal("""{"a":{"b":[2.50]}}""", result.GetProperty("parameters").GetRawText());
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Without_a_body_there_are_no_parameters(Form form) =>
        Assert.Contains("\"parameters\":{}", (await _vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_echo")).AssertStatus(200), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(FormsAndRefusedBodies))]
    public async Task A_body_that_is_no_object_is_refused(Form form, string body) =>
        (await _vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_echo", body)).AssertStatus(400);

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_tutorials_method_answers(Form form) =>
        Assert.Equal("""{"types":["NONE","MD5","MD2"]}""", (await _vendor.CallDriverAsync(form, "example", "authentication_types", verb: "GET")).AssertStatus(200));

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_method_that_returns_nothing_is_answered_with_null(Form form) =>
        Assert.Equal("null", (await _vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_null")).AssertStatus(200));

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task An_attachment_comes_as_it_is(Form form)
    {
        var answer = await _vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_attach", """{"text": "raw"}""");

        answer.AssertStatus(200);
        Assert.Equal("raw", Encoding.UTF8.GetString(answer.Attachment!));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Only_the_default_vendor_interface_is_asked(Form form)
    {
        // fake-hardware has an interface fake-second with this method, but its default is fake.
        Assert.Equal("No handler for method fake_driver_second", (await _vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_second", verb: "GET")).AssertStatus(400));
        // The driver process has the method, but the default of this hardware type is no-vendor.
        Assert.Equal("No handler for method fake_driver_echo", (await _vendor.CallDriverAsync(form, "manual-management", "fake_driver_echo")).AssertStatus(400));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_driver_validates_after_the_name_and_the_verb(Form form)
    {
        (await _vendor.CallDriverAsync(form, "nosuch", "nosuch")).AssertStatus(404);
        Assert.Equal("No handler for method nosuch", (await _vendor.CallDriverAsync(form, "fake-hardware", "nosuch")).AssertStatus(400));
        Assert.Equal(
            "The method fake_driver_sleep does not support HTTP GET", (await _vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_sleep", verb: "GET")).AssertStatus(400));
        foreach (var method in new[] { "fake_driver_sleep", "fake_driver_sleep_async" })
        {
            Assert.Equal($"Parameter 'seconds' not passed to method '{method}'.", (await _vendor.CallDriverAsync(form, "fake-hardware", method)).AssertStatus(400));
            Assert.Contains("seconds", (await _vendor.CallDriverAsync(form, "fake-hardware", method, """{"seconds": "x"}""")).AssertStatus(400), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task An_asynchronous_call_is_accepted_before_it_ends(Form form)
    {
        var gate = Guid.NewGuid().ToString();
        var before = _stack.Calls.Read().Count;

        (await _vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_wait_async", $$"""{"gate": "{{gate}}"}""")).AssertStatus(202);

        var started = await _stack.Calls.WaitForAsync(
            call => call is { Event: "start", Operation: "vendor.fake_driver_wait_async" } && _stack.Calls.Read().ToList().IndexOf(call) >= before, "the method has begun");
        Assert.DoesNotContain(_stack.Calls.Read(), call => call.Event == "end" && call.OperationId == started.OperationId);
        await _vendor.OpenGateAsync(gate);
        await _stack.Calls.WaitForAsync(call => call.Event == "end" && call.OperationId == started.OperationId, "the method has ended");
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task The_failure_of_an_asynchronous_call_is_logged(Form form)
    {
        var message = $"burnt-{Guid.NewGuid()}";

        (await _vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_fail_async", $$"""{"error_class": "permanent", "message": "{{message}}"}""")).AssertStatus(202);

        await Eventually.ThatAsync(
            () => File.ReadAllText(_stack.Processes.Conductors[0].LogPath).Contains(message, StringComparison.Ordinal), TestStack.Limit, "the conductor has logged the failure");
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Calls_of_one_driver_run_beside_each_other(Form form)
    {
        var gate = Guid.NewGuid().ToString();
        var waiting = _vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_wait", $$"""{"gate": "{{gate}}"}""");

        (await _vendor.CallDriverAsync(form, "fake-hardware", "fake_driver_echo")).AssertStatus(200);
        await _vendor.OpenGateAsync(gate);

        Assert.Equal($"\"{gate}\"", (await waiting).AssertStatus(200));
    }
}
