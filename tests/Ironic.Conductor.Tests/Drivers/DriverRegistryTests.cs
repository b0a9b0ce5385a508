using Google.Protobuf;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Driver.V1;
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

    private async Task<string> PutAsync(string endpoint)
    {
        var info = new DriverInfo { Name = "maker", InstanceId = Guid.NewGuid().ToString(), HardwareTypes = { new HardwareType { Name = "thing" } } };
        var row = new DriverRow
        {
            Name = info.Name,
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
