using System.Collections.Concurrent;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Periodic;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Conductor.Vendor;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.DependencyInjection;
using DriverPowerState = Ironic.Driver.V1.PowerState;
using PowerTarget = Ironic.Api.V1.PowerTarget;

namespace Ironic.Conductor.Tests.Drivers;

/// <summary>Nodes of a hardware type that accepts any interface, some of whose interfaces another process serves.</summary>
public sealed class OtherProcessTests : PlayedDriverTests
{
    private readonly ConcurrentQueue<string> _calls = new();
    private TestDriver _other = null!;
    private string _lease = "";

    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();

    private protected override void Play(TestDriver driver)
    {
        driver.Info.HardwareTypes[0].AcceptsAnyInterface = true;
        Record("own", driver);
    }

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _other = await TestDriver.StartAsync();
        Record("other", _other);
        _other.Rename("other-maker", "gadget");
        await RegisterOtherAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task Calls_for_an_interface_go_to_the_process_that_serves_it()
    {
        var node = await NodeAsync(node => node.PowerInterface = "gadget");
        await PowerOnAsync(node);
        Assert.Equal(["other validates", "other reads power", "other switches to On"], _calls);
        Assert.Equal("power on", (await Conductor.ReadAsync(node)).PowerState);

        _calls.Clear();
        await PowerOnAsync(await NodeAsync(node => node.PowerInterface = "thing"));
        Assert.Equal(["own validates", "own reads power", "own switches to On"], _calls);
    }

    [Fact]
    public async Task While_the_process_is_gone_its_interface_alone_is_unavailable()
    {
        var node = await NodeAsync(node => (node.PowerInterface, node.ConsoleInterface) = ("gadget", "thing"));
        await LeaveAsync();

        var refused = await Assert.ThrowsAsync<IronicException>(() => PowerOnAsync(node));
        Assert.Equal(ErrorReason.DriverUnavailable, refused.Reason);
        Assert.Null((await Conductor.ReadAsync(node)).Reservation);
        await using (var task = await LoadAsync(node))
            await Conductor.Services.GetRequiredService<ConsoleCalls>().StartAsync(task, default);
        Assert.Equal(["own starts a console"], _calls);

        _calls.Clear();
        await RegisterOtherAsync();
        await PowerOnAsync(node);
        Assert.Contains("other switches to On", _calls);
    }

    [Fact]
    public async Task A_process_that_another_conductor_has_taken_in_is_found_at_once()
    {
        await LeaveAsync();
        var node = await NodeAsync(node => node.PowerInterface = "gadget");
        // As another conductor does: this one is not told.
        await _other.RegisterAsync(Storage.Drivers, Storage.Clock);

        await PowerOnAsync(node);
        Assert.Contains("other switches to On", _calls);
    }

    [Fact]
    public async Task A_vendor_interface_that_its_types_process_has_no_longer_is_a_bad_request_where_no_other_may_have_it()
    {
        var node = await NodeAsync(node => (node.Driver, node.VendorInterface) = ("gadget", "left-out"));
        await using (var task = await LoadAsync(node))
            Assert.Equal(ErrorReason.InterfaceNotFound, Assert.Throws<IronicException>(() => VendorMethods.OfNode(task)).Reason);

        var accepting = await NodeAsync(node => node.VendorInterface = "left-out");
        await using var other = await LoadAsync(accepting);
        Assert.Equal(ErrorReason.DriverUnavailable, Assert.Throws<IronicException>(() => VendorMethods.OfNode(other)).Reason);
    }

    [Fact]
    public async Task Steps_are_those_of_the_processes_that_serve_the_interfaces()
    {
        var node = await NodeAsync(node => (node.PowerInterface, node.ConsoleInterface) = ("gadget", "thing"));
        var catalog = Conductor.Services.GetRequiredService<StepCatalog>();
        await using (var task = await LoadAsync(node))
        {
            Assert.Equal(["console.own_step", "power.other_step"], catalog.List(task, StepFlowKind.Cleaning).Select(offered => offered.Step.Id).Concat(
                catalog.ListVerifying(task).Select(step => step.Id)).Distinct().Order(StringComparer.Ordinal));
            Assert.Equal(_other.Info.InstanceId, StepCalls.FindDriver(task, new NodeStep { Interface = "power", Name = "other_step" })?.Info.InstanceId);
            Assert.Equal(Driver.Info.InstanceId, StepCalls.FindDriver(task, new NodeStep { Interface = "console", Name = "own_step" })?.Info.InstanceId);
        }

        await LeaveAsync();
        await using var left = await LoadAsync(node);
        Assert.Equal(ErrorReason.DriverUnavailable, Assert.Throws<IronicException>(() => catalog.ListVerifying(left)).Reason);
        Assert.Null(StepCalls.FindDriver(left, new NodeStep { Interface = "power", Name = "other_step" }));
    }

