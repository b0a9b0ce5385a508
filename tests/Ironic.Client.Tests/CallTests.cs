using Grpc.Core;
using Grpc.Health.V1;
using Ironic.Api.V1;
using Ironic.Client.Tests.Support;
using Ironic.Protos;
using Ironic.Types.V1;

namespace Ironic.Client.Tests;

public sealed class CallTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private IronicClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _client = _server.Connect();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_list_follows_the_pages()
    {
        _server.Answer<ListNodesRequest>(request => request.Marker switch
        {
            "" => Page("b", "a", "b"),
            "b" => Page("c", "c"),
            "c" => Page(""),
            _ => throw new InvalidOperationException(request.Marker),
        });
        var request = new ListNodesRequest { Maintenance = true, Limit = 2 };

        var uuids = await _client.ListNodesAsync(request).Select(node => node.Uuid).ToListAsync();

        Assert.Equal(["a", "b", "c"], uuids);
        Assert.All(_server.Calls, call => Assert.True(((ListNodesRequest)call.Request) is { Maintenance: true, Limit: 2 }));
        Assert.Equal("", request.Marker);
    }

    [Fact]
    public async Task Pages_are_read_only_as_far_as_somebody_reads()
    {
        _server.Answer<ListNodesRequest>(_ => Page("b", "a", "b"));

        Assert.Equal("a", (await _client.ListNodesAsync().FirstAsync()).Uuid);

        Assert.Single(_server.Calls);
    }

    [Fact]
    public async Task A_list_ends_when_it_is_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        _server.Answer<ListNodesRequest>(_ => Page("b", "a", "b"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in _client.ListNodesAsync().WithCancellation(cancel.Token))
                await cancel.CancelAsync();
        });
    }

    [Fact]
    public async Task An_error_has_its_reason_its_text_and_the_id_of_the_request()
    {
        _server.Answer<GetNodeRequest>(_ => throw StatusDetails.CreateException(StatusCode.NotFound, "Node n could not be found.", StatusDetails.ApiDomain, "NODE_NOT_FOUND"));

        var error = await Assert.ThrowsAsync<IronicApiException>(() => _client.GetNodeAsync("n"));

        Assert.Equal(ErrorReason.NodeNotFound, error.Reason);
        Assert.Equal("NODE_NOT_FOUND", error.ReasonName);
        Assert.Equal(StatusCode.NotFound, error.StatusCode);
        Assert.Equal("Node n could not be found.", error.Message);
        Assert.Equal(Assert.Single(_server.Calls).RequestId, error.RequestId);
        Assert.False(error.IsTransient);
    }

    [Theory]
    [InlineData("NODE_LOCKED", StatusCode.Aborted, true)]
    [InlineData("NO_FREE_CONDUCTOR_WORKER", StatusCode.ResourceExhausted, true)]
    [InlineData("DRIVER_UNAVAILABLE", StatusCode.Unavailable, true)]
    [InlineData("REQUEST_TOO_LARGE", StatusCode.ResourceExhausted, false)]
    public async Task An_error_says_whether_a_later_try_may_succeed(string reason, StatusCode code, bool transient)
    {
        _server.Answer<PatchNodeRequest>(_ => throw StatusDetails.CreateException(code, "no", StatusDetails.ApiDomain, reason));

        var error = await Assert.ThrowsAsync<IronicApiException>(() => _client.PatchNodeAsync("n", new NodePatch().Remove("/name")));

        Assert.Equal(transient, error.IsTransient);
    }

    [Fact]
    public async Task A_reason_that_is_newer_than_the_client_keeps_its_name()
    {
        _server.Answer<GetNodeRequest>(_ => throw StatusDetails.CreateException(StatusCode.Aborted, "no", StatusDetails.ApiDomain, "FULL_MOON"));

        var error = await Assert.ThrowsAsync<IronicApiException>(() => _client.GetNodeAsync("n"));

        Assert.Equal((ErrorReason.Unspecified, "FULL_MOON"), (error.Reason, error.ReasonName));
    }

    [Fact]
    public async Task A_stub_throws_the_same_error()
    {
        _server.Answer<GetNodeRequest>(_ => throw StatusDetails.CreateException(StatusCode.NotFound, "no", StatusDetails.ApiDomain, "NODE_NOT_FOUND"));

        await Assert.ThrowsAsync<IronicApiException>(async () => await _client.Nodes.GetNodeAsync(new GetNodeRequest()));
        Assert.Throws<IronicApiException>(() => _client.Nodes.GetNode(new GetNodeRequest()));
        // What knows gRPC only catches it as well.
        await Assert.ThrowsAnyAsync<RpcException>(() => _client.GetNodeAsync("n"));
    }

    [Fact]
    public async Task Every_call_has_an_id_of_its_own_unless_the_caller_gives_one()
    {
        _server.Answer<GetNodeRequest>(_ => new GetNodeResponse { Node = new Node() });
        var headers = new Metadata { { "x-openstack-request-id", "req-11111111-1111-1111-1111-111111111111" }, { "more", "kept" } };

        await _client.GetNodeAsync("n");
        await _client.GetNodeAsync("n");
        await _client.Nodes.GetNodeAsync(new GetNodeRequest(), headers);
        await _client.Nodes.GetNodeAsync(new GetNodeRequest(), new Metadata { { "more", "kept" } });

        var calls = _server.Calls.ToList();
        Assert.All(calls, call => Assert.Matches("^req-[0-9a-f-]{36}$", call.RequestId));
        Assert.Equal(4, calls.Select(call => call.RequestId).Distinct().Count());
        Assert.Equal("req-11111111-1111-1111-1111-111111111111", calls[2].RequestId);
        Assert.Equal("kept", calls[3].Headers.GetValue("more"));
        Assert.Equal(2, headers.Count);
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled_not_failed()
    {
        using var cancel = new CancellationTokenSource();
        _server.AnswerAsync<GetNodeRequest>(async (_, context) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            return new GetNodeResponse();
        });

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.GetNodeAsync("n", cancellationToken: cancel.Token));

        Assert.Equal(cancel.Token, error.CancellationToken);
    }

    [Fact]
    public async Task A_stub_of_ones_own_has_the_same_errors_in_its_streams()
    {
        var health = new Health.HealthClient(_client.CallInvoker);
        using var call = health.Watch(new HealthCheckRequest { Service = "ends with an error" });

        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var error = await Assert.ThrowsAsync<IronicApiException>(() => call.ResponseStream.MoveNext(CancellationToken.None));

        Assert.Equal((ErrorReason.TemporaryFailure, "it burns"), (error.Reason, error.Message));
    }

    [Fact]
    public async Task A_cancelled_stream_is_cancelled_not_failed()
    {
        using var cancel = new CancellationTokenSource();
        using var call = new Health.HealthClient(_client.CallInvoker).Watch(new HealthCheckRequest());
        Assert.True(await call.ResponseStream.MoveNext(cancel.Token));

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.ResponseStream.MoveNext(cancel.Token));
    }

    [Fact]
    public async Task A_call_without_a_deadline_gets_the_clients_own()
    {
        _server.Answer<GetNodeRequest>(_ => new GetNodeResponse { Node = new Node() });
        using var client = _server.Connect(new IronicClientOptions { CallTimeout = TimeSpan.FromHours(1) });

        await _client.GetNodeAsync("n");
        await client.GetNodeAsync("n");
        await client.Nodes.GetNodeAsync(new GetNodeRequest(), deadline: DateTime.UtcNow.AddHours(9));

        var left = _server.Calls.Select(call => call.Deadline == DateTime.MaxValue ? -1 : (int)Math.Round((call.Deadline - DateTime.UtcNow).TotalHours));
        Assert.Equal([-1, 1, 9], left);
    }

    [Fact]
    public async Task A_deadline_that_passes_is_an_error()
    {
        _server.AnswerAsync<GetNodeRequest>(async (_, context) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            return new GetNodeResponse();
        });
        using var client = _server.Connect(new IronicClientOptions { CallTimeout = TimeSpan.FromMilliseconds(100) });

        var error = await Assert.ThrowsAsync<IronicApiException>(() => client.GetNodeAsync("n"));

        Assert.Equal((StatusCode.DeadlineExceeded, ErrorReason.Unspecified), (error.StatusCode, error.Reason));
    }

    [Fact]
    public async Task A_patch_is_sent_as_it_was_put_together()
    {
        _server.Answer<PatchNodeRequest>(_ => new PatchNodeResponse { Node = new Node { Uuid = "n" } });

        await _client.PatchNodeAsync("n", new NodePatch().Set("/extra/rack", 12).Replace<string?>("/owner", null).Remove("/description"));

        var request = (PatchNodeRequest)Assert.Single(_server.Calls).Request;
        Assert.Equal("n", request.Node);
        Assert.Equal(
            [("add", "/extra/rack", "12"), ("replace", "/owner", "null"), ("remove", "/description", null)],
            request.Patch.Select(operation => (operation.Op, operation.Path, operation.Value?.Text)));
    }

    [Fact]
    public async Task A_power_action_has_its_timeout_in_seconds()
    {
        _server.Answer<SetNodePowerStateRequest>(_ => new SetNodePowerStateResponse());

        await _client.SetPowerStateAsync("n", PowerTarget.SoftReboot, TimeSpan.FromMinutes(2));
        await _client.SetPowerStateAsync("n", PowerTarget.Off);

        Assert.Equal(
            [new() { Node = "n", Target = PowerTarget.SoftReboot, Timeout = 120 }, new() { Node = "n", Target = PowerTarget.Off }],
            _server.Calls.Select(call => (SetNodePowerStateRequest)call.Request));
    }

    [Fact]
    public async Task A_vendor_method_gets_its_parameters_and_gives_its_result()
    {
        _server.Answer<CallNodeVendorMethodRequest>(_ => new CallNodeVendorMethodResponse { Result = Json.Parse("""{"sent": ["0102"]}""") });

        var answer = await _client.CallNodeVendorMethodAsync("n", "sent_raw", Json.From(new { last = 1 }), "GET");

        Assert.Equal("0102", answer.Result.ToNode()!["sent"]![0]!.GetValue<string>());
        var request = (CallNodeVendorMethodRequest)Assert.Single(_server.Calls).Request;
        Assert.Equal(("n", "sent_raw", "GET", """{"last":1}"""), (request.Node, request.Method, request.HttpMethod, request.Body.Text));
    }

    private static ListNodesResponse Page(string next, params string[] uuids) =>
        new() { NextMarker = next, Nodes = { uuids.Select(uuid => new Node { Uuid = uuid }) } };
}
