using Ironic.Api.V1;
using Ironic.Client.Tests.Support;
using Ironic.Protos;
using Ironic.Testing;

namespace Ironic.Client.Tests;

public sealed class WaitingTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ManualTimeProvider _time = new();
    private readonly Queue<Node> _answers = new();
    private TestServer _server = null!;
    private IronicClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _server.Answer<GetNodeRequest>(_ => new GetNodeResponse { Node = _answers.Count > 1 ? _answers.Dequeue() : _answers.Peek() });
        _client = _server.Connect(new IronicClientOptions { TimeProvider = _time, PollInterval = TimeSpan.FromSeconds(2) });
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_provision_state_is_waited_for()
    {
        Show(new() { ProvisionState = ProvisionState.Verifying, TargetProvisionState = ProvisionState.Manageable });
        Show(new() { ProvisionState = ProvisionState.Manageable });
        var waiting = _client.WaitForProvisionStateAsync("n", ProvisionState.Manageable);

        await AdvanceAsync(2, waiting);

        Assert.Equal(ProvisionState.Manageable, (await waiting).ProvisionState);
        Assert.Equal(2, _server.Calls.Count);
    }

    [Fact]
    public async Task A_node_that_is_there_already_is_not_waited_for()
    {
        Show(new() { ProvisionState = ProvisionState.Error });

        Assert.Equal(ProvisionState.Error, (await _client.WaitForProvisionStateAsync("n", ProvisionState.Error)).ProvisionState);
    }

    [Fact]
    public async Task A_power_state_counts_only_when_no_action_goes_on()
    {
        // A reboot: on, off, on.
        Show(new() { PowerState = PowerState.On, TargetPowerState = PowerState.On });
        Show(new() { PowerState = PowerState.Off, TargetPowerState = PowerState.On });
        Show(new() { PowerState = PowerState.On });
        var waiting = _client.WaitForPowerStateAsync("n", PowerState.On);

        await AdvanceAsync(2, waiting);
        await AdvanceAsync(2, waiting);

        Assert.Equal(PowerState.On, (await waiting).PowerState);
        Assert.Equal(3, _server.Calls.Count);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_ends_the_wait(Node node)
    {
        Show(node);

        var error = await Assert.ThrowsAsync<NodeStateException>(() => _client.WaitForProvisionStateAsync("n", ProvisionState.Manageable));

        Assert.Equal(node, error.Node);
        Assert.Equal(
            $"Node n is in provision state {node.ProvisionState}{(node.TargetProvisionState == 0 ? "" : $" (on the way to {node.TargetProvisionState})")} " +
            $"and power state Unspecified.{(node.HasLastError ? " Last error: it burns" : "")}",
            error.Message);
    }

    public static TheoryData<Node> Failures() =>
    [
        new Node { Name = "n", ProvisionState = ProvisionState.Enroll, LastError = "it burns" },
        new Node { Name = "n", ProvisionState = ProvisionState.CleanFailed, TargetProvisionState = ProvisionState.Available, LastError = "it burns" },
        new Node { Name = "n", ProvisionState = ProvisionState.Error },
    ];

    [Fact]
    public async Task A_failed_power_action_ends_the_wait()
    {
        Show(new() { PowerState = PowerState.Off, TargetPowerState = PowerState.On, LastError = "of yesterday" });
        Show(new() { PowerState = PowerState.Off, LastError = "it burns" });
        var waiting = _client.WaitForPowerStateAsync("n", PowerState.On);

        await AdvanceAsync(2, waiting);

        Assert.Contains("it burns", (await Assert.ThrowsAsync<NodeStateException>(() => waiting)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_has_an_end()
    {
        Show(new() { Name = "n", ProvisionState = ProvisionState.Verifying, TargetProvisionState = ProvisionState.Manageable });
        var waiting = _client.WaitForProvisionStateAsync("n", ProvisionState.Manageable, TimeSpan.FromSeconds(5));

        await AdvanceAsync(2, waiting);
        await AdvanceAsync(2, waiting);
        // The last look is at the end, not after it.
        await AdvanceAsync(1, waiting);

        var error = await Assert.ThrowsAsync<TimeoutException>(() => waiting);
        Assert.Equal("Waited 5 s. Node n is in provision state Verifying (on the way to Manageable) and power state Unspecified.", error.Message);
        Assert.Equal(4, _server.Calls.Count);
    }

    [Fact]
    public async Task A_wait_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        Show(new() { ProvisionState = ProvisionState.Enroll });
        var waiting = _client.WaitForProvisionStateAsync("n", ProvisionState.Manageable, cancellationToken: cancel.Token);
        await Eventually.ThatAsync(() => _time.NextTimer is not null, Limit, "the client waits");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Any_condition_can_be_waited_for()
    {
        Show(new() { Reservation = "conductor-1" });
        Show(new() { Uuid = "free" });
        var waiting = _client.WaitForNodeAsync("n", node => !node.HasReservation);

        await AdvanceAsync(2, waiting);

        Assert.Equal("free", (await waiting).Uuid);
    }

    [Fact]
    public async Task A_node_that_goes_away_ends_the_wait()
    {
        _server.Answer<GetNodeRequest>(_ => throw StatusDetails.CreateException(Grpc.Core.StatusCode.NotFound, "gone", StatusDetails.ApiDomain, "NODE_NOT_FOUND"));

        var error = await Assert.ThrowsAsync<IronicApiException>(() => _client.WaitForNodeAsync("n", _ => false));

        Assert.Equal(ErrorReason.NodeNotFound, error.Reason);
    }

    private void Show(Node node) => _answers.Enqueue(node);

    private async Task AdvanceAsync(int seconds, Task waiting)
    {
        await Eventually.ThatAsync(() => _time.NextTimer == TimeSpan.FromSeconds(seconds) || waiting.IsCompleted, Limit, $"the client waits for {seconds} s");
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(seconds));
    }
}