    [Fact]
    public async Task The_power_is_kept_in_step_with_the_process_that_serves_it_and_left_alone_while_that_is_gone()
    {
        var node = await NodeAsync(node => (node.PowerInterface, node.PowerState, node.ProvisionState) = ("gadget", "power on", "active"));
        var sync = Conductor.Services.GetRequiredService<PowerSync>();
        await sync.SweepAsync(default);
        await IdleAsync();
        Assert.Contains("other switches to On", _calls);

        await LeaveAsync();
        _calls.Clear();
        for (var look = 0; look < 5; look++)
            await sync.SweepAsync(default);
        Assert.Empty(_calls);
        Assert.False((await Conductor.ReadAsync(node)).Maintenance);
    }

    [Fact]
    public async Task Consoles_are_started_again_at_new_starts_of_the_process_that_has_them()
    {
        await NodeAsync(node => (node.ConsoleInterface, node.ConsoleEnabled, node.ProvisionState) = ("gadget", true, "active"));
        var consoles = Conductor.Services.GetRequiredService<ConsoleRestarts>();
        Assert.Equal((1, 0), (await consoles.SweepAsync(default), await consoles.SweepAsync(default)));

        Driver.Info.InstanceId = Guid.NewGuid().ToString();
        await RegisterAsync();
        Assert.Equal(0, await consoles.SweepAsync(default));

        await LeaveAsync();
        Assert.Equal(0, await consoles.SweepAsync(default));
        _other.Info.InstanceId = Guid.NewGuid().ToString();
        await RegisterOtherAsync();
        Assert.Equal(1, await consoles.SweepAsync(default));
        Assert.Equal(["other starts a console", "other starts a console"], _calls);
    }

    private void Record(string who, TestDriver driver)
    {
        driver.Offer(InterfaceType.Console);
        driver.Info.Interfaces[0].SupportsPowerSync = true;
        driver.Info.Interfaces[who == "own" ? 1 : 0].Steps.Add(new Step { Name = $"{who}_step", Priority = 1, Kinds = { StepKind.Clean, StepKind.Verify } });
        driver.Validate = _ => _calls.Enqueue($"{who} validates");
        driver.ReadPower = (_, _) =>
        {
            _calls.Enqueue($"{who} reads power");
            return Task.FromResult(DriverPowerState.Off);
        };
        driver.SwitchPower = (_, target) => _calls.Enqueue($"{who} switches to {target}");
        driver.SwitchConsole = (_, on) => _calls.Enqueue($"{who} {(on ? "starts" : "stops")} a console");
    }

    private async Task RegisterOtherAsync()
    {
        _lease = await _other.RegisterAsync(Storage.Drivers, Storage.Clock);
        await Conductor.RefreshDriversAsync();
    }

    private async Task LeaveAsync()
    {
        await Storage.Drivers.RemoveAsync(_lease, default);
        await Conductor.RefreshDriversAsync();
    }

    private Task<NodeRow> NodeAsync(Action<NodeRow> change) => Conductor.InsertNodeAsync(node =>
    {
        (node.Driver, node.PowerInterface) = ("thing", "thing");
        change(node);
    });

    private async Task<Conductor.Tasks.NodeTask> LoadAsync(NodeRow node)
    {
        var task = await Conductor.Tasks.OpenExclusiveAsync(node.Uuid, default);
        await task.LoadDriverAsync(default);
        return task;
    }

    private async Task PowerOnAsync(NodeRow node)
    {
        await Conductor.Services.GetRequiredService<NodePower>().SetAsync(node.Uuid, PowerTarget.On, null, default);
        await IdleAsync();
    }
}
