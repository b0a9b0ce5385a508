using System.Text;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

/// <summary>
/// Further methods for tests of the whole system, with <c>Fake:TestMethods=true</c>. The names say what they do: <c>_async</c> runs asynchronously,
/// <c>_shared</c> under a shared lock, the others synchronously under an exclusive lock; <c>fake_driver_</c> needs no node. What waits at a gate
/// goes on when <c>fake_driver_open</c> names it, and then fails if an error class is given.
/// </summary>
internal sealed class FakeTestVendor(FakeBehaviour behaviour, FakeGates gates, TimeProvider time) : FakeVendor(behaviour)
{
    private const int MaximumAttachment = 16 * 1024 * 1024;

    [Passthru("GET", "POST", "PUT", "PATCH", "DELETE", Async = false, Description = "Answers with its verb and arguments")]
    public Task<JsonObject> FakeEcho(NodeContext node, VendorCall call, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(node, "vendor.fake_echo", () => Task.FromResult(Echo(call)), cancellationToken);

    [Passthru("GET", "POST", "PUT", "PATCH", "DELETE", Async = false, RequireExclusiveLock = false, Description = "Answers with its verb and arguments")]
    public Task<JsonObject> FakeEchoShared(NodeContext node, VendorCall call, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(node, "vendor.fake_echo_shared", () => Task.FromResult(Echo(call)), cancellationToken);

    [Passthru("POST", Async = false, Description = "Returns nothing")]
    public Task FakeNull(NodeContext node, CancellationToken cancellationToken) =>
        Behaviour.RunAsync<object?>(node, "vendor.fake_null", () => Task.FromResult<object?>(null), cancellationToken);

    [Passthru("POST", Async = false, Description = "Has a fixed signature: text, count?, flag?, tags?")]
    public static object FakeTyped(NodeContext node, string text, int count = 1, bool? flag = null, IReadOnlyList<string>? tags = null) =>
        new { Node = node.Uuid, Text = text, Count = count, Flag = flag, Tags = tags };

    [Passthru("POST", Async = false, Description = "Takes the given number of seconds")]
    public Task<double> FakeSleep(NodeContext node, double seconds, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(node, "vendor.fake_sleep", () => SleepAsync(seconds, cancellationToken), cancellationToken);

    [Passthru("POST", Async = false, RequireExclusiveLock = false, Description = "Takes the given number of seconds")]
    public Task<double> FakeSleepShared(NodeContext node, double seconds, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(node, "vendor.fake_sleep_shared", () => SleepAsync(seconds, cancellationToken), cancellationToken);

    [Passthru("POST", Method = "fake_sleep_async", Description = "Takes the given number of seconds")]
    public Task<double> FakeSleepInBackground(NodeContext node, double seconds, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(node, "vendor.fake_sleep_async", () => SleepAsync(seconds, cancellationToken), cancellationToken);

    [Passthru("POST", RequireExclusiveLock = false, Method = "fake_sleep_async_shared", Description = "Takes the given number of seconds")]
    public Task<double> FakeSleepInBackgroundShared(NodeContext node, double seconds, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(node, "vendor.fake_sleep_async_shared", () => SleepAsync(seconds, cancellationToken), cancellationToken);

    [Passthru("POST", Async = false, Description = "Waits at a gate")]
    public Task<string> FakeWait(NodeContext node, string gate, ErrorClass? errorClass = null, string message = "", CancellationToken cancellationToken = default) =>
        Behaviour.RunAsync(node, "vendor.fake_wait", () => WaitAsync(gate, errorClass, message, cancellationToken), cancellationToken);

    [Passthru("POST", Async = false, RequireExclusiveLock = false, Description = "Waits at a gate")]
    public Task<string> FakeWaitShared(NodeContext node, string gate, ErrorClass? errorClass = null, string message = "", CancellationToken cancellationToken = default) =>
        Behaviour.RunAsync(node, "vendor.fake_wait_shared", () => WaitAsync(gate, errorClass, message, cancellationToken), cancellationToken);

    [Passthru("POST", Method = "fake_wait_async", Description = "Waits at a gate")]
    public Task<string> FakeWaitInBackground(NodeContext node, string gate, ErrorClass? errorClass = null, string message = "", CancellationToken cancellationToken = default) =>
        Behaviour.RunAsync(node, "vendor.fake_wait_async", () => WaitAsync(gate, errorClass, message, cancellationToken), cancellationToken);

    [Passthru("POST", Method = "fake_wait_async_shared", RequireExclusiveLock = false, Description = "Waits at a gate")]
    public Task<string> FakeWaitInBackgroundShared(
        NodeContext node, string gate, ErrorClass? errorClass = null, string message = "", CancellationToken cancellationToken = default) =>
        Behaviour.RunAsync(node, "vendor.fake_wait_async_shared", () => WaitAsync(gate, errorClass, message, cancellationToken), cancellationToken);

    [Passthru("POST", Async = false, Description = "Fails with the given error class and message")]
    public Task<object?> FakeFail(NodeContext node, ErrorClass errorClass, string message, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(node, "vendor.fake_fail", () => FailAsync(errorClass, message), cancellationToken);

    [Passthru("POST", Method = "fake_fail_async", Description = "Fails with the given error class and message")]
    public Task<object?> FakeFailInBackground(NodeContext node, ErrorClass errorClass, string message, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(node, "vendor.fake_fail_async", () => FailAsync(errorClass, message), cancellationToken);

    [Passthru("GET", "POST", Async = false, Attach = true, Description = "Answers with bytes: a text, or zeros")]
    public static byte[] FakeAttach(string? text = null, int size = 0) => Attachment(text, size);

    [Step(StepKinds.Clean | StepKinds.Deploy | StepKinds.Service, RequiresRamdisk = false, Description = "Waits at a gate")]
    public Task FakeStepWait(NodeContext node, string gate, ErrorClass? errorClass = null, string message = "", CancellationToken cancellationToken = default) =>
        Behaviour.RunAsync(node, "vendor.step.fake_step_wait", () => WaitAsync(gate, errorClass, message, cancellationToken), cancellationToken);

    [Step(StepKinds.Clean | StepKinds.Deploy | StepKinds.Service, RequiresRamdisk = false, Abortable = true, LongRunning = true, Description = "Waits at a gate for long")]
    public Task FakeStepLong(NodeContext node, string gate, ErrorClass? errorClass = null, string message = "", CancellationToken cancellationToken = default) =>
        Behaviour.RunAsync(node, "vendor.step.fake_step_long", () => WaitAsync(gate, errorClass, message, cancellationToken), cancellationToken);

    [Step(StepKinds.Clean | StepKinds.Deploy | StepKinds.Service, RequiresRamdisk = false, LongRunning = true, Description = "Waits at a gate for long, and must not be stopped")]
    public Task FakeStepStubborn(NodeContext node, string gate, ErrorClass? errorClass = null, string message = "", CancellationToken cancellationToken = default) =>
        Behaviour.RunAsync(node, "vendor.step.fake_step_stubborn", () => WaitAsync(gate, errorClass, message, cancellationToken), cancellationToken);

    [DriverPassthru("GET", "POST", "PUT", "PATCH", "DELETE", Async = false, Description = "Answers with its verb and arguments")]
    public Task<JsonObject> FakeDriverEcho(DriverContext context, VendorCall call, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(context, "vendor.fake_driver_echo", () => Task.FromResult(Echo(call)), cancellationToken);

    [DriverPassthru("POST", Async = false, Description = "Takes the given number of seconds")]
    public Task<double> FakeDriverSleep(DriverContext context, double seconds, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(context, "vendor.fake_driver_sleep", () => SleepAsync(seconds, cancellationToken), cancellationToken);

    [DriverPassthru("POST", Method = "fake_driver_sleep_async", Description = "Takes the given number of seconds")]
    public Task<double> FakeDriverSleepInBackground(DriverContext context, double seconds, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(context, "vendor.fake_driver_sleep_async", () => SleepAsync(seconds, cancellationToken), cancellationToken);

    [DriverPassthru("POST", Async = false, Description = "Waits at a gate")]
    public Task<string> FakeDriverWait(DriverContext context, string gate, ErrorClass? errorClass = null, string message = "", CancellationToken cancellationToken = default) =>
        Behaviour.RunAsync(context, "vendor.fake_driver_wait", () => WaitAsync(gate, errorClass, message, cancellationToken), cancellationToken);

    [DriverPassthru("POST", Method = "fake_driver_wait_async", Description = "Waits at a gate")]
    public Task<string> FakeDriverWaitInBackground(
        DriverContext context, string gate, ErrorClass? errorClass = null, string message = "", CancellationToken cancellationToken = default) =>
        Behaviour.RunAsync(context, "vendor.fake_driver_wait_async", () => WaitAsync(gate, errorClass, message, cancellationToken), cancellationToken);

    [DriverPassthru("POST", Async = false, Description = "Opens a gate")]
    public void FakeDriverOpen(string gate) => gates.Open(gate);

    [DriverPassthru("POST", Method = "fake_driver_open_async", Description = "Opens a gate")]
    public void FakeDriverOpenInBackground(string gate) => gates.Open(gate);

    [DriverPassthru("POST", Async = false, Description = "Returns nothing")]
    public Task FakeDriverNull(DriverContext context, CancellationToken cancellationToken) =>
        Behaviour.RunAsync<object?>(context, "vendor.fake_driver_null", () => Task.FromResult<object?>(null), cancellationToken);

    [DriverPassthru("POST", Async = false, Description = "Fails with the given error class and message")]
    public Task<object?> FakeDriverFail(DriverContext context, ErrorClass errorClass, string message, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(context, "vendor.fake_driver_fail", () => FailAsync(errorClass, message), cancellationToken);

    [DriverPassthru("POST", Method = "fake_driver_fail_async", Description = "Fails with the given error class and message")]
    public Task<object?> FakeDriverFailInBackground(DriverContext context, ErrorClass errorClass, string message, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(context, "vendor.fake_driver_fail_async", () => FailAsync(errorClass, message), cancellationToken);

    [DriverPassthru("GET", "POST", Async = false, Attach = true, Description = "Answers with bytes: a text, or zeros")]
    public static byte[] FakeDriverAttach(string? text = null, int size = 0) => Attachment(text, size);

    private static JsonObject Echo(VendorCall call) => new()
    {
        ["method"] = call.Method,
        ["http_method"] = call.HttpMethod,
        ["parameters"] = call.Parameters.ToJsonObject(),
    };

    private static Task<object?> FailAsync(ErrorClass errorClass, string message) => Task.FromException<object?>(FakeFailure.Create(errorClass, message));

    private static byte[] Attachment(string? text, int size)
    {
        if (size is < 0 or > MaximumAttachment)
            throw new InvalidParameterException($"size must be from 0 to {MaximumAttachment}");
        return text is null ? new byte[size] : Encoding.UTF8.GetBytes(text);
    }

    private async Task<string> WaitAsync(string gate, ErrorClass? errorClass, string message, CancellationToken cancellationToken)
    {
        await gates.WaitAsync(gate, cancellationToken);
        return errorClass is { } failure ? throw FakeFailure.Create(failure, message) : gate;
    }

    private async Task<double> SleepAsync(double seconds, CancellationToken cancellationToken)
    {
        if (seconds is not (>= 0 and <= 3600))
            throw new InvalidParameterException("seconds must be from 0 to 3600");
        await Task.Delay(TimeSpan.FromSeconds(seconds), time, cancellationToken);
        return seconds;
    }
}
