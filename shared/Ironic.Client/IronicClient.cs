using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Ironic.Api.V1;
using Ironic.Client.Internal;

namespace Ironic.Client;

/// <summary>
/// A client of the bare metal API over gRPC. Its methods and the generated stubs behind it (<see cref="Nodes"/>, <see cref="Drivers"/>,
/// <see cref="Conductors"/>, <see cref="Watch"/>) give every call a request id and throw <see cref="IronicApiException"/>. One client serves any number of
/// threads and is meant to be kept.
/// </summary>
/// <example><code>
/// using var ironic = IronicClient.Connect("http://127.0.0.1:6386");
/// var node = await ironic.CreateNodeAsync(new Node { Driver = "fake-hardware", Name = "node-1" });
/// await ironic.SetPowerStateAsync(node.Uuid, PowerTarget.On);
/// await ironic.WaitForPowerStateAsync(node.Uuid, PowerState.On, TimeSpan.FromMinutes(1));
/// </code></example>
public sealed partial class IronicClient : IDisposable
{
    private readonly GrpcChannel? _channel;
    private readonly TimeProvider _time;
    private readonly TimeSpan _pollInterval;

    /// <summary>Makes a client of a channel that somebody else sets up and owns.</summary>
    /// <param name="channel">The channel. It is not disposed with the client.</param>
    /// <param name="options">Only what does not concern the channel is used of them.</param>
    public IronicClient(ChannelBase channel, IronicClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(channel);
        options ??= new IronicClientOptions();
        options.Validate();
        _time = options.TimeProvider;
        _pollInterval = options.PollInterval;
        CallInvoker = channel.Intercept(new CallInterceptor(options.CallTimeout, _time));
        Nodes = new NodeService.NodeServiceClient(CallInvoker);
        Drivers = new DriverService.DriverServiceClient(CallInvoker);
        Conductors = new ConductorService.ConductorServiceClient(CallInvoker);
        Watch = new WatchService.WatchServiceClient(CallInvoker);
    }

    private IronicClient(GrpcChannel channel, IronicClientOptions options)
        : this((ChannelBase)channel, options) => _channel = channel;

    /// <summary>The nodes' generated stub.</summary>
    public NodeService.NodeServiceClient Nodes { get; }

    /// <summary>The drivers' generated stub.</summary>
    public DriverService.DriverServiceClient Drivers { get; }

    /// <summary>The conductors' generated stub.</summary>
    public ConductorService.ConductorServiceClient Conductors { get; }

    /// <summary>The generated stub of the stream of events.</summary>
    public WatchService.WatchServiceClient Watch { get; }

    /// <summary>For stubs of services that this class has no property for: <c>new XService.XServiceClient(ironic.CallInvoker)</c>.</summary>
    public CallInvoker CallInvoker { get; }

    /// <summary>Makes a client of the server at an address. The connection is made by the first call, and made again whenever it was lost.</summary>
    /// <param name="address"><c>http://host:port</c> (HTTP/2 without TLS), <c>https://host:port</c> or <c>unix:/path</c>.</param>
    /// <param name="options">How to connect and wait; null for the defaults.</param>
    /// <exception cref="ArgumentException">The options are out of range.</exception>
    /// <exception cref="FormatException">The address is none of these.</exception>
    public static IronicClient Connect(string address, IronicClientOptions? options = null)
    {
        options ??= new IronicClientOptions();
        options.Validate();
        return new IronicClient(ChannelFactory.Create(address, options), options);
    }

    /// <summary>Closes the connections of a client that <see cref="Connect"/> made. Calls under way are cancelled.</summary>
    public void Dispose() => _channel?.Dispose();
}
