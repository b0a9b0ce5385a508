using System.Text;
using System.Text.Json;
using Grpc.Core;
using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Machines;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Protos;
using Ironic.Types.V1;
using Microsoft.Extensions.DependencyInjection;
using V1 = Ironic.Driver.V1;

namespace Ironic.Drivers.Redfish.Tests.Support;

/// <summary>The driver with short times, called as a conductor calls it, and simulated machines over real HTTP.</summary>
internal sealed class TestDriver : IAsyncDisposable
{
    private static readonly string[] ShortTimes =
    [
        "--Redfish:RetryInterval=00:00:00.050", "--Redfish:PollInterval=00:00:00.020", "--Redfish:TaskPollInterval=00:00:00.020", "--Redfish:PowerOnRetryInterval=00:00:00.050",
        "--Redfish:RequestsPerSecond=100000", "--Redfish:RequestBurst=100000", "--Redfish:RefusedCredentialsPause=00:00:00",
    ];

    private readonly DriverTestHost _host;
    private int _operations;

    private TestDriver(DriverTestHost host, SimulatedFleet fleet)
    {
        _host = host;
        Fleet = fleet;
    }

    public SimulatedFleet Fleet { get; }

    public SimulatedServer Server => Fleet.Servers[0];

    public RedfishPool Pool => _host.Services.GetRequiredService<RedfishPool>();

    /// <summary>Name of the implementations that are called.</summary>
    public string Interface { get; set; } = "redfish";

    public V1.PowerService.PowerServiceClient Power => new(_host.Channel);

    public V1.ManagementService.ManagementServiceClient Management => new(_host.Channel);

    public V1.BootService.BootServiceClient Boot => new(_host.Channel);

    public V1.VendorPassthruService.VendorPassthruServiceClient Vendor => new(_host.Channel);

    public V1.BiosService.BiosServiceClient Bios => new(_host.Channel);

    public V1.FirmwareService.FirmwareServiceClient Firmware => new(_host.Channel);

    public V1.InspectService.InspectServiceClient Inspect => new(_host.Channel);

    public V1.DriverService.DriverServiceClient Driver => new(_host.Channel);

    public static async Task<TestDriver> StartAsync(FleetOptions? fleet = null, params string[] settings)
    {
        var machines = await SimulatedFleet.StartAsync(fleet ?? new FleetOptions { RedfishServers = 1, Timings = MachineTimings.None });
        try
        {
            return new TestDriver(await DriverTestHost.StartAsync(RedfishDriver.Configure, [.. ShortTimes, .. settings]), machines);
        }
        catch
        {
            await machines.DisposeAsync();
            throw;
        }
    }

    /// <summary>The node of a simulated machine.</summary>
    public V1.NodeContext Node(string more = "", string? address = null, string? password = null, SimulatedServer? server = null, string properties = "{}", string raid = "{}") => new()
    {
        Uuid = "1be26c0b-03f2-4d2e-ae87-c02d7f33c123",
        Driver = "redfish",
        DriverInfo = new Json
        {
            Text = $$"""{"redfish_address": "{{address ?? $"{(server ?? Server).RedfishUrl}"}}", "redfish_username": "{{Fleet.Options.User}}", "redfish_password": "{{password ?? Fleet.Options.Password}}"{{(more.Length == 0 ? "" : ", " + more)}}}""",
        },
        Properties = new Json { Text = properties },
        TargetRaidConfig = new Json { Text = raid },
    };

    public V1.CallContext Context() => new() { OperationId = $"operation-{Interlocked.Increment(ref _operations)}", Epoch = 1 };

    public async Task<V1.PowerState> SwitchAsync(V1.PowerTarget target, V1.NodeContext? node = null)
    {
        var state = V1.PowerState.Unspecified;
        using var call = Power.SetPowerState(new V1.SetPowerStateRequest { Context = Context(), Node = node ?? Node(), Interface = Interface, Target = target });
        await foreach (var message in call.ResponseStream.ReadAllAsync())
            state = message.State;
        return state;
    }

    public async Task<V1.PowerState> ReadPowerAsync(V1.NodeContext? node = null) => (await Power.GetPowerStateAsync(new V1.GetPowerStateRequest { Node = node ?? Node(), Interface = Interface })).State;

    /// <summary>Runs a step to its end.</summary>
    public async Task<V1.ExecuteStepResponse> StepAsync(V1.InterfaceType type, string step, string arguments = "{}", V1.StepKind kind = V1.StepKind.Clean, V1.NodeContext? node = null)
    {
        var request = new V1.ExecuteStepRequest { Context = Context(), Node = node ?? Node(), Type = type, Interface = Interface, Kind = kind, Step = step, Arguments = new Json { Text = arguments } };
        var last = new V1.ExecuteStepResponse();
        using var call = new V1.StepService.StepServiceClient(_host.Channel).ExecuteStep(request);
        await foreach (var message in call.ResponseStream.ReadAllAsync())
            last = message;
        return last;
    }

    public async Task<string> CallAsync(string method, string verb, string body = "{}")
    {
        var call = new V1.VendorCall { Interface = Interface, Method = method, HttpMethod = verb, Parameters = new Json { Text = body } };
        return (await Vendor.CallNodeMethodAsync(new V1.CallNodeMethodRequest { Context = Context(), Node = Node(), Call = call })).Result.Json.Text;
    }

    /// <summary>A resource as the simulated controller shows it.</summary>
    public async Task<JsonElement> ReadAsync(string path)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server.RedfishUrl!, path));
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Fleet.Options.User}:{Fleet.Options.Password}")));
        using var response = await client.SendAsync(request);
        return JsonElement.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }

    /// <summary>The class of the failure that a call ends with.</summary>
    public static async Task<(string? Class, string Message)> FailAsync(Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(call);
        return (StatusDetails.FindReason(exception, StatusDetails.DriverDomain), exception.Status.Detail);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await Fleet.DisposeAsync();
    }
}
