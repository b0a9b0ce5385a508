using System.Collections.Concurrent;
using System.ComponentModel;
using System.Text.Json.Nodes;
using Grpc.AspNetCore.Server;
using Ironic.Driver.Sdk;
using Microsoft.Extensions.DependencyInjection;

namespace Ironic.Conformance.Tests.Model;

/// <summary>A driver that keeps the contract, with something of everything that the kit looks at, and one planted fault if a test wants it.</summary>
internal static class ModelDriver
{
    /// <summary>How its machine is reached.</summary>
    public static Machine Machine { get; } = new("model", new JsonObject { ["model_address"] = "here", ["model_password"] = "right" }, MayChange: true);

    public static Task<DriverTestHost> StartAsync(PlantedFault? fault = null) => DriverTestHost.StartAsync(driver =>
    {
        driver.Name = "model";
        driver.Services.AddSingleton<ModelMachines>();
        if (fault is not null)
        {
            driver.Services.AddSingleton(fault);
            driver.Services.Configure<GrpcServiceOptions>(grpc => grpc.Interceptors.Add<FaultInterceptor>());
        }

        driver.AddHardwareType<ModelHardware>();
        driver.AddInterface<ModelPower>("model");
        driver.AddInterface<ModelManagement>("model");
        driver.AddInterface<ModelBios>("model");
        driver.AddInterface<ModelBoot>("model");
        driver.AddInterface<ModelDeploy>("model");
        driver.AddInterface<ModelConsole>("model");
        driver.AddInterface<ModelVendor>("model");
    });
}

internal sealed class ModelHardware : HardwareType
{
    public override string Name => "model";

    public override IReadOnlyList<string> SupportedBiosInterfaces => ["model", "no-bios"];

    public override IReadOnlyList<string> SupportedBootInterfaces => ["model", "ipxe"];

    public override IReadOnlyList<string> SupportedConsoleInterfaces => ["model"];

    public override IReadOnlyList<string> SupportedDeployInterfaces => ["model", "direct"];

    public override IReadOnlyList<string> SupportedManagementInterfaces => ["model"];

    public override IReadOnlyList<string> SupportedPowerInterfaces => ["model"];

    public override IReadOnlyList<string> SupportedVendorInterfaces => ["model"];
}

/// <summary>Machines in memory, one for each node, behind one password.</summary>
internal sealed class ModelMachines
{
    private readonly ConcurrentDictionary<string, ModelMachine> _machines = new();
    private int _switches;

    public static IReadOnlyList<DriverProperty> Properties { get; } =
        [new("model_address", "Where the machine is. Required.", Required: true), new("model_password", "What it is greeted with.", Secret: true)];

    public ModelMachine Find(NodeContext node)
    {
        Validate(node);
        return node.DriverInfo.Get<string>("model_password") == "right"
            ? _machines.GetOrAdd(node.Uuid, _ => new ModelMachine())
            : throw new BmcAuthenticationException("The machine refuses the password.");
    }

    public static void Validate(NodeContext node) => node.DriverInfo.Require<string>("model_address");

    /// <summary>Different each time, so that an operation that was done twice can be told.</summary>
    public int CountSwitch() => Interlocked.Increment(ref _switches);
}

internal sealed class ModelMachine
{
    public PowerState Power { get; set; } = PowerState.Off;

    public BootDevice Device { get; set; } = new("disk", Persistent: true);
}

internal sealed class ModelPower(ModelMachines machines) : PowerInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => ModelMachines.Properties;

    public override ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken)
    {
        ModelMachines.Validate(node);
        return ValueTask.CompletedTask;
    }

    public override ValueTask<PowerState> GetPowerStateAsync(NodeContext node, CancellationToken cancellationToken) => new(machines.Find(node).Power);

    public override Task<PowerState> SetPowerStateAsync(NodeContext node, PowerTarget target, TimeSpan? timeout, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var machine = machines.Find(node);
        if (timeout < TimeSpan.FromSeconds(1))
            throw new RetryableException("It has not switched within its time.");
        progress.Report($"Switch {machines.CountSwitch()}");
        progress.Report("Waiting");
        machine.Power = target == PowerTarget.Off ? PowerState.Off : PowerState.On;
        return Task.FromResult(machine.Power);
    }
}

internal sealed class ModelManagement(ModelMachines machines) : ManagementInterface
{
    private static readonly string[] Devices = ["disk", "pxe"];

    public override IReadOnlyList<DriverProperty> GetProperties() => ModelMachines.Properties;

    public override ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken)
    {
        ModelMachines.Validate(node);
        return ValueTask.CompletedTask;
    }

    public override ValueTask<IReadOnlyList<string>> GetSupportedBootDevicesAsync(NodeContext node, CancellationToken cancellationToken) => new(Devices);

    public override ValueTask<BootDevice> GetBootDeviceAsync(NodeContext node, CancellationToken cancellationToken) => new(machines.Find(node).Device);

    public override Task SetBootDeviceAsync(NodeContext node, string device, bool persistent, CancellationToken cancellationToken)
    {
        machines.Find(node).Device = Devices.Contains(device) ? new BootDevice(device, persistent) : throw new InvalidParameterException($"There is no {device}.");
        return Task.CompletedTask;
    }
}

internal sealed class ModelBios : BiosInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override ValueTask<IReadOnlyList<BiosSetting>> GetSettingsAsync(NodeContext node, CancellationToken cancellationToken) => new([new BiosSetting("turbo", "on")]);

    [Step(StepKinds.Clean, Description = "Sets a setting")]
    public static void Set([Description("The setting")] string name, [Description("Its value")] string? value = null)
    {
        _ = name;
        _ = value;
    }
}

internal sealed class ModelBoot(ModelMachines machines) : BootInterface
{
    public override IReadOnlyList<BootCapability> Capabilities => [BootCapability.Ramdisk];

    public override IReadOnlyList<DriverProperty> GetProperties() => ModelMachines.Properties;

    public override ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken)
    {
        ModelMachines.Validate(node);
        if (node.Interfaces.GetValueOrDefault("deploy") == "ramdisk")
            node.InstanceInfo.Require<string>("boot_iso");
        return ValueTask.CompletedTask;
    }

    public override Task PrepareInstanceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken)
    {
        machines.Find(node).Device = new BootDevice("cdrom", Persistent: true);
        return Task.CompletedTask;
    }

    public override Task CleanUpInstanceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken)
    {
        _ = machines.Find(node);
        return Task.CompletedTask;
    }
}

internal sealed class ModelDeploy : DeployInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];
}

internal sealed class ModelConsole : ConsoleInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override ValueTask<ConsoleAddress> GetConsoleAsync(NodeContext node, CancellationToken cancellationToken) => new(new ConsoleAddress("socat", "tcp://127.0.0.1:1"));

    public override Task StartConsoleAsync(NodeContext node, CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task StopConsoleAsync(NodeContext node, CancellationToken cancellationToken) => Task.CompletedTask;
}

internal sealed class ModelVendor(ModelMachines machines) : VendorInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    [Passthru("GET", Async = false, Description = "What it boots from")]
    public string Booted(NodeContext node) => machines.Find(node).Device.Device ?? "";

    [Passthru("POST", Async = false, Description = "Blinks")]
    public static void Blink(int times) => _ = times;

    [DriverPassthru("GET", Async = false, Description = "What there is")]
    public static string[] Kinds() => ["model"];
}
