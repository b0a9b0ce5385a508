using System.Text.Json.Nodes;
using Grpc.Core;
using Ironic.Driver.Sdk.Tests.Support;

namespace Ironic.Driver.Sdk.Tests.Services;

/// <summary>SPEC.md 5.6: steps, short and long.</summary>
public sealed class StepServiceTests : IAsyncLifetime
{
    private readonly Stepping _stepping = new();
    private DriverHost _host = null!;

    public async Task InitializeAsync() => _host = await DriverHost.StartAsync(driver =>
    {
        DriverHost.DeclareTestDriver(driver);
        driver.AddInterface("stepping", _ => _stepping);
    });

    public async Task DisposeAsync()
    {
        _stepping.Open.TrySetResult();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_step_gets_its_arguments_and_says_what_became_of_the_disks()
    {
        using var call = _host.Steps.ExecuteStep(Request("build", """{"size_gb": 5, "tags": ["a"]}"""));
        var last = await LastAsync(call);
        Assert.Equal((V1.WorkOutcome.Done, """{"size":5,"tags":"a"}""", true), (last.Outcome, last.RaidConfig.Text, last.Progress.Completed));
        Assert.False(last.Detached);
    }

    [Fact]
    public async Task R130_what_is_not_offered_is_refused()
    {
        await FailsAsync(V1.ErrorClass.MissingParameter, Request("build", "{}"));
        await FailsAsync(V1.ErrorClass.InvalidParameter, Request("build", """{"size_gb": "much"}"""));
        await FailsAsync(V1.ErrorClass.InvalidParameter, Request("build", """{"size_gb": 5, "colour": "red"}"""));
        await FailsAsync(V1.ErrorClass.Unsupported, Request("demolish", "{}"));
        await FailsAsync(V1.ErrorClass.Unsupported, Request("build", """{"size_gb": 5}""", kind: V1.StepKind.Deploy));
        await FailsAsync(V1.ErrorClass.InvalidParameter, Request("build", """{"size_gb": 5}""", operation: ""));
        Assert.Equal(0, _stepping.Runs);
    }

    [Fact]
    public async Task R131_a_step_may_leave_the_rest_to_the_ramdisk()
    {
        using var call = _host.Steps.ExecuteStep(Request("hand_over", "{}"));
        Assert.Equal(V1.WorkOutcome.Wait, (await LastAsync(call)).Outcome);
    }

    [Fact]
    public async Task R132_a_long_step_outlives_its_caller_and_a_newer_epoch_and_is_joined_by_its_id()
    {
        using (var call = _host.Steps.ExecuteStep(Request("wait_long", "{}", operation: "long", epoch: 5)))
        {
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.True(call.ResponseStream.Current.Detached);
        }

        // A newer holder of the lock works on the node meanwhile.
        await _host.Management.SetBootDeviceAsync(Requests.SetBootDevice("op-2", epoch: 6));
        using var again = _host.Steps.ExecuteStep(Request("wait_long", "{}", operation: "long", epoch: 6));
        Assert.True(await again.ResponseStream.MoveNext());
        _stepping.Open.SetResult();
        Assert.Equal(V1.WorkOutcome.Done, (await LastAsync(again)).Outcome);
        Assert.Equal(1, _stepping.Runs);
    }

    [Fact]
    public async Task R134_a_long_step_is_stopped_by_its_id_if_it_is_abortable()
    {
        using var abortable = _host.Steps.ExecuteStep(Request("wait_long", "{}", operation: "one"));
        using var stubborn = _host.Steps.ExecuteStep(Request("wait_stubbornly", "{}", operation: "two"));
        Assert.True(await abortable.ResponseStream.MoveNext());
        Assert.True(await stubborn.ResponseStream.MoveNext());

        await _host.Steps.CancelStepAsync(Cancel("one"));
        await Failures.FailsAsync(V1.ErrorClass.Unsupported, () => _host.Steps.CancelStepAsync(Cancel("two")).ResponseAsync);
        await _host.Steps.CancelStepAsync(Cancel("three"));

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => LastAsync(abortable))).StatusCode);
        _stepping.Open.SetResult();
        Assert.Equal(V1.WorkOutcome.Done, (await LastAsync(stubborn)).Outcome);
    }

    private static V1.ExecuteStepRequest Request(string step, string arguments, V1.StepKind kind = V1.StepKind.Clean, string operation = "op-1", ulong epoch = 0) => new()
    {
        Context = Requests.Context(operation, epoch),
        Node = Requests.NodeContext(),
        Type = V1.InterfaceType.Management,
        Interface = "stepping",
        Kind = kind,
        Step = step,
        Arguments = Requests.Json(arguments),
    };

    private static V1.CancelStepRequest Cancel(string operation) => new() { Context = Requests.Context("c"), Node = Requests.NodeContext(), OperationId = operation };

    private static async Task<V1.ExecuteStepResponse> LastAsync(AsyncServerStreamingCall<V1.ExecuteStepResponse> call)
    {
        V1.ExecuteStepResponse? last = null;
        await foreach (var response in call.ResponseStream.ReadAllAsync())
            last = response;
        return last!;
    }

    private Task<RpcException> FailsAsync(V1.ErrorClass expected, V1.ExecuteStepRequest request) => Failures.FailsAsync(expected, async () =>
    {
        using var call = _host.Steps.ExecuteStep(request);
        await LastAsync(call);
    });

    private sealed class Stepping : ManagementInterface
    {
        private int _runs;

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Runs => _runs;

        public override IReadOnlyList<DriverProperty> GetProperties() => [];

        [Step(StepKinds.Clean, RequiresRamdisk = false)]
        public StepResult Build(NodeContext node, int sizeGb, IReadOnlyList<string>? tags = null)
        {
            Interlocked.Increment(ref _runs);
            Assert.Equal(Requests.Node, node.Uuid);
            return new StepResult { RaidConfig = new JsonObject { ["size"] = sizeGb, ["tags"] = string.Join(',', tags ?? []) } };
        }

        [Step(StepKinds.Clean)]
        public static StepResult HandOver() => new(WorkOutcome.Wait);

        [Step(StepKinds.Clean, LongRunning = true, Abortable = true)]
        public async Task WaitLongAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _runs);
            await Open.Task.WaitAsync(cancellationToken);
        }

        [Step(StepKinds.Clean, LongRunning = true)]
        public async Task WaitStubbornly(CancellationToken cancellationToken) => await Open.Task.WaitAsync(cancellationToken);

        public override ValueTask<IReadOnlyList<string>> GetSupportedBootDevicesAsync(NodeContext node, CancellationToken cancellationToken) => new([]);

        public override ValueTask<BootDevice> GetBootDeviceAsync(NodeContext node, CancellationToken cancellationToken) => new(new BootDevice(null, null));

        public override Task SetBootDeviceAsync(NodeContext node, string device, bool persistent, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
