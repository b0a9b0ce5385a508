using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Ironic.Driver.Sdk.Tests.Support;

internal sealed class TestHardware : HardwareType
{
    public override string Name => "test-hardware";

    public override IReadOnlyList<string> SupportedManagementInterfaces => ["test"];

    public override IReadOnlyList<string> SupportedPowerInterfaces => ["test"];

    public override IReadOnlyList<string> SupportedVendorInterfaces => ["test", "no-vendor"];
}

/// <summary>Does what the test says.</summary>
internal sealed class TestPower : PowerInterface
{
    public Func<NodeContext, CancellationToken, Task<PowerState>> OnGet { get; set; } = (_, _) => Task.FromResult(PowerState.Off);

    public Func<NodeContext, PowerTarget, TimeSpan?, IOperationProgress, CancellationToken, Task<PowerState>> OnSet { get; set; } =
        (_, target, _, _, _) => Task.FromResult(target is PowerTarget.Off ? PowerState.Off : PowerState.On);

    public override IReadOnlyList<DriverProperty> GetProperties() =>
        [new("test_address", "Where the controller is. Required.", Required: true), new("test_community", "What it is greeted with.", Secret: true)];

    public override async ValueTask<PowerState> GetPowerStateAsync(NodeContext node, CancellationToken cancellationToken) => await OnGet(node, cancellationToken);

    public override Task<PowerState> SetPowerStateAsync(
        NodeContext node, PowerTarget target, TimeSpan? timeout, IOperationProgress progress, CancellationToken cancellationToken) =>
        OnSet(node, target, timeout, progress, cancellationToken);
}

/// <summary>Does what the test says.</summary>
internal sealed class TestManagement : ManagementInterface
{
    public BootDevice Device { get; set; } = new("disk", Persistent: true);

    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override ValueTask<IReadOnlyList<string>> GetSupportedBootDevicesAsync(NodeContext node, CancellationToken cancellationToken) => new(["disk", "pxe"]);

    public override ValueTask<BootDevice> GetBootDeviceAsync(NodeContext node, CancellationToken cancellationToken) => new(Device);

    public override Task SetBootDeviceAsync(NodeContext node, string device, bool persistent, CancellationToken cancellationToken)
    {
        if (device == "floppy")
            throw new InvalidParameterException("There is no floppy.");
        Device = new BootDevice(device, persistent);
        return Task.CompletedTask;
    }
}

/// <summary>Does what the test says.</summary>
internal sealed class TestVendor(ILogger<TestVendor> logger) : VendorInterface
{
    public Func<NodeContext, JsonObject, CancellationToken, Task<JsonNode?>> OnRun { get; set; } = (_, _, _) => Task.FromResult<JsonNode?>("done");

    public Func<DriverContext, JsonObject, CancellationToken, Task<JsonNode?>> OnRunForDriver { get; set; } = (_, _, _) => Task.FromResult<JsonNode?>("done");

    public Action<NodeContext, VendorCall> OnValidate { get; set; } = (_, _) => { };

    public Action<DriverContext, VendorCall> OnValidateForDriver { get; set; } = (_, _) => { };

    public Action OnBlock { get; set; } = () => { };

    public ILogger Logger { get; } = logger;

    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override ValueTask ValidateAsync(NodeContext node, VendorCall call, CancellationToken cancellationToken)
    {
        OnValidate(node, call);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ValidateDriverMethodAsync(DriverContext context, VendorCall call, CancellationToken cancellationToken)
    {
        OnValidateForDriver(context, call);
        return ValueTask.CompletedTask;
    }

    [Passthru("POST", "PUT", Async = false, Description = "Runs what the test says")]
    public Task<JsonNode?> Run(NodeContext node, JsonObject body, CancellationToken cancellationToken) => OnRun(node, body, cancellationToken);

    [DriverPassthru("GET", Async = false)]
    public Task<JsonNode?> RunForDriver(DriverContext context, JsonObject body, CancellationToken cancellationToken) => OnRunForDriver(context, body, cancellationToken);

    [Passthru("POST", Async = false, RequireExclusiveLock = false)]
    public static int Add(int left, int right, int? more = null) => left + right + (more ?? 0);

    [DriverPassthru("POST", Async = false)]
    public static string Greet(string name) => $"Hello {name}";

    [Passthru("GET", Async = false, Attach = true)]
    public static byte[] Download() => [0, 1, 2, 255];

    [Passthru("POST")]
    public static void Forget()
    {
    }

    [Passthru("POST", Async = false)]
    public void Block() => OnBlock();
}
