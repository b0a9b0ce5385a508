using Grpc.Core;
using Ironic.Driver.Sdk.Tests.Support;

namespace Ironic.Driver.Sdk.Tests.Operations;

/// <summary>SPEC.md 5.2: the fence that keeps the hardware from a caller who has lost his lock.</summary>
public sealed class FencingTests : IAsyncLifetime
{
    private DriverHost _host = null!;
    private int _runs;

    public async Task InitializeAsync()
    {
        _host = await DriverHost.StartAsync(null, "--Driver:Operations:MaximumFences=2");
        _host.TestVendor.OnRun = (_, _, _) => Task.FromResult<System.Text.Json.Nodes.JsonNode?>(Interlocked.Increment(ref _runs));
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task R061_a_lower_epoch_is_refused_before_anything_is_done()
    {
        await _host.Run("op-1", epoch: 5);
        var exception = await Failures.FailsAsync(V1.ErrorClass.StaleEpoch, () => _host.Run("op-2", epoch: 4).ResponseAsync);
        Assert.Contains($"Epoch 4 of the lock of node {Requests.Node} is out of date: 5 has been seen.", exception.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task R061_the_same_and_a_higher_epoch_are_taken()
    {
        await _host.Run("op-1", epoch: 5);
        await _host.Run("op-2", epoch: 5);
        await _host.Run("op-3", epoch: ulong.MaxValue);
        Assert.Equal(3, _runs);
    }

    [Fact]
    public async Task R061_epoch_zero_is_not_compared_and_lowers_nothing()
    {
        await _host.Run("op-1", epoch: 5);
        await _host.Run("op-2", epoch: 0);
        await Failures.FailsAsync(V1.ErrorClass.StaleEpoch, () => _host.Run("op-3", epoch: 4).ResponseAsync);
    }

    [Fact]
    public async Task R061_nodes_are_fenced_apart()
    {
        await _host.Run("op-1", epoch: 5);
        await _host.Run("op-2", epoch: 1, node: Requests.OtherNode);
    }

    [Fact]
    public async Task R061_all_mutating_calls_of_a_node_share_its_fence()
    {
        using (var power = _host.Power.SetPowerState(Requests.SetPower("op-1", epoch: 5)))
            Assert.True(await power.ResponseStream.MoveNext());
        await IsStaleAsync(() => _host.Run("op-2", epoch: 4).ResponseAsync);
        await IsStaleAsync(async () => await _host.Management.SetBootDeviceAsync(Requests.SetBootDevice("op-3", epoch: 4)));
        await _host.Management.SetBootDeviceAsync(Requests.SetBootDevice("op-4", epoch: 6));
        await IsStaleAsync(async () =>
        {
            using var power = _host.Power.SetPowerState(Requests.SetPower("op-5", epoch: 5));
            await power.ResponseStream.MoveNext();
        });
        Assert.Equal(0, _runs);
    }

    [Fact]
    public async Task R061_a_vendor_method_without_an_operation_id_is_fenced_too()
    {
        await _host.Run("", epoch: 5);
        await IsStaleAsync(() => _host.Run("", epoch: 4).ResponseAsync);
        await IsStaleAsync(() => _host.Run("op-1", epoch: 4).ResponseAsync);
        Assert.Equal(1, _runs);
    }

    [Fact]
    public async Task R061_a_known_outcome_may_be_had_under_an_old_epoch()
    {
        await _host.Run("op-1", epoch: 5);
        await _host.Run("op-2", epoch: 6);
        Assert.Equal("1", (await _host.Run("op-1", epoch: 5)).Result.Json.Text);
    }

    [Fact]
    public async Task R062_a_higher_epoch_stops_the_older_operation_and_waits_for_its_end()
    {
        var order = new List<string>();
        var older = new Gate();
        var ending = new TaskCompletionSource();
        _host.TestVendor.OnRun = async (node, _, cancellationToken) =>
        {
            if (node.Epoch == 5)
            {
                try
                {
                    await older.PassAsync(cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    await ending.Task;
                    lock (order)
                        order.Add("older ended");
                    throw;
                }
            }

            lock (order)
                order.Add("newer began");
            return null;
        };
        var first = _host.Run("op-1", epoch: 5).ResponseAsync;
        await older.Entered;
        var second = _host.Run("op-2", epoch: 6).ResponseAsync;
        await older.Cancelled;
        lock (order)
            Assert.Empty(order);
        ending.SetResult();

        await IsStaleAsync(() => first);
        await second;
        Assert.Equal(["older ended", "newer began"], order);
    }

    [Fact]
    public async Task R062_an_operation_of_the_same_epoch_or_of_another_node_is_left_alone()
    {
        var gate = new Gate();
        _host.TestVendor.OnRun = async (node, body, cancellationToken) =>
        {
            if (body.ContainsKey("slow"))
                await gate.PassAsync(cancellationToken);
            return "done";
        };
        var slow = _host.Run("op-1", epoch: 5, body: """{"slow": true}""").ResponseAsync;
        await gate.Entered;
        await _host.Run("op-2", epoch: 5);
        await _host.Run("op-3", epoch: 9, node: Requests.OtherNode);
        Assert.False(gate.IsCancelled);
        gate.Open();
        Assert.Equal("\"done\"", (await slow).Result.Json.Text);
    }

    [Fact]
    public async Task R063_the_epochs_of_nodes_not_called_for_longest_are_forgotten()
    {
        await _host.Run("op-1", epoch: 5, node: "a");
        await _host.Run("op-2", epoch: 5, node: "b");
        await _host.Run("op-3", epoch: 5, node: "a");
        await _host.Run("op-4", epoch: 5, node: "c");
        await IsStaleAsync(() => _host.Run("op-5", epoch: 1, node: "a").ResponseAsync);
        await _host.Run("op-6", epoch: 1, node: "b");
    }

    [Fact]
    public async Task R063_the_epoch_of_a_node_with_an_operation_that_runs_is_not_forgotten()
    {
        var gate = new Gate();
        _host.TestVendor.OnRun = async (node, _, cancellationToken) =>
        {
            if (node.Uuid == "a")
                await gate.PassAsync(cancellationToken);
            return null;
        };
        var running = _host.Run("op-1", epoch: 5, node: "a").ResponseAsync;
        await gate.Entered;
        await _host.Run("op-2", epoch: 5, node: "b");
        await _host.Run("op-3", epoch: 5, node: "c");
        await IsStaleAsync(() => _host.Run("op-4", epoch: 4, node: "a").ResponseAsync);
        gate.Open();
        await running;
    }

    private static Task<RpcException> IsStaleAsync(Func<Task> call) => Failures.FailsAsync(V1.ErrorClass.StaleEpoch, call);
}
