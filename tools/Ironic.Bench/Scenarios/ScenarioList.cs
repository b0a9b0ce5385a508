using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Ironic.Api.V1;
using Ironic.Bench.Fleet;
using Ironic.Bench.Load;
using Ironic.Client;
using Ironic.Conductor.Locks;
using Ironic.Types.V1;

namespace Ironic.Bench.Scenarios;

/// <summary>Everything that can be measured. Every connection has nodes of its own, so that none waits for another one's lock.</summary>
internal sealed class ScenarioList(BenchOptions options, Uri rest, Uri grpc, IReadOnlyList<string> nodes, string resourceClass, ILockManager? locks)
{
    // A list moves megabytes; more at a time would only queue.
    private const int ListConnections = 4;

    private static readonly long Number = long.Parse(RequestCycle.Number, CultureInfo.InvariantCulture);

    private static readonly ServiceDescriptor NodeService = Api.V1.NodeService.Descriptor;

    private readonly string _createBody =
        $$$"""{"driver":"fake-hardware","resource_class":"{{{resourceClass}}}","properties":{"cpus":8,"memory_mb":16384},"extra":{"rack":"r1"}}""";

    public static IReadOnlyList<string> Kinds { get; } = ["get", "list", "create", "patch", "vendor", "locks", ProvisioningCycles.Kind, LongLists.Kind, FleetSweepOptions.Kind, SlowSweeps.Kind];

    public IEnumerable<Scenario> All =>
    [
        .. Pair(
            "get", "GET a node", 200, node => ("GET", $"/v1/nodes/{node}", null),
            "GetNode", node => new GetNodeRequest { Node = node }, new Goal(5000), new Goal(7000)),
        .. Lists(1),
        .. Lists(ListConnections),
        .. Pair(
            "create", "POST a node", 201, _ => ("POST", "/v1/nodes", _createBody),
            "CreateNode", _ => new CreateNodeRequest { Node = NewNode() }, new Goal(1000)),
        .. Pair(
            "patch", "PATCH a node", 200, node => ("PATCH", $"/v1/nodes/{node}", $$$"""[{"op":"add","path":"/extra/bench","value":{{{RequestCycle.Number}}}}]"""),
            "PatchNode", node => new PatchNodeRequest { Node = node, Patch = { new NodePatch().Set("/extra/bench", Number).Operations } }, new Goal(800)),
        .. Pair(
            "vendor", "sync vendor call", 200, node => ("POST", $"/v1/nodes/{node}/vendor_passthru?method=third_method_sync", """{"bar":"meow"}"""),
            "CallNodeVendorMethod",
            node => new CallNodeVendorMethodRequest { Node = node, Method = "third_method_sync", HttpMethod = "POST", Body = Json.From(new { bar = "meow" }) },
            new Goal(2000) { P99 = TimeSpan.FromMilliseconds(30) }),
        .. Locks(),
    ];

    private IEnumerable<Scenario> Lists(int connections)
    {
        if (connections > options.Connections)
            yield break;
        var goal = new Goal { Median = TimeSpan.FromMilliseconds(60) };
        var name = $"list {options.Nodes} in detail";
        yield return Rest("list", name, connections, 200, _ => ("GET", "/v1/nodes/detail?limit=1000", null)) with { Goal = goal };
        yield return Grpc("list", name, connections, "ListNodes", _ => new ListNodesRequest { Limit = 1000 });
    }

    private IEnumerable<Scenario> Locks()
    {
        if (locks is not null)
            yield return new Scenario("locks", "redis", "lock and release", options.Connections, index => new LockConnection(locks, $"bench:{index}"));
    }

    private IEnumerable<Scenario> Pair(
        string kind, string name, int status, Func<string, (string Verb, string Path, string? Body)> request, string method, Func<string, IMessage> message,
        Goal restGoal, Goal? grpcGoal = null)
    {
        yield return Rest(kind, name, options.Connections, status, request) with { Goal = restGoal };
        yield return Grpc(kind, name, options.Connections, method, message) with { Goal = grpcGoal };
    }

    private Scenario Rest(string kind, string name, int connections, int status, Func<string, (string Verb, string Path, string? Body)> request) =>
        new(kind, "rest", name, connections, index => new HttpConnection(
            rest,
            new RequestCycle(NodesOf(index, connections).Select(request).Select(made => HttpConnection.CreateRequest(rest, made.Verb, made.Path, made.Body))),
            status));

    private Scenario Grpc(string kind, string name, int connections, string method, Func<string, IMessage> message) =>
        new(kind, "grpc", name, connections, index => new GrpcConnection(
            grpc, new RequestCycle(NodesOf(index, connections).Select(node => GrpcConnection.CreateRequest(grpc, NodeService.FindMethodByName(method), message(node))))));

    private IEnumerable<string> NodesOf(int connection, int connections) => nodes.Where((_, index) => index % connections == connection);

    private Node NewNode() => new()
    {
        Driver = "fake-hardware",
        ResourceClass = resourceClass,
        Properties = Json.From(new { cpus = 8, memory_mb = 16384 }),
        Extra = Json.From(new { rack = "r1" }),
    };
}
