using System.Text.Json.Nodes;
using Grpc.Core;
using Ironic.Driver.Sdk.Tests.Support;
using Ironic.Testing;

namespace Ironic.Driver.Sdk.Tests.Operations;

/// <summary>SPEC.md 5.1: operations happen once.</summary>
public sealed class OnceTests : IAsyncLifetime
{
    private readonly Gate _gate = new();
    private DriverHost _host = null!;
    private int _runs;

    public async Task InitializeAsync()
    {
        _host = await DriverHost.StartAsync();
        _host.TestVendor.OnRun = async (_, _, cancellationToken) =>
        {
            await _gate.PassAsync(cancellationToken);
            return $"run {Interlocked.Increment(ref _runs)}";
        };
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task R051_switching_power_without_an_operation_id_is_refused()
    {
        using var call = _host.Power.SetPowerState(Requests.SetPower(""));
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, () => call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task R058_a_call_that_repeats_one_of_another_start_of_the_process_is_refused()
    {
        var request = Requests.SetBootDevice("op-1");
        request.Context.InstanceId = "the start before";
        await Failures.FailsAsync(V1.ErrorClass.Precondition, async () => await _host.Management.SetBootDeviceAsync(request));
        var power = Requests.SetPower("op-2");
        power.Context.InstanceId = "the start before";
        using var call = _host.Power.SetPowerState(power);
        await Failures.FailsAsync(V1.ErrorClass.Precondition, () => call.ResponseStream.MoveNext());

        // The id is not taken by what was refused.
        request.Context.InstanceId = (await _host.GetInfoAsync()).InstanceId;
        await _host.Management.SetBootDeviceAsync(request);
    }

    [Fact]
    public Task R051_setting_the_boot_device_without_an_operation_id_is_refused() =>
        Failures.FailsAsync(V1.ErrorClass.InvalidParameter, async () => await _host.Management.SetBootDeviceAsync(Requests.SetBootDevice("")));

    [Fact]
    public async Task R051_a_vendor_method_without_an_operation_id_runs_as_often_as_it_is_called()
    {
        _gate.Open();
        Assert.Equal("\"run 1\"", (await _host.Run("")).Result.Json.Text);
        Assert.Equal("\"run 2\"", (await _host.Run("")).Result.Json.Text);
    }

    [Fact]
    public async Task R052_a_call_with_the_id_of_an_operation_that_runs_joins_it()
    {
        var first = _host.Run("op-1").ResponseAsync;
        await _gate.Entered;
        var second = _host.Run("op-1").ResponseAsync;
        await WaitForJoinAsync();
        _gate.Open();

        Assert.Equal("\"run 1\"", (await first).Result.Json.Text);
        Assert.Equal("\"run 1\"", (await second).Result.Json.Text);
        Assert.Equal(1, _gate.Count);
    }

    [Fact]
    public async Task R052_a_call_with_the_id_of_an_operation_that_has_ended_gets_its_outcome()
    {
        _gate.Open();
        Assert.Equal("\"run 1\"", (await _host.Run("op-1")).Result.Json.Text);
        Assert.Equal("\"run 1\"", (await _host.Run("op-1")).Result.Json.Text);
        Assert.Equal("\"run 2\"", (await _host.Run("op-2")).Result.Json.Text);
    }

    [Fact]
    public async Task R052_a_failure_is_an_outcome_too()
    {
        var runs = 0;
        _host.TestVendor.OnRun = (_, _, _) => throw new PermanentFailureException($"failure {Interlocked.Increment(ref runs)}");
        for (var i = 0; i < 2; i++)
        {
            var exception = await Failures.FailsAsync(V1.ErrorClass.Permanent, () => _host.Run("op-1").ResponseAsync);
            Assert.Equal("failure 1", exception.Status.Detail);
        }
    }

    [Fact]
    public async Task R057_what_failed_is_tried_again_under_a_new_id()
    {
        var runs = 0;
        _host.TestVendor.OnRun = (_, _, _) =>
            Interlocked.Increment(ref runs) == 1 ? throw new RetryableException("busy") : Task.FromResult<JsonNode?>("worked");
        await Failures.FailsAsync(V1.ErrorClass.Retryable, () => _host.Run("op-1").ResponseAsync);
        Assert.Equal("\"worked\"", (await _host.Run("op-2")).Result.Json.Text);
    }

    [Fact]
    public async Task R053_the_id_of_another_call_is_refused_and_the_operation_keeps_its_outcome()
    {
        _gate.Open();
        await _host.Run("op-1", body: """{"a": 1}""");
        var other = Requests.NodeMethod("run", """{"a": 1}""", operationId: "op-1");

        await IsRefusedAsync(() => _host.Run("op-1", body: """{"a": 2}""").ResponseAsync);
        await IsRefusedAsync(() => _host.Run("op-1", node: Requests.OtherNode, body: """{"a": 1}""").ResponseAsync);
        await IsRefusedAsync(async () => await _host.Vendor.CallNodeMethodAsync(Change(other, call => call.Method = "forget")));
        await IsRefusedAsync(async () => await _host.Vendor.CallNodeMethodAsync(Change(other, call => call.HttpMethod = "PUT")));
        await IsRefusedAsync(async () => await _host.Vendor.CallDriverMethodAsync(Requests.DriverMethod("run_for_driver", """{"a": 1}""", operationId: "op-1")));
        await IsRefusedAsync(async () => await _host.Management.SetBootDeviceAsync(Requests.SetBootDevice("op-1")));
        await IsRefusedAsync(async () =>
        {
            using var call = _host.Power.SetPowerState(Requests.SetPower("op-1"));
            await call.ResponseStream.MoveNext();
        });

        Assert.Equal("\"run 1\"", (await _host.Run("op-1", body: """{"a": 1}""")).Result.Json.Text);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task R053_the_arguments_of_the_other_operations_count_too()
    {
        await _host.Management.SetBootDeviceAsync(Requests.SetBootDevice("boot", "pxe", persistent: false));
        await IsRefusedAsync(async () => await _host.Management.SetBootDeviceAsync(Requests.SetBootDevice("boot", "disk", persistent: false)));
        await IsRefusedAsync(async () => await _host.Management.SetBootDeviceAsync(Requests.SetBootDevice("boot", "pxe", persistent: true)));

        await SetPowerAsync(V1.PowerTarget.On);
        await IsRefusedAsync(() => SetPowerAsync(V1.PowerTarget.Off));

        await _host.Vendor.CallDriverMethodAsync(Requests.DriverMethod("run_for_driver", operationId: "driver"));
        var otherDriver = Requests.DriverMethod("run_for_driver", operationId: "driver");
        otherDriver.Driver = "another-hardware";
        await IsRefusedAsync(async () => await _host.Vendor.CallDriverMethodAsync(otherDriver));

        async Task SetPowerAsync(V1.PowerTarget target)
        {
            using var call = _host.Power.SetPowerState(Requests.SetPower("power", target));
            Assert.True(await call.ResponseStream.MoveNext());
        }
    }

    [Fact]
    public async Task R053_a_repetition_that_says_validated_is_the_same_call()
    {
        _gate.Open();
        await _host.Run("op-1");
        var repeated = await _host.Vendor.CallNodeMethodAsync(Requests.NodeMethod("run", validated: true, operationId: "op-1"));
        Assert.Equal("\"run 1\"", repeated.Result.Json.Text);
    }

    [Fact]
    public async Task R054_an_outcome_is_kept_for_five_minutes()
    {
        _gate.Open();
        await _host.Run("op-1");
        _host.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Equal("\"run 1\"", (await _host.Run("op-1")).Result.Json.Text);
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("\"run 2\"", (await _host.Run("op-1")).Result.Json.Text);
    }

    [Fact]
    public async Task R055_a_stale_call_leaves_no_outcome_behind()
    {
        _gate.Open();
        await _host.Run("op-1", epoch: 7);
        await Failures.FailsAsync(V1.ErrorClass.StaleEpoch, () => _host.Run("op-2", epoch: 6).ResponseAsync);
        Assert.Equal("\"run 2\"", (await _host.Run("op-2", epoch: 7)).Result.Json.Text);
    }

    [Fact]
    public async Task R056_when_the_caller_cancels_the_operation_stops()
    {
        using var call = _host.Run("op-1");
        await _gate.Entered;
        call.Dispose();
        await _gate.Cancelled;
        await Failures.EndsAsync(StatusCode.Cancelled, () => _host.Run("op-1").ResponseAsync);
    }

    [Fact]
    public async Task R056_when_the_deadline_passes_the_operation_stops()
    {
        var call = _host.Run("op-1", options: new CallOptions(deadline: DateTime.UtcNow.AddSeconds(5))).ResponseAsync;
        await _gate.Entered;
        await Failures.EndsAsync(StatusCode.DeadlineExceeded, () => call);
        await _gate.Cancelled;
    }

    [Fact]
    public async Task R056_an_operation_that_another_caller_waits_for_goes_on_when_the_first_one_cancels()
    {
        using var first = _host.Run("op-1");
        await _gate.Entered;
        var second = _host.Run("op-1").ResponseAsync;
        await WaitForJoinAsync();
        first.Dispose();
        await Failures.EndsAsync(StatusCode.Cancelled, () => first.ResponseAsync);
        _gate.Open();
        Assert.Equal("\"run 1\"", (await second).Result.Json.Text);
    }

    [Fact]
    public async Task R056_when_the_connection_breaks_the_operation_goes_on_and_can_be_joined_again()
    {
        using var channel = new BreakableChannel(_host.Url);
        var call = channel.Vendor.CallNodeMethodAsync(Requests.NodeMethod("run", operationId: "op-1")).ResponseAsync;
        await _gate.Entered;
        channel.Break();
        await Failures.EndsAsync(StatusCode.Unavailable, () => call);
        Assert.Equal(TimeSpan.FromSeconds(60), await _host.Time.WaitForWaitAsync(1));
        _host.Time.Advance(TimeSpan.FromSeconds(59));

        var again = _host.Run("op-1").ResponseAsync;
        await WaitForJoinAsync();
        _host.Time.Advance(TimeSpan.FromMinutes(4));
        _gate.Open();
        Assert.Equal("\"run 1\"", (await again).Result.Json.Text);
        Assert.False(_gate.IsCancelled);
    }

    [Fact]
    public async Task R056_when_nobody_comes_back_within_a_minute_the_operation_stops()
    {
        await BreakAsync(deadline: null);
        Assert.Equal(TimeSpan.FromSeconds(60), await _host.Time.WaitForWaitAsync(1));
        _host.Time.Advance(TimeSpan.FromSeconds(60));
        await _gate.Cancelled;
        await Failures.EndsAsync(StatusCode.Cancelled, () => _host.Run("op-1").ResponseAsync);
    }

    [Fact]
    public async Task R056_an_operation_without_a_connection_does_not_outlive_its_callers_deadline()
    {
        await BreakAsync(deadline: DateTime.UtcNow.AddSeconds(50));
        var left = await _host.Time.WaitForWaitAsync(1);
        Assert.InRange(left, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(50));
        _host.Time.Advance(left);
        await _gate.Cancelled;
        await Failures.EndsAsync(StatusCode.DeadlineExceeded, () => _host.Run("op-1").ResponseAsync);
    }

    private async Task BreakAsync(DateTime? deadline)
    {
        using var channel = new BreakableChannel(_host.Url);
        var call = channel.Vendor.CallNodeMethodAsync(Requests.NodeMethod("run", operationId: "op-1"), deadline: deadline).ResponseAsync;
        await _gate.Entered;
        channel.Break();
        await Failures.EndsAsync(StatusCode.Unavailable, () => call);
    }

    private Task WaitForJoinAsync() =>
        Eventually.ThatAsync(() => _host.Logs.Lines.Any(line => line.Event.Id == 7110), DriverHost.Limit, "the second call has joined the first");

    private static Task<RpcException> IsRefusedAsync(Func<Task> call) => Failures.FailsAsync(V1.ErrorClass.InvalidParameter, call);

    private static V1.CallNodeMethodRequest Change(V1.CallNodeMethodRequest request, Action<V1.VendorCall> change)
    {
        var changed = request.Clone();
        change(changed.Call);
        return changed;
    }
}
