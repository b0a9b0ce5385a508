using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Ironic.Conductor.Storage;
using Ironic.Driver.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ironic.Conductor.Tests.Drivers;

/// <summary>
/// A driver that a test plays itself, behind a real endpoint: it says what the test makes of <see cref="Info"/> and sends, for a power
/// action, what the test writes to <see cref="PowerMessages"/>. Unlike a driver that is made with the SDK it can break the contract.
/// </summary>
internal sealed class TestDriver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _stateReads;

    private TestDriver(WebApplication app) => _app = app;

    public string Endpoint { get; private set; } = "";

    /// <summary>A description that conductors take: the hardware type <c>thing</c> with one power interface, <c>thing</c>.</summary>
    public DriverInfo Info { get; } = new()
    {
        Name = "maker",
        InstanceId = Guid.NewGuid().ToString(),
        ContractVersions = { "v1" },
        HardwareTypes = { new HardwareType { Name = "thing", SupportedInterfaces = { new SupportedInterface { Type = InterfaceType.Power, Names = { "thing" } } } } },
        Interfaces = { new InterfaceImplementation { Type = InterfaceType.Power, Name = "thing" } },
    };

    /// <summary>How often somebody has asked for <see cref="ReadState"/>.</summary>
    public int StateReads => _stateReads;

    /// <summary>Whether it takes new work.</summary>
    public bool Ready { get; set; } = true;

    /// <summary>What the next power action answers with; the stream ends when this is completed.</summary>
    public Channel<SetPowerStateResponse> PowerMessages { get; } = Channel.CreateUnbounded<SetPowerStateResponse>();

    /// <summary>The power of a node, when somebody asks. It may fail, or take its time.</summary>
    public Func<string, CancellationToken, Task<PowerState>> ReadPower { get; set; } = (_, _) => Task.FromResult(PowerState.Off);

    /// <summary>The sensors of a node, when somebody asks. It may fail, or take its time.</summary>
    public Func<string, CancellationToken, Task<Sensor[]>> ReadSensors { get; set; } = (_, _) => Task.FromResult<Sensor[]>([]);

    /// <summary>What is known of a node's machine besides its power, when somebody asks; null: this driver never knows.</summary>
    public Func<string, GetMachineStateResponse>? ReadState { get; set; }

    /// <summary>Fails for a node whose interfaces lack something.</summary>
    public Action<string> Validate { get; set; } = _ => { };

    /// <summary>Does a power action at once, in place of <see cref="PowerMessages"/>; null: that does it.</summary>
    public Action<string, PowerTarget>? SwitchPower { get; set; }

    /// <summary>What happens in a phase of a flow of a node, by its name. It may fail, or take its time.</summary>
    public Func<string, string, Task> RunPhase { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What a phase of a boot ends with.</summary>
    public WorkOutcome BootOutcome { get; set; } = WorkOutcome.Done;

    /// <summary>What happens when a node's console is started (true) or stopped. It may fail.</summary>
    public Action<string, bool> SwitchConsole { get; set; } = (_, _) => { };

    /// <summary>The phases of flows that were begun, as <c>UUID PHASE</c>.</summary>
    public ConcurrentQueue<string> Phases { get; } = new();

    /// <param name="certificate">What it shows, to be called over https; null: it is called over http.</param>
    public static async Task<TestDriver> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls(certificate is null ? "http://127.0.0.1:0" : "https://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate);
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc();
        TestDriver? driver = null;
        builder.Services.AddSingleton(_ => new DescriptionService(driver!));
        builder.Services.AddSingleton(_ => new SwitchService(driver!));
        builder.Services.AddSingleton(_ => new SensorService(driver!));
        builder.Services.AddSingleton(_ => new ConsoleSwitch(driver!));
        builder.Services.AddSingleton(_ => new BootPhases(driver!));
        builder.Services.AddSingleton(_ => new DeployPhases(driver!));
        builder.Services.AddSingleton(_ => new RescuePhases(driver!));
        builder.Services.AddSingleton(_ => new InspectionPhases(driver!));
        var app = builder.Build();
        app.MapGrpcService<DescriptionService>();
        app.MapGrpcService<SwitchService>();
        app.MapGrpcService<SensorService>();
        app.MapGrpcService<ConsoleSwitch>();
        app.MapGrpcService<BootPhases>();
        app.MapGrpcService<DeployPhases>();
        app.MapGrpcService<RescuePhases>();
        app.MapGrpcService<InspectionPhases>();
        driver = new TestDriver(app);
        await app.StartAsync();
        driver.Endpoint = app.Urls.Single();
        return driver;
    }

    /// <summary>Offers interfaces beside that for power, all named <c>thing</c>.</summary>
    public void Offer(params InterfaceType[] types)
    {
        foreach (var type in types)
        {
            Info.HardwareTypes[0].SupportedInterfaces.Add(new SupportedInterface { Type = type, Names = { "thing" } });
            Info.Interfaces.Add(new InterfaceImplementation { Type = type, Name = "thing" });
        }
    }

    /// <summary>Calls the driver, its hardware type and its implementations otherwise than <c>maker</c> and <c>thing</c>.</summary>
    public void Rename(string driver, string thing)
    {
        Info.Name = driver;
        Info.HardwareTypes[0].Name = thing;
        foreach (var supported in Info.HardwareTypes[0].SupportedInterfaces)
            supported.Names[0] = thing;
        foreach (var implementation in Info.Interfaces)
            implementation.Name = thing;
    }

    /// <summary>Stores a registration that lasts as long as any test.</summary>
    /// <returns>Its lease.</returns>
    public async Task<string> RegisterAsync(DriverStore store, Clock clock)
    {
        var row = new DriverRow
        {
            Key = DriverRow.KeyOf(Info),
            LeaseId = Guid.NewGuid().ToString(),
            Endpoint = Endpoint,
            InstanceId = Info.InstanceId,
            Info = JsonFormatter.Default.Format(Info),
            Ready = true,
            ExpiresAt = clock.UtcNow + TimeSpan.FromHours(1),
        };
        await store.PutAsync(row, default);
        return row.LeaseId;
    }

    public async ValueTask DisposeAsync()
    {
        PowerMessages.Writer.TryComplete();
        await _app.DisposeAsync();
    }

    private sealed class DescriptionService(TestDriver driver) : DriverService.DriverServiceBase
    {
        public override Task<GetInfoResponse> GetInfo(GetInfoRequest request, ServerCallContext context) =>
            Task.FromResult(new GetInfoResponse { Info = driver.Info });

        public override Task<ProbeResponse> Probe(ProbeRequest request, ServerCallContext context) =>
            Task.FromResult(new ProbeResponse { Ready = driver.Ready, InstanceId = driver.Info.InstanceId });

        public override Task<ValidateInterfaceResponse> ValidateInterface(ValidateInterfaceRequest request, ServerCallContext context)
        {
            driver.Validate(request.Node.Uuid);
            return Task.FromResult(new ValidateInterfaceResponse());
        }
    }

    private sealed class SwitchService(TestDriver driver) : PowerService.PowerServiceBase
    {
        public override async Task<GetPowerStateResponse> GetPowerState(GetPowerStateRequest request, ServerCallContext context) =>
            new() { State = await driver.ReadPower(request.Node.Uuid, context.CancellationToken) };

        public override async Task SetPowerState(SetPowerStateRequest request, IServerStreamWriter<SetPowerStateResponse> responseStream, ServerCallContext context)
        {
            if (driver.SwitchPower is { } action)
            {
                action(request.Node.Uuid, request.Target);
                var state = request.Target is PowerTarget.Off or PowerTarget.SoftOff ? PowerState.Off : PowerState.On;
                await responseStream.WriteAsync(new SetPowerStateResponse { Progress = new Progress { Completed = true }, State = state });
                return;
            }

            await foreach (var message in driver.PowerMessages.Reader.ReadAllAsync(context.CancellationToken))
                await responseStream.WriteAsync(message, context.CancellationToken);
        }
    }

    private sealed class SensorService(TestDriver driver) : ManagementService.ManagementServiceBase
    {
        public override async Task<ListSensorsResponse> ListSensors(ListSensorsRequest request, ServerCallContext context) =>
            new() { Sensors = { await driver.ReadSensors(request.Node.Uuid, context.CancellationToken) } };

        public override Task<GetMachineStateResponse> GetMachineState(GetMachineStateRequest request, ServerCallContext context)
        {
            Interlocked.Increment(ref driver._stateReads);
            return driver.ReadState is { } read ? Task.FromResult(read(request.Node.Uuid)) : throw new RpcException(new Status(StatusCode.Unimplemented, "not known"));
        }
    }

    private sealed class ConsoleSwitch(TestDriver driver) : ConsoleService.ConsoleServiceBase
    {
        public override Task<StartConsoleResponse> StartConsole(StartConsoleRequest request, ServerCallContext context)
        {
            driver.SwitchConsole(request.Node.Uuid, true);
            return Task.FromResult(new StartConsoleResponse());
        }

        public override Task<StopConsoleResponse> StopConsole(StopConsoleRequest request, ServerCallContext context)
        {
            driver.SwitchConsole(request.Node.Uuid, false);
            return Task.FromResult(new StopConsoleResponse());
        }
    }

    private async Task PhaseAsync(string node, string phase)
    {
        Phases.Enqueue($"{node} {phase}");
        await RunPhase(node, phase);
    }

    private sealed class BootPhases(TestDriver driver) : BootService.BootServiceBase
    {
        public override async Task RunBootPhase(RunBootPhaseRequest request, IServerStreamWriter<RunBootPhaseResponse> responseStream, ServerCallContext context)
        {
            await driver.PhaseAsync(request.Node.Uuid, request.Phase.ToString());
            await responseStream.WriteAsync(new RunBootPhaseResponse { Progress = new Progress { Completed = true }, Outcome = driver.BootOutcome });
        }
    }

    private sealed class DeployPhases(TestDriver driver) : DeployService.DeployServiceBase
    {
        public override async Task RunDeployPhase(RunDeployPhaseRequest request, IServerStreamWriter<RunDeployPhaseResponse> responseStream, ServerCallContext context)
        {
            await driver.PhaseAsync(request.Node.Uuid, request.Phase.ToString());
            await responseStream.WriteAsync(new RunDeployPhaseResponse { Progress = new Progress { Completed = true }, Outcome = WorkOutcome.Done });
        }
    }

    private sealed class RescuePhases(TestDriver driver) : RescueService.RescueServiceBase
    {
        public override async Task RunRescuePhase(RunRescuePhaseRequest request, IServerStreamWriter<RunRescuePhaseResponse> responseStream, ServerCallContext context)
        {
            await driver.PhaseAsync(request.Node.Uuid, request.Phase.ToString());
            await responseStream.WriteAsync(new RunRescuePhaseResponse { Progress = new Progress { Completed = true }, Outcome = WorkOutcome.Done });
        }
    }

    private sealed class InspectionPhases(TestDriver driver) : InspectService.InspectServiceBase
    {
        public override async Task<AbortInspectionResponse> AbortInspection(AbortInspectionRequest request, ServerCallContext context)
        {
            await driver.PhaseAsync(request.Node.Uuid, "AbortInspection");
            return new AbortInspectionResponse();
        }
    }
}
