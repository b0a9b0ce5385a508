using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Ironic.Conformance.Calls;
using Ironic.Driver.V1;
using Ironic.Types.V1;

namespace Ironic.Conformance;

/// <summary>The driver that is looked at: what it says of itself, and how it is called.</summary>
internal sealed class DriverUnderTest : IDisposable
{
    private readonly GrpcChannel _channel;

    private DriverUnderTest(ConformanceOptions options, GrpcChannel channel) => (Options, _channel) = (options, channel);

    public ConformanceOptions Options { get; }

    public CallInvoker Invoker => _channel.CreateCallInvoker();

    /// <summary>What it says of itself.</summary>
    public DriverInfo Info { get; private set; } = new();

    /// <exception cref="RpcException">It cannot be reached, or does not say who it is.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A certificate cannot be read.</exception>
    public static async Task<DriverUnderTest> ConnectAsync(ConformanceOptions options, CancellationToken cancellationToken)
    {
        var channel = GrpcChannel.ForAddress(options.Endpoint, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, SslOptions = Tls(options) },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = 64 * 1024 * 1024,
            MaxSendMessageSize = 64 * 1024 * 1024,
        });
        var driver = new DriverUnderTest(options, channel);
        try
        {
            driver.Info = await driver.ReadInfoAsync(cancellationToken);
            return driver;
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    public async Task<DriverInfo> ReadInfoAsync(CancellationToken cancellationToken) =>
        (await new DriverService.DriverServiceClient(_channel).GetInfoAsync(new GetInfoRequest(), deadline: DateTime.UtcNow + Options.CallTimeout, cancellationToken: cancellationToken)).Info ?? new DriverInfo();

    /// <summary>After a restart.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken) => Info = await ReadInfoAsync(cancellationToken);

    /// <summary>Every implementation of the driver with a hardware type that has it, one with a machine if there is one.</summary>
    public IEnumerable<Subject> Subjects() =>
        from implementation in Info.Interfaces
        let types = Info.HardwareTypes.Where(type => type.SupportedInterfaces.Any(supported => supported.Type == implementation.Type && supported.Names.Contains(implementation.Name))).ToList()
        where types.Count > 0
        let machine = Options.Machines.FirstOrDefault(machine => types.Exists(type => type.Name == machine.HardwareType))
        select new Subject(this, implementation, machine?.HardwareType ?? types[0].Name, machine);

    public void Dispose() => _channel.Dispose();

    private static SslClientAuthenticationOptions Tls(ConformanceOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.AuthorityPath is { } authorities)
        {
            var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            trust.CustomTrustStore.ImportFromPemFile(authorities);
            tls.CertificateChainPolicy = trust;
        }

        if (options.CertificatePath is { } certificate)
            tls.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, options.KeyPath)];
        return tls;
    }
}

/// <summary>An implementation of an interface, and a node for which it is called.</summary>
internal sealed record Subject(DriverUnderTest Driver, InterfaceImplementation Implementation, string HardwareType, Machine? Machine)
{
    /// <summary><c>power ipmitool</c></summary>
    public string Name => $"{Implementation.Type.ToString().ToLowerInvariant()} {Implementation.Name}";

    public IEnumerable<ContractMethod> Methods => ContractMethod.Of(Implementation);

    /// <summary>A node that the driver has never seen.</summary>
    /// <param name="driverInfo">Its driver_info; null: that of the machine, or none.</param>
    public NodeContext Node(System.Text.Json.Nodes.JsonObject? driverInfo = null)
    {
        var node = new NodeContext
        {
            Uuid = Guid.NewGuid().ToString(),
            Driver = HardwareType,
            DriverInfo = new Json { Text = (driverInfo ?? Machine?.DriverInfo)?.ToJsonString() ?? "{}" },
            DriverInternalInfo = new Json { Text = "{}" },
            Properties = new Json { Text = "{}" },
            InstanceInfo = new Json { Text = "{}" },
        };
        node.Interfaces[Implementation.Type.ToString().ToLowerInvariant()] = Implementation.Name;
        return node;
    }

    public IMessage Request(ContractMethod method, NodeContext? node = null, string? implementation = null) =>
        Requests.Create(method, Implementation, node ?? Node(), implementation ?? Implementation.Name);

    /// <summary>Calls what the driver must refuse.</summary>
    /// <exception cref="CheckSkippedException">It could do harm.</exception>
    public Task<CallOutcome> TryAsync(ContractMethod method, IMessage request, CancellationToken cancellationToken)
    {
        Expect.Harmless(this, method);
        return SendAsync(method, request, cancellationToken);
    }

    public Task<CallOutcome> SendAsync(ContractMethod method, IMessage request, CancellationToken cancellationToken) =>
        method.SendAsync(Driver.Invoker, request, Driver.Options.CallTimeout, cancellationToken);
}
