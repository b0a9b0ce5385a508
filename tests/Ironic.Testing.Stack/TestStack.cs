using System.Text.Json;
using Grpc.Net.Client;
using Ironic.Api.V1;
using Ironic.Stack;

namespace Ironic.Testing.Stack;

/// <summary>
/// A whole system of real processes, with what a test talks to it by. The fake driver has its test methods and writes its call log.
/// When a test fails, the ends of the processes' logs are in its output.
/// </summary>
/// <example><code>
/// await using var stack = await TestStack.StartAsync(options => options with { Conductors = 2, Postgres = …, Redis = … });
/// var node = await stack.CreateNodeAsync();
/// var answer = await stack.Rest.PostAsync($"/v1/nodes/{node}/vendor_passthru/fake_echo", new { bar = 1 });
/// </code></example>
public sealed class TestStack : IAsyncDisposable
{
    /// <summary>How long a test waits for what must happen. It takes a fraction of that, but the machine may be busy.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TestDirectory _directory;
    private readonly GrpcChannel _channel;

    private TestStack(TestDirectory directory, IronicStack processes)
    {
        (_directory, Processes) = (directory, processes);
        Rest = new RestApi(processes.RestUrl);
        _channel = GrpcChannel.ForAddress(processes.GrpcUrl);
        Nodes = new NodeService.NodeServiceClient(_channel);
        Drivers = new DriverService.DriverServiceClient(_channel);
        Calls = new CallLog(CallLogPath(directory));
    }

    /// <summary>The processes, to be stopped, killed, paused and started.</summary>
    public IronicStack Processes { get; }

    /// <summary>The REST API.</summary>
    public RestApi Rest { get; }

    /// <summary>The gRPC API, for further services.</summary>
    public GrpcChannel Channel => _channel;

    /// <summary>The gRPC API's nodes.</summary>
    public NodeService.NodeServiceClient Nodes { get; }

    /// <summary>The gRPC API's drivers.</summary>
    public DriverService.DriverServiceClient Drivers { get; }

    /// <summary>What the fake driver really did.</summary>
    public CallLog Calls { get; }

    public StackProcess FakeDriver => Processes.Drivers.Single(driver => driver.Name == "driver-fake");

    /// <summary>Starts a stack of its own for one test, with SQLite, one conductor, the fake and the example driver unless told otherwise.</summary>
    /// <param name="configure">Changes the options. Settings of processes: <c>options with { Profile = options.Profile.With("conductor", "Lanes:VendorQueue", "0") }</c>.</param>
    public static async Task<TestStack> StartAsync(Func<StackOptions, StackOptions>? configure = null)
    {
        var directory = new TestDirectory("stack");
        StackLogs? logs = null;
        try
        {
            var options = new StackOptions
            {
                DataDirectory = directory.Combine("data"),
                StartTimeout = TimeSpan.FromMinutes(2),
                StopTimeout = TimeSpan.FromSeconds(20),
                Profile = StackProfile.LoadNamed("default")
                    .With("conductor", "Provisioning:AutomatedClean", "false")
                    // What the conductor does by itself would be among the calls and events that tests count.
                    .With("conductor", "PowerSync:Interval", "00:00:00")
                    .With("driver-fake", "Fake:TestMethods", "true")
                    .With("driver-fake", "Fake:CallLog", CallLogPath(directory)),
            };
            options = configure?.Invoke(options) ?? options;
            logs = StackLogs.Begin(Path.Combine(options.DataDirectory, "logs"));
            return new TestStack(directory, await IronicStack.StartAsync(options));
        }
        catch
        {
            logs?.End();
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Creates a node.</summary>
    /// <param name="driver">Its hardware type.</param>
    /// <param name="driverInfo">Its <c>driver_info</c>: where the fake driver reads its delays and failures.</param>
    /// <param name="more">Further members of the body.</param>
    /// <returns>Its UUID.</returns>
    public async Task<string> CreateNodeAsync(string driver = "fake-hardware", object? driverInfo = null, Dictionary<string, object?>? more = null)
    {
        var body = new Dictionary<string, object?>(more ?? []) { ["driver"] = driver, ["driver_info"] = driverInfo ?? new { } };
        var answer = await Rest.PostAsync("/v1/nodes", body);
        answer.AssertStatus(201);
        return answer.Json.GetProperty("uuid").GetString()!;
    }

    /// <summary>Creates a node and brings it to <c>available</c>.</summary>
    /// <returns>Its UUID.</returns>
    public async Task<string> CreateAvailableNodeAsync(string driver = "fake-hardware")
    {
        var node = await CreateNodeAsync(driver);
        await ProvisionAsync(node, "manage", "manageable");
        await ProvisionAsync(node, "provide", "available");
        return node;
    }

    /// <summary>Asks for a provision state and waits until the node has it.</summary>
    public async Task ProvisionAsync(string node, string verb, string state)
    {
        (await Rest.PutAsync($"/v1/nodes/{node}/states/provision", new { target = verb })).AssertStatus(202);
        await WaitForNodeAsync(node, found => found.GetProperty("provision_state").GetString() == state, $"{node} is {state}");
    }

    /// <summary>Waits until the node is as <paramref name="condition"/> wants it.</summary>
    public Task WaitForNodeAsync(string node, Func<JsonElement, bool> condition, string because) =>
        Eventually.ThatAsync(async () => condition(await GetNodeAsync(node)), Limit, because);

    /// <summary>Waits until nobody has the node's lock.</summary>
    public Task WaitUntilUnlockedAsync(string node) =>
        WaitForNodeAsync(node, found => found.GetProperty("reservation").ValueKind == JsonValueKind.Null, $"node {node} is not reserved");

    /// <summary>The node as REST shows it.</summary>
    public async Task<JsonElement> GetNodeAsync(string node)
    {
        var answer = await Rest.GetAsync($"/v1/nodes/{node}");
        answer.AssertStatus(200);
        return answer.Json;
    }

    /// <summary>What the first conductor tells of itself at its management endpoint.</summary>
    public async Task<string> ReadMetricsAsync()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(Processes.Conductors[0].ManagementUrl, "/metrics"));
    }

    public async ValueTask DisposeAsync()
    {
        Rest.Dispose();
        _channel.Dispose();
        await Processes.DisposeAsync();
        StackLogs.End(Path.Combine(Processes.DataDirectory, "logs"));
        _directory.Dispose();
    }

    private static string CallLogPath(TestDirectory directory) => directory.Combine("fake-calls.jsonl");
}
