using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Tests.Storage;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Drivers;

/// <summary>Two conductors that know a driver from their configuration.</summary>
public sealed class KnownDriverTests : IAsyncLifetime
{
    private readonly DriverConnector _connector = new(TimeProvider.System, TestMetrics.Create(), NullLoggerFactory.Instance, NullLogger<DriverConnector>.Instance);
    private TestStorage _storage = null!;
    private TestDriver _driver = null!;
    private DriverRegistry _registry = null!;
    private DriverRegistry _otherRegistry = null!;
    private KnownDriver _known = null!;
    private KnownDriver _other = null!;

    public async Task InitializeAsync()
    {
        _storage = await TestStorage.SqliteAsync();
        _driver = await TestDriver.StartAsync();
        (_registry, _otherRegistry) = (CreateRegistry(), CreateRegistry());
        (_known, _other) = (_connector.Open(_driver.Endpoint, _registry), _connector.Open(_driver.Endpoint, _otherRegistry));
    }

    public async Task DisposeAsync()
    {
        _known.Dispose();
        _other.Dispose();
        _registry.Dispose();
        _otherRegistry.Dispose();
        await _driver.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task The_first_registers_it_and_all_renew_the_one_lease()
    {
        await _known.AskAsync(default);
        var lease = _registry.HardwareTypes["thing"].Driver.LeaseId;
        var end = (await _storage.Drivers.ListAliveAsync(default)).Single().ExpiresAt;

        await _other.AskAsync(default);
        await _known.AskAsync(default);
        Assert.Equal(lease, _otherRegistry.HardwareTypes["thing"].Driver.LeaseId);
        var row = (await _storage.Drivers.ListAliveAsync(default)).Single();
        Assert.Equal(lease, row.LeaseId);
        Assert.True(row.ExpiresAt > end, "the lease was renewed");
    }

    [Fact]
    public async Task One_that_drains_gets_no_new_work_and_is_not_registered_anew()
    {
        _driver.Ready = false;
        await _known.AskAsync(default);
        Assert.Empty(await _storage.Drivers.ListAliveAsync(default));

        _driver.Ready = true;
        await _known.AskAsync(default);
        Assert.Contains("thing", _registry.HardwareTypes.Keys);

        _driver.Ready = false;
        await _other.AskAsync(default);
        await _registry.RefreshAsync(default);
        Assert.Empty(_registry.HardwareTypes);
    }

    [Fact]
    public async Task R114_one_without_a_common_contract_version_is_not_registered()
    {
        _driver.Info.ContractVersions[0] = "v2";
        Assert.Contains("[v2], this conductor [v1]", (await Assert.ThrowsAsync<IronicException>(() => _known.AskAsync(default))).Message, StringComparison.Ordinal);
        Assert.Empty(await _storage.Drivers.ListAliveAsync(default));

        _driver.Info.ContractVersions.Add("v1");
        await _known.AskAsync(default);
        Assert.Contains("thing", _registry.HardwareTypes.Keys);
    }

    [Fact]
    public async Task A_conductor_of_an_older_revision_can_read_what_is_stored_of_a_driver()
    {
        _driver.Info.Interfaces.Add(new Driver.V1.InterfaceImplementation { Type = (Driver.V1.InterfaceType)99, Name = "newer" });
        await _known.AskAsync(default);

        Assert.Equal("newer", _registry.HardwareTypes["thing"].Driver.Find((Driver.V1.InterfaceType)99, "newer")?.Name);
        var stored = await _storage.Drivers.FindInfoAsync(_registry.HardwareTypes["thing"].Driver.LeaseId, default);
        Assert.DoesNotContain("INTERFACE_TYPE", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restarted_process_is_asked_anew_what_it_offers()
    {
        await _known.AskAsync(default);
        _driver.Info.InstanceId = "restarted";
        _driver.Info.HardwareTypes[0].Name = "newer-thing";
        await _known.AskAsync(default);
        Assert.Equal("newer-thing", Assert.Single(_registry.HardwareTypes.Keys));
        Assert.Equal("restarted", (await _storage.Drivers.ListAliveAsync(default)).Single().InstanceId);
    }

    [Fact]
    public async Task What_breaks_the_contract_is_refused_with_the_reason()
    {
        _driver.Info.HardwareTypes[0].SupportedInterfaces.Clear();
        var refused = await Assert.ThrowsAsync<IronicException>(() => _known.AskAsync(default));
        Assert.Equal((ErrorReason.InvalidParameterValue, "Hardware type thing has no power interface."), (refused.Reason, refused.Message));

        _driver.Info.ContractVersions.Clear();
        refused = await Assert.ThrowsAsync<IronicException>(() => _known.AskAsync(default));
        Assert.Contains("contract versions", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await _storage.Drivers.ListAliveAsync(default));
    }

    [Fact]
    public async Task One_that_does_not_answer_keeps_no_lease_alive()
    {
        await _known.AskAsync(default);
        var end = (await _storage.Drivers.ListAliveAsync(default)).Single().ExpiresAt;
        await _driver.DisposeAsync();
        await Assert.ThrowsAsync<RpcException>(() => _known.AskAsync(default));
        Assert.Equal(end, (await _storage.Drivers.ListAliveAsync(default)).Single().ExpiresAt);
    }

    [Theory]
    [InlineData("http://127.0.0.1:7101", null)]
    [InlineData("https://driver.example.org:7101", null)]
    [InlineData("unix:/run/driver.sock", null)]
    [InlineData("127.0.0.1:7101", "Drivers:Known:0: '127.0.0.1:7101' is no address; it begins with http://, https:// or unix:")]
    [InlineData("http://admin:s3cret@10.0.0.7:7101", "Drivers:Known:0: an address has no user name and no password")]
    public void Addresses_are_checked_at_the_start(string address, string? mistake)
    {
        var result = new DriverOptionsValidator().Validate(null, new DriverOptions { Known = { address } });
        Assert.Equal(mistake, result.FailureMessage);
    }

    private DriverRegistry CreateRegistry() =>
        new(
            _storage.Drivers,
            _connector,
            new ConductorIdentity("test-conductor", "", "http://127.0.0.1:1"),
            Options.Create(new DriverOptions { LeaseDuration = TimeSpan.FromHours(1) }),
            _storage.Clock,
            NullLogger<DriverRegistry>.Instance);
}
