using System.Net.Sockets;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Ironic.Driver.V1;
using Ironic.Protos;
using Ironic.Testing;
using Ironic.Types.V1;

namespace Ironic.Clients.Tests.Python;

/// <summary>The Python driver keeps the rules of the contract that a conductor shows only when something goes wrong.</summary>
public sealed class PythonDriverContractTests : IAsyncLifetime
{
    private const string Interface = "python-example";

    // Nobody listens on port 1: the driver goes on looking for its conductor.
    private static readonly Uri Nobody = new("http://127.0.0.1:1");

    private PythonDriver _driver = null!;
    private GrpcChannel _channel = null!;

    private PowerService.PowerServiceClient Power => new(_channel);

    private VendorPassthruService.VendorPassthruServiceClient Vendor => new(_channel);

    public async Task InitializeAsync()
    {
        _driver = await PythonDriver.StartAsync(Nobody);
        _channel = GrpcChannel.ForAddress(_driver.Url);
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _driver.DisposeAsync();
    }

    [Fact]
    public async Task R002_R010_R030_it_says_who_it_is_and_that_it_can_work()
    {
        var driver = new DriverService.DriverServiceClient(_channel);
        var info = (await driver.GetInfoAsync(new GetInfoRequest())).Info;
        Assert.Equal(info, (await driver.GetInfoAsync(new GetInfoRequest())).Info);
        Assert.Equal(Enum.GetValues<InterfaceType>().Skip(1), info.HardwareTypes.Single().SupportedInterfaces.Select(supported => supported.Type));
        Assert.Equal(new ProbeResponse { Ready = true, InstanceId = info.InstanceId }, await driver.ProbeAsync(new ProbeRequest()));
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await new Health.HealthClient(_channel).CheckAsync(new HealthCheckRequest())).Status);
    }

    [Fact]
    public async Task R022_its_operator_says_which_conductor_groups_it_serves()
    {
        Assert.Empty((await new DriverService.DriverServiceClient(_channel).GetInfoAsync(new GetInfoRequest())).Info.ConductorGroups);
        await using var edge = await PythonDriver.StartAsync(["--conductor-group", "Edge", "--conductor-group", ""], [Nobody]);
        using var channel = GrpcChannel.ForAddress(edge.Url);
        Assert.Equal(["edge", ""], (await new DriverService.DriverServiceClient(channel).GetInfoAsync(new GetInfoRequest())).Info.ConductorGroups);
    }

    [Fact]
    public async Task R051_R052_R053_an_operation_happens_once()
    {
        await FailsAsync(ErrorClass.InvalidParameter, SetPowerAsync("", PowerTarget.On));
        var first = await SetPowerAsync("op-1", PowerTarget.On);
        await SetPowerAsync("op-2", PowerTarget.Off);
        Assert.Equal(first, await SetPowerAsync("op-1", PowerTarget.On));
        Assert.Equal(PowerState.Off, (await Power.GetPowerStateAsync(new GetPowerStateRequest { Node = Node(), Interface = Interface })).State);
        await FailsAsync(ErrorClass.InvalidParameter, SetPowerAsync("op-1", PowerTarget.Off));
        await FailsAsync(ErrorClass.InvalidParameter, SetPowerAsync("op-1", PowerTarget.On, node: "another"));

        await FailsAsync(ErrorClass.InvalidParameter, SetLedAsync("op-3", """{"color": "pink"}"""));
        await FailsAsync(ErrorClass.InvalidParameter, SetLedAsync("op-3", """{"color": "blue"}"""));
    }

    [Fact]
    public async Task R058_a_call_that_repeats_one_of_another_start_of_the_process_is_refused()
    {
        var request = Request("op-1", PowerTarget.On);
        request.Context.InstanceId = "the start before";
        await FailsAsync(ErrorClass.Precondition, ReadAsync(request));
        request.Context.InstanceId = (await new DriverService.DriverServiceClient(_channel).GetInfoAsync(new GetInfoRequest())).Info.InstanceId;
        await ReadAsync(request);
    }

    [Fact]
    public async Task R061_an_old_epoch_is_refused()
    {
        await SetLedAsync("op-1", """{"color": "blue"}""", epoch: 5);
        await FailsAsync(ErrorClass.StaleEpoch, SetLedAsync("op-2", """{"color": "amber"}""", epoch: 4));
        await FailsAsync(ErrorClass.StaleEpoch, SetPowerAsync("op-3", PowerTarget.On, epoch: 4));
        await FailsAsync(ErrorClass.StaleEpoch, SetLedAsync("", """{"color": "amber"}""", epoch: 4));
        await SetLedAsync("op-4", """{"color": "amber"}""", epoch: 0);
        await SetLedAsync("op-2", """{"color": "amber"}""", epoch: 6);
    }

    [Fact]
    public async Task R070_R071_R072_progress_counts_and_can_be_taken_up()
    {
        await SetPowerAsync("op-1", PowerTarget.On);
        var messages = await SetPowerAsync("op-2", PowerTarget.Reboot);
        Assert.Equal(
            [(1ul, "Switching off", false), (2ul, "Switching on", false), (3ul, "", true)],
            messages.Select(message => (message.Progress.Sequence, message.Progress.Message, message.Progress.Completed)));
        Assert.Equal(PowerState.On, messages[^1].State);
        Assert.Equal(messages.Skip(1), await SetPowerAsync("op-2", PowerTarget.Reboot, resumeAfter: 1));
        Assert.Equal(messages.TakeLast(1), await SetPowerAsync("op-2", PowerTarget.Reboot, resumeAfter: 9));
    }

    [Fact]
    public async Task R056_an_operation_outlives_a_broken_connection()
    {
        Socket? socket = null;
        using (var channel = GrpcChannel.ForAddress(_driver.Url, new GrpcChannelOptions
        {
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                ConnectCallback = async (context, cancellationToken) =>
                {
                    socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            },
        }))
        {
            using var call = new PowerService.PowerServiceClient(channel).SetPowerState(Request("op-1", PowerTarget.On));
            Assert.True(await call.ResponseStream.MoveNext());
            socket!.Close(timeout: 0);
        }

        await Eventually.ThatAsync(
            async () => (await Power.GetPowerStateAsync(new GetPowerStateRequest { Node = Node(), Interface = Interface })).State == PowerState.On,
            TestStack.Limit,
            "the operation has gone on");
        Assert.Equal([2ul], (await SetPowerAsync("op-1", PowerTarget.On, resumeAfter: 1)).Select(message => message.Progress.Sequence));
    }

    [Fact]
    public async Task R074_a_timeout_is_kept()
    {
        var request = Request("op-1", PowerTarget.On);
        request.Timeout = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1));
        await FailsAsync(ErrorClass.Retryable, ReadAsync(request));
    }

    [Fact]
    public async Task R044_R080_R082_R083_what_it_does_not_know_is_refused()
    {
        await FailsAsync(ErrorClass.Unsupported, Power.GetPowerStateAsync(new GetPowerStateRequest { Node = Node(), Interface = "other" }).ResponseAsync);
        await FailsAsync(ErrorClass.Unsupported, SetPowerAsync("op-1", PowerTarget.SoftOff));
        await FailsAsync(ErrorClass.MissingParameter, SetLedAsync("op-2", "{}"));
        await FailsAsync(ErrorClass.InvalidParameter, SetLedAsync("op-3", "[]"));
        await FailsAsync(ErrorClass.InvalidParameter, SetLedAsync("op-4", """{"color": "blue", "size": 1}"""));
        await FailsAsync(ErrorClass.InvalidParameter, SetLedAsync("op-5", """{"color": "blue"}""", verb: "GET"));
    }

    [Fact]
    public async Task R038_it_ends_when_it_is_told_to()
    {
        _driver.Terminate();
        await _driver.WaitForExitAsync();
        Assert.True(_driver.ExitCode == 0, _driver.Output);
    }

    private static NodeContext Node(string uuid = "11111111-2222-3333-4444-555555555555") => new() { Uuid = uuid, Driver = Interface };

    private static SetPowerStateRequest Request(string operationId, PowerTarget target, ulong epoch = 0, ulong resumeAfter = 0, string? node = null) => new()
    {
        Context = new CallContext { OperationId = operationId, Epoch = epoch },
        Node = node is null ? Node() : Node(node),
        Interface = Interface,
        Target = target,
        ResumeAfter = resumeAfter,
    };

    private Task<List<SetPowerStateResponse>> SetPowerAsync(string operationId, PowerTarget target, ulong epoch = 0, ulong resumeAfter = 0, string? node = null) =>
        ReadAsync(Request(operationId, target, epoch, resumeAfter, node));

    private async Task<List<SetPowerStateResponse>> ReadAsync(SetPowerStateRequest request)
    {
        using var call = Power.SetPowerState(request);
        var messages = new List<SetPowerStateResponse>();
        while (await call.ResponseStream.MoveNext())
            messages.Add(call.ResponseStream.Current);
        return messages;
    }

    private Task<CallNodeMethodResponse> SetLedAsync(string operationId, string parameters, ulong epoch = 0, string verb = "POST") => Vendor.CallNodeMethodAsync(new CallNodeMethodRequest
    {
        Context = new CallContext { OperationId = operationId, Epoch = epoch },
        Node = Node(),
        Call = new VendorCall { Interface = Interface, Method = "set_led", HttpMethod = verb, Parameters = new Json { Text = parameters } },
    }).ResponseAsync;

    private static async Task FailsAsync(ErrorClass expected, Task call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => call.WaitAsync(TestStack.Limit));
        Assert.Equal(expected.ToString(), StatusDetails.FindReason(exception, StatusDetails.DriverDomain)?.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
    }
}
