using Ironic.Driver.Sdk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Ironic.Driver.Sdk.Tests.Catalog;

/// <summary>A driver that is not declared as it must be does not start, and says why.</summary>
public sealed class DeclarationTests
{
    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("ümlaut")]
    [InlineData("slash/slash")]
    public void R012_a_name_that_is_none_is_refused(string name)
    {
        IsRefused(driver => driver.Name = name, $"'{name}' is no name for the driver");
        IsRefused(driver => driver.AddInterface<OtherManagement>(name), $"'{name}' is no name for the Management interface OtherManagement");
        IsRefused(driver => driver.Services.AddSingleton(new Named(name)), $"'{name}' is no name for the hardware type");
    }

    [Fact]
    public void R012_names_have_at_most_255_characters()
    {
        IsRefused(driver => driver.Name = new string('a', 256), "1 to 255");
        IsTaken(driver => driver.Name = new string('a', 255));
        IsTaken(driver => driver.Name = "A-z_0.9");
    }

    [Fact]
    public void R014_a_hardware_type_without_an_implementation_of_a_type_is_refused() =>
        IsRefused(driver => driver.Services.AddSingleton(new Named("bare") { Power = [] }), "'bare' supports no Power interface");

    [Fact]
    public void R015_an_implementation_that_nobody_has_is_refused() =>
        IsRefused(
            driver => driver.Services.AddSingleton(new Named("lost") { Power = ["test", "nobody"] }),
            "'lost' names the Power interface 'nobody', which is neither registered with AddInterface nor one of the conductor's");

    [Fact]
    public void R015_a_name_of_the_conductors_own_is_refused() =>
        IsRefused(driver => driver.AddInterface<OtherManagement>("noop"), "'noop' is one of the conductor's own");

    [Fact]
    public void A_name_given_twice_is_refused()
    {
        IsRefused(driver => driver.AddInterface<OtherManagement>("test"), "The Management interface 'test' is registered twice");
        IsRefused(driver => driver.AddHardwareType<TestHardware>(), "The hardware type 'test-hardware' is registered twice");
        IsRefused(driver => driver.Services.AddSingleton(new Named("twice") { Power = ["test", "test"] }), "'twice' names a Power interface twice");
    }

    [Fact]
    public void A_driver_without_a_hardware_type_is_refused() =>
        Assert.Contains("has no hardware type", Refuse(driver => driver.Name = "bare"), StringComparison.Ordinal);

    [Fact]
    public void An_instance_under_two_names_is_refused()
    {
        var management = new OtherManagement();
        IsRefused(driver => driver.AddInterface("one", _ => management).AddInterface("two", _ => management), "registered as 'one' and as 'two'");
    }

    [Fact]
    public void Steps_that_are_none_are_refused()
    {
        IsRefused(driver => driver.AddInterface<NamelessStep>("stepping"), "is no name for a step");
        IsRefused(driver => driver.AddInterface<FlowlessStep>("stepping"), "needs a flow that may use it");
        IsRefused(driver => driver.AddInterface<NegativeStep>("stepping"), "priority that is not negative");
        IsRefused(driver => driver.AddInterface<HiddenStep>("stepping"), "must be public");
        IsRefused(driver => driver.AddInterface<TwinSteps>("stepping"), "is that of another step as well");
        IsRefused(driver => driver.AddInterface<AnsweringStep>("stepping"), "returns nothing or a StepResult");
        IsRefused(driver => driver.AddInterface<EndlessVerification>("stepping"), "cannot be long-running");
    }

    [Fact]
    public void A_power_interface_that_can_do_nothing_is_refused() =>
        IsRefused(driver => driver.AddInterface<PowerlessPower>("powerless"), "'powerless' supports no target");

    [Fact]
    public void A_bad_vendor_method_is_refused() => IsRefused(driver => driver.AddInterface<BadVendor>("bad"), "BadVendor.Run cannot be a vendor method");

    [Fact]
    public async Task The_process_ends_with_status_1()
    {
        var code = await IronicDriver.RunAsync(["--Driver:Url=http://127.0.0.1:0"], driver =>
        {
            DriverHost.DeclareTestDriver(driver);
            driver.Name = "no name";
        });
        Assert.Equal(1, code);
    }

    private static void IsTaken(Action<IronicDriverBuilder> change)
    {
        var (app, _, _) = DriverHost.Build(Declare(change));
        using var disposed = (IDisposable)app;
    }

    private static void IsRefused(Action<IronicDriverBuilder> change, string reason) => Assert.Contains(reason, Refuse(Declare(change)), StringComparison.Ordinal);

    private static string Refuse(Action<IronicDriverBuilder> declare) => Assert.Throws<DriverDeclarationException>(() => DriverHost.Build(declare)).Message;

    private static Action<IronicDriverBuilder> Declare(Action<IronicDriverBuilder> change) => driver =>
    {
        DriverHost.DeclareTestDriver(driver);
        change(driver);
        if (driver.Services.Any(service => service.ServiceType == typeof(Named)))
            driver.AddHardwareType<NamedHardware>();
    };

    private sealed record Named(string Name)
    {
        public string[] Power { get; init; } = ["test"];
    }

    private sealed class NamedHardware(Named named) : HardwareType
    {
        public override string Name => named.Name;

        public override IReadOnlyList<string> SupportedManagementInterfaces => ["test"];

        public override IReadOnlyList<string> SupportedPowerInterfaces => named.Power;
    }

    private sealed class NamelessStep : OtherManagement
    {
        [Step(StepKinds.Clean, Name = "")]
        public static void Run() => Assert.Fail();
    }

    private sealed class FlowlessStep : OtherManagement
    {
        [Step(StepKinds.None)]
        public static void Run() => Assert.Fail();
    }

    private sealed class NegativeStep : OtherManagement
    {
        [Step(StepKinds.Clean, Priority = -1)]
        public static void Run() => Assert.Fail();
    }

    private sealed class HiddenStep : OtherManagement
    {
        [Step(StepKinds.Clean)]
        internal static void Run() => Assert.Fail();
    }

    private sealed class TwinSteps : OtherManagement
    {
        [Step(StepKinds.Clean)]
        public static void Run() => Assert.Fail();

        [Step(StepKinds.Deploy, Name = "run")]
        public static void Twin() => Assert.Fail();
    }

    private sealed class AnsweringStep : OtherManagement
    {
        [Step(StepKinds.Clean)]
        public static int Run() => 1;
    }

    private sealed class EndlessVerification : OtherManagement
    {
        [Step(StepKinds.Verify, LongRunning = true)]
        public static void Run() => Assert.Fail();
    }

    private class OtherManagement : ManagementInterface
    {
        public override IReadOnlyList<DriverProperty> GetProperties() => [];

        public override ValueTask<IReadOnlyList<string>> GetSupportedBootDevicesAsync(NodeContext node, CancellationToken cancellationToken) => new([]);

        public override ValueTask<BootDevice> GetBootDeviceAsync(NodeContext node, CancellationToken cancellationToken) => new(new BootDevice(null, null));

        public override Task SetBootDeviceAsync(NodeContext node, string device, bool persistent, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class PowerlessPower : PowerInterface
    {
        public override IReadOnlyList<PowerTarget> SupportedTargets => [];

        public override IReadOnlyList<DriverProperty> GetProperties() => [];

        public override ValueTask<PowerState> GetPowerStateAsync(NodeContext node, CancellationToken cancellationToken) => new(PowerState.On);

        public override Task<PowerState> SetPowerStateAsync(
            NodeContext node, PowerTarget target, TimeSpan? timeout, IOperationProgress progress, CancellationToken cancellationToken) => Task.FromResult(PowerState.On);
    }

    private sealed class BadVendor : VendorInterface
    {
        public override IReadOnlyList<DriverProperty> GetProperties() => [];

        [Passthru]
        public static void Run()
        {
        }
    }
}
