using Google.Protobuf;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Drivers;

public sealed class DriverRegistryTests : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private DriverRegistry _registry = null!;

    public async Task InitializeAsync()
    {
        _storage = await TestStorage.SqliteAsync();
        _registry = new DriverRegistry(
            _storage.Drivers,
            new DriverConnector(TimeProvider.System, TestMetrics.Create(), NullLoggerFactory.Instance, NullLogger<DriverConnector>.Instance),
            new ConductorIdentity("test-conductor", "", "http://127.0.0.1:1"),
            Options.Create(new DriverOptions()),
            _storage.Clock,
            NullLogger<DriverRegistry>.Instance);
    }

    public async Task DisposeAsync()
    {
        _registry.Dispose();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task A_driver_that_drains_gets_no_new_work()
    {
        var lease = await PutAsync("http://127.0.0.1:1");
        await _registry.RefreshAsync(default);
        Assert.Contains("thing", _registry.HardwareTypes.Keys);

        Assert.True(await _registry.RenewAsync(lease, ready: false, default));
        Assert.Empty(_registry.HardwareTypes);

        Assert.True(await _registry.RenewAsync(lease, ready: true, default));
        await _registry.RefreshAsync(default);
        Assert.Contains("thing", _registry.HardwareTypes.Keys);
    }

    [Fact]
    public async Task The_newest_of_several_processes_is_called_until_it_leaves()
    {
        var old = await PutAsync("http://127.0.0.1:1");
        await _registry.RefreshAsync(default);
        var renewed = await PutAsync("http://127.0.0.1:2");
        await _registry.RefreshAsync(default);
        Assert.Equal(renewed, _registry.HardwareTypes["thing"].Driver.LeaseId);
        Assert.True(await _registry.RenewAsync(old, ready: true, default), "the older one keeps its lease");

        await _registry.DeregisterAsync(renewed, default);
        Assert.Equal(old, _registry.HardwareTypes["thing"].Driver.LeaseId);
    }

    [Fact]
    public async Task A_restarted_process_takes_the_place_of_its_former_self()
    {
        var former = await PutAsync("http://127.0.0.1:1");
        var restarted = await PutAsync("http://127.0.0.1:1");
        await _registry.RefreshAsync(default);

        Assert.Equal(restarted, _registry.HardwareTypes["thing"].Driver.LeaseId);
        Assert.False(await _registry.RenewAsync(former, ready: true, default));
    }

    [Fact]
    public async Task Each_conductor_group_has_the_processes_that_reach_its_nodes()
    {
        var here = await PutAsync("http://127.0.0.1:1", groups: [""]);
        var there = await PutAsync("http://127.0.0.1:2", groups: ["edge", "rim"]);
        var everywhere = await PutAsync("http://127.0.0.1:3", "everywhere", "other");
        var onlyThere = await PutAsync("http://127.0.0.1:4", "rare", "rare", ["edge"]);
        await _registry.RefreshAsync(default);

        Assert.Equal(here, _registry.HardwareTypes["thing"].Driver.LeaseId);
        Assert.Equal(here, (await _registry.FindAsync("thing", default))!.Driver.LeaseId);
        Assert.Equal(here, await FindAsync("thing", ""));
        Assert.Equal(there, await FindAsync("thing", "edge"));
        Assert.Equal(there, await FindAsync("thing", "rim"));
        Assert.Null(await FindAsync("thing", "elsewhere"));
        foreach (var group in (string[])["", "edge", "elsewhere"])
            Assert.Equal(everywhere, await FindAsync("other", group));
        // What this group has not is told of all the same, and can be asked for what is about no node.
        Assert.DoesNotContain("rare", _registry.HardwareTypes.Keys);
        Assert.Null(await FindAsync("rare", ""));
        Assert.Equal(onlyThere, (await _registry.FindAsync("rare", default))!.Driver.LeaseId);
        Assert.Equal([("other", everywhere), ("rare", onlyThere), ("thing", here)], _registry.AllHardwareTypes.Select(type => (type.Name, type.Driver.LeaseId)).Order());

        // Its own process is gone: another site's does not stand in for it.
        await _registry.DeregisterAsync(there, default);
        Assert.Null(await FindAsync("thing", "edge"));
        Assert.Equal(here, await FindAsync("thing", ""));
    }

    [Fact]
    public async Task The_same_address_is_another_process_at_another_site()
    {
        var here = await PutAsync("unix:/run/driver.sock", groups: [""]);
        var there = await PutAsync("unix:/run/driver.sock", groups: ["rim", "edge"]);
        await _registry.RefreshAsync(default);
        Assert.Equal((here, there), (await FindAsync("thing", ""), await FindAsync("thing", "edge")));
        Assert.True(await _registry.RenewAsync(here, ready: true, default));

        var restarted = await PutAsync("unix:/run/driver.sock", groups: ["edge", "rim"]);
        await _registry.RefreshAsync(default);
        Assert.Equal((here, restarted), (await FindAsync("thing", ""), await FindAsync("thing", "edge")));
        Assert.False(await _registry.RenewAsync(there, ready: true, default));
    }

    [Fact]
    public async Task A_process_that_names_the_group_goes_before_one_that_names_none()
    {
        var named = await PutAsync("http://127.0.0.1:1", groups: ["edge"]);
        var newer = await PutAsync("http://127.0.0.1:2");
        await _registry.RefreshAsync(default);
        Assert.Equal((named, newer, newer), (await FindAsync("thing", "edge"), await FindAsync("thing", ""), await FindAsync("thing", "rim")));

        await _registry.DeregisterAsync(named, default);
        Assert.Equal(newer, await FindAsync("thing", "edge"));
    }

    [Theory]
    [InlineData(new[] { "edge" }, new[] { "edge" }, true)]
    [InlineData(new[] { "edge", "" }, new[] { "rim", "" }, true)]
    [InlineData(new[] { "edge" }, new string[0], true)]
    [InlineData(new string[0], new[] { "" }, true)]
    [InlineData(new[] { "edge" }, new[] { "rim" }, false)]
    [InlineData(new[] { "" }, new[] { "edge" }, false)]
    public async Task A_hardware_type_has_one_driver_for_the_nodes_of_a_group(string[] groups, string[] others, bool isTaken)
    {
        await PutAsync("http://127.0.0.1:1", groups: groups);
        var type = new HardwareType { Name = "thing", SupportedInterfaces = { new SupportedInterface { Type = InterfaceType.Power, Names = { "switch" } } } };
        var other = new DriverInfo
        {
            Name = "another",
            InstanceId = "1",
            HardwareTypes = { type },
            Interfaces = { new InterfaceImplementation { Type = InterfaceType.Power, Name = "switch" } },
            ConductorGroups = { others },
            ContractVersions = { "v1" },
        };

        var error = await Assert.ThrowsAsync<IronicException>(() => _registry.RegisterAsync(other, "http://127.0.0.1:2", default));
        // Nothing listens there, which is found out next.
        Assert.Equal(isTaken, error.Reason == ErrorReason.DuplicateName);
        Assert.Contains(isTaken ? "maker" : "http://127.0.0.1:2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Edge")]
    [InlineData("the edge")]
    [InlineData("edge\n")]
    public async Task What_is_no_name_of_a_conductor_group_is_refused(string group)
    {
        var info = new DriverInfo { Name = "maker", InstanceId = "1", HardwareTypes = { new HardwareType { Name = "thing" } }, ConductorGroups = { group } };
        var error = await Assert.ThrowsAsync<IronicException>(() => _registry.RegisterAsync(info, "http://127.0.0.1:2", default));
        Assert.Equal(ErrorReason.InvalidParameterValue, error.Reason);
        Assert.Contains("conductor group", error.Message, StringComparison.Ordinal);
    }

    private async Task<string?> FindAsync(string hardwareType, string group) =>
        (await _registry.FindAsync(new NodeRow { Uuid = "1", Driver = hardwareType, ConductorGroup = group, ProvisionState = "enroll" }, default))?.Driver.LeaseId;

    private async Task<string> PutAsync(string endpoint, string name = "maker", string hardwareType = "thing", string[]? groups = null)
    {
        var info = new DriverInfo { Name = name, InstanceId = Guid.NewGuid().ToString(), HardwareTypes = { new HardwareType { Name = hardwareType } }, ConductorGroups = { groups ?? [] } };
        var row = new DriverRow
        {
            Key = DriverRow.KeyOf(info),
            LeaseId = Guid.NewGuid().ToString(),
            Endpoint = endpoint,
            InstanceId = info.InstanceId,
            Info = JsonFormatter.Default.Format(info),
            Ready = true,
            ExpiresAt = _storage.Clock.UtcNow + TimeSpan.FromMinutes(5),
        };
        await _storage.Drivers.PutAsync(row, default);
        return row.LeaseId;
    }
}
