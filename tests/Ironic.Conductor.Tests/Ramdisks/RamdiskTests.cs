using System.Text.Json.Nodes;
using Ironic.Api.V1;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Provisioning;
using Ironic.Conductor.Ramdisks;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Ports;
using Ironic.Conductor.Tests.Storage;
using Ironic.Conductor.Tests.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Ironic.Testing;
using Ironic.Types.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Ramdisks;

public sealed class SqliteRamdiskTests : RamdiskTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresRamdiskTests(PostgresFixture postgres) : RamdiskTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

/// <summary>Lookups, heartbeats and inspection data.</summary>
public abstract class RamdiskTests : IAsyncLifetime
{
    private const string Address = "52:54:00:00:0a:01";
    private const string Url = "https://192.0.2.9:9999";

    private readonly RamdiskOptions _options = new();
    private TestStorage _storage = null!;
    private TestConductor _conductor = null!;
    private ConductorLanes _lanes = null!;
    private RamdiskLookup _lookup = null!;
    private Heartbeats _heartbeats = null!;
    private InspectionIntake _inspection = null!;

    private protected abstract Task<TestStorage> OpenAsync();

    public async Task InitializeAsync()
    {
        _storage = await OpenAsync();
        _conductor = new TestConductor("me", _storage, new InProcessLockManager(TimeProvider.System));
        await _conductor.ServeAsync("fake-hardware");
        _lanes = new ConductorLanes(Options.Create(new LaneOptions()), TestMetrics.Create(), NullLogger<Lane>.Instance);
        var options = Options.Create(_options);
        var nodes = new RamdiskNodes(_storage.Database);
        _lookup = new RamdiskLookup(_conductor.Tasks, nodes, new NodeMapper(_conductor.Membership), options, NullLogger<RamdiskLookup>.Instance);
        _heartbeats = new Heartbeats(_conductor.Tasks, _lookup, _conductor.Services.GetRequiredService<StepContinuation>(), _lanes, _storage.Clock, options, NullLogger<Heartbeats>.Instance);
        _inspection = new InspectionIntake(
            nodes, _lookup, new NodeInventoryStore(_storage.Database, _storage.Clock), _conductor.Services.GetRequiredService<Transitions>(), _storage.Clock, options, NullLogger<InspectionIntake>.Instance);
    }

    public async Task DisposeAsync()
    {
        await _lanes.WhenIdleAsync(default);
        _lanes.Dispose();
        await _conductor.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task The_first_lookup_gets_the_token_and_nobody_after_it()
    {
        var node = await NodeAsync("wait call-back");

        var first = await LookUpAsync(Address.ToUpperInvariant(), "nonsense");
        var second = await LookUpAsync(Address);

        Assert.True(AgentRecord.Read(await _conductor.ReadAsync(node)).IsToken(first.Config.AgentToken));
        Assert.Equal("******", second.Config.AgentToken);
        Assert.Equal((node.Uuid, 300), (second.Node.Uuid, second.Config.HeartbeatTimeout));
        foreach (var answer in new[] { first, second })
            Assert.Equal("******", (string?)JsonNode.Parse(answer.Node.DriverInternalInfo.Text)!["agent_secret_token"]);
    }

    [Fact]
    public async Task Below_1_62_there_is_no_token_and_one_that_exists_is_not_shown()
    {
        await NodeAsync("wait call-back");
        Assert.False((await LookUpAsync(new Microversion(61), Address)).Config.HasAgentToken);
        var token = (await LookUpAsync(Address)).Config.AgentToken;

        Assert.DoesNotContain(token, (await LookUpAsync(new Microversion(61), Address)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_lookups_at_a_time_one_gets_a_token_that_is_stored()
    {
        var node = await NodeAsync("clean wait");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            try
            {
                return (await LookUpAsync(Address)).Config.AgentToken;
            }
            catch (IronicException e) when (e.Reason == ErrorReason.NodeLocked)
            {
                return "locked";
            }
        }));

        var token = Assert.Single(answers, answer => answer is not ("locked" or "******"));
        Assert.True(AgentRecord.Read(await _conductor.ReadAsync(node)).IsToken(token));
    }

    [Fact]
    public async Task A_locked_node_gives_no_token()
    {
        var node = await NodeAsync("wait call-back");
        await using var busy = await _conductor.Tasks.OpenExclusiveAsync(node.Uuid, default);

        await TestPorts.RefusedAsync(ErrorReason.NodeLocked, () => LookUpAsync(Address));
    }

    [Theory]
    [InlineData("enroll", null, false)]
    [InlineData("enroll", "true", true)]
    [InlineData("enroll", "\"yes\"", true)]
    [InlineData("available", "true", true)]
    [InlineData("active", "true", false)]
    [InlineData("active", null, false)]
    [InlineData("deploying", null, true)]
    [InlineData("wait call-back", null, true)]
    [InlineData("inspect wait", null, true)]
    [InlineData("servicing", null, false)]
    [InlineData("servicing", "1", true)]
    [InlineData("service wait", null, true)]
    public async Task A_node_is_found_while_a_ramdisk_may_run(string state, string? fastTrack, bool found)
    {
        await NodeAsync(state, node => node.DriverInfo = fastTrack is null ? null : $$"""{"fast_track": {{fastTrack}}}""");

        if (found)
            Assert.NotEmpty((await LookUpAsync(Address)).Config.AgentToken);
        else
            await TestPorts.RefusedAsync(ErrorReason.NotFound, () => LookUpAsync(Address));
    }

    [Fact]
    public async Task Nothing_tells_why_a_node_is_not_found()
    {
        await NodeAsync("wait call-back");
        var other = await _conductor.InsertNodeAsync(node => node.ProvisionState = "wait call-back");
        await InsertPortAsync(other, "52:54:00:00:0a:02");
        var active = await _conductor.InsertNodeAsync(node => node.ProvisionState = "active");

        Func<Task>[] lookups =
        [
            () => LookUpAsync("52:54:00:00:0a:ff"),
            () => LookUpAsync(Address, "52:54:00:00:0a:02"),
            () => LookUpAsync(new LookupNodeRequest { NodeUuid = Guid.NewGuid().ToString() }),
            () => LookUpAsync(new LookupNodeRequest { NodeUuid = active.Uuid }),
        ];
        var texts = new List<string>();
        foreach (var lookup in lookups)
        {
            var refusal = await Assert.ThrowsAsync<IronicException>(lookup);
            Assert.Equal(ErrorReason.NotFound, refusal.Reason);
            texts.Add(refusal.Message);
        }

        Assert.Single(texts.Distinct());
        await TestPorts.RefusedAsync(ErrorReason.InvalidParameterValue, () => LookUpAsync("x"));
    }

    [Fact]
    public async Task Who_does_not_want_agents_answers_none()
    {
        var node = await NodeAsync("wait call-back");
        _options.Enabled = false;

        await TestPorts.RefusedAsync(ErrorReason.Forbidden, () => LookUpAsync(Address));
        await TestPorts.RefusedAsync(ErrorReason.Forbidden, () => _heartbeats.TakeAsync(new HeartbeatRequest { Node = node.Uuid }, default));
        await TestPorts.RefusedAsync(ErrorReason.Forbidden, () => ContinueAsync("{}"));
    }

    [Fact]
    public async Task A_heartbeat_is_stored()
    {
        var node = await NodeAsync("wait call-back");
        var token = (await LookUpAsync(Address)).Config.AgentToken;

        await BeatAsync(node, token, beat => (beat.AgentVerifyCa, beat.AgentStatus, beat.AgentStatusMessage) = ("PEM", "start", "going"));

        var stored = await _conductor.ReadAsync(node);
        var info = JsonNode.Parse(stored.DriverInternalInfo!)!;
        Assert.Equal((Url, "11.0", "PEM", "start", "going"), ((string?)info["agent_url"], (string?)info["agent_version"], (string?)info["agent_verify_ca"], (string?)info["agent_status"], (string?)info["agent_status_message"]));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$", (string?)info["agent_last_heartbeat"]);
        Assert.NotNull(stored.ProvisionUpdatedAt);
        Assert.Null(stored.Reservation);
        await BeatAsync(node, token);
        Assert.Equal(["created", "port_created", "agent_token", "agent"], await _conductor.EventsAsync(node));
    }

    [Fact]
    public async Task What_is_wrong_with_a_heartbeat_is_told_and_nothing_stored()
    {
        var node = await NodeAsync("wait call-back");
        var token = (await LookUpAsync(Address)).Config.AgentToken;
        (string Text, Action<HeartbeatRequest> Change)[] wrong =
        [
            ("callback_url", beat => beat.CallbackUrl = "ftp://192.0.2.9"),
            ("callback_url", beat => beat.CallbackUrl = "nonsense"),
            ("TLS", beat => beat.CallbackUrl = "http://192.0.2.9:9999"),
            ("token is required", beat => beat.ClearAgentToken()),
            ("missing agent token", beat => beat.AgentToken = "x"),
            ("missing agent token", beat => beat.AgentToken = ""),
            ("missing agent token", beat => beat.AgentToken = "******"),
            ("transmit a version", beat => beat.ClearAgentVersion()),
            ("start,end,error", beat => beat.AgentStatus = "nosuch"),
        ];
        foreach (var (text, change) in wrong)
        {
            var refusal = await Assert.ThrowsAsync<IronicException>(() => BeatAsync(node, token, change));
            Assert.Equal(ErrorReason.InvalidParameterValue, refusal.Reason);
            Assert.Contains(text, refusal.Message, StringComparison.Ordinal);
        }

        Assert.Null(AgentRecord.Read(await _conductor.ReadAsync(node)).Url);
        await BeatAsync(node, token, beat => beat.AgentVerifyCa = "PEM");
        await TestPorts.RefusedAsync(ErrorReason.InvalidParameterValue, () => BeatAsync(node, token, beat => beat.CallbackUrl = Url + "0"));
        await TestPorts.RefusedAsync(ErrorReason.InvalidParameterValue, () => BeatAsync(node, token, beat => beat.AgentVerifyCa = "another"));
        await TestPorts.RefusedAsync(ErrorReason.NodeNotFound, () => _heartbeats.TakeAsync(new HeartbeatRequest { Node = Guid.NewGuid().ToString() }, default));
        Assert.Equal(Url, AgentRecord.Read(await _conductor.ReadAsync(node)).Url);
    }

    [Fact]
    public async Task Without_a_token_of_the_node_every_token_is_wrong()
    {
        var node = await NodeAsync("wait call-back");

        await TestPorts.RefusedAsync(ErrorReason.InvalidParameterValue, () => BeatAsync(node, ""));
        await TestPorts.RefusedAsync(ErrorReason.InvalidParameterValue, () => BeatAsync(node, "x"));
    }

    [Fact]
    public async Task A_locked_node_refuses_the_first_heartbeat_and_passes_over_later_ones()
    {
        var node = await NodeAsync("wait call-back");
        var token = (await LookUpAsync(Address)).Config.AgentToken;
        await using (await _conductor.Tasks.OpenExclusiveAsync(node.Uuid, default))
            await TestPorts.RefusedAsync(ErrorReason.NodeLocked, () => BeatAsync(node, token));
        await BeatAsync(node, token);
        var before = await _conductor.ReadAsync(node);

        await using (await _conductor.Tasks.OpenExclusiveAsync(node.Uuid, default))
            await BeatAsync(node, token);

        Assert.Equal(before.DriverInternalInfo, (await _conductor.ReadAsync(node)).DriverInternalInfo);
    }

    [Fact]
    public async Task In_a_state_without_a_ramdisk_a_heartbeat_is_passed_over()
    {
        var node = await NodeAsync("active", row => row.DriverInternalInfo = """{"agent_secret_token": "t"}""");

        await BeatAsync(node, "t");

        Assert.Equal("""{"agent_secret_token": "t"}""", (await _conductor.ReadAsync(node)).DriverInternalInfo);
    }

    [Fact]
    public async Task Inspection_data_become_the_inventory_of_the_node_that_waits()
    {
        var node = await NodeAsync("inspect wait");

        var answer = await ContinueAsync(Inventory(Address), """{"logs":"x"}""");

        var stored = await _conductor.ReadAsync(node);
        Assert.Equal(("manageable", null, null), (stored.ProvisionState, stored.TargetProvisionState, stored.LastError));
        Assert.NotNull(stored.InspectionFinishedAt);
        Assert.True(AgentRecord.Read(stored).IsToken(answer.Config.AgentToken));
        Assert.Equal((node.Uuid, node.Uuid), (answer.Uuid, answer.Node.Uuid));
        var inventory = await new NodeInventoryStore(_storage.Database, _storage.Clock).FindAsync(node.Id, default);
        Assert.Equal((Inventory(Address), """{"logs":"x"}"""), (inventory!.Inventory, inventory.PluginData));
        await TestPorts.RefusedAsync(ErrorReason.NotFound, () => ContinueAsync(Inventory(Address)));
    }

    [Fact]
    public async Task An_agent_of_1_1_gets_no_token()
    {
        var node = await NodeAsync("inspect wait");

        var answer = await ContinueAsync(Inventory(Address), version: new Microversion(1));

        Assert.Equal((node.Uuid, null, null), (answer.Uuid, answer.Node, answer.Config));
        Assert.False(AgentRecord.Read(await _conductor.ReadAsync(node)).HasToken);
    }

    [Fact]
    public async Task An_error_of_the_ramdisk_fails_the_inspection()
    {
        var node = await NodeAsync("inspect wait");

        await ContinueAsync(Inventory(Address), """{"error":"no disk, password='x1y2'"}""");

        var stored = await _conductor.ReadAsync(node);
        Assert.Equal("inspect failed", stored.ProvisionState);
        Assert.Contains("no disk", stored.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain("x1y2", stored.LastError, StringComparison.Ordinal);
        Assert.Null(stored.InspectionFinishedAt);
    }

    [Fact]
    public async Task A_node_without_ports_is_found_by_its_management_controller_where_nothing_contradicts()
    {
        var found = await _conductor.InsertNodeAsync(node => (node.ProvisionState, node.DriverInternalInfo) = ("inspect wait", """{"lookup_bmc_addresses": ["192.0.2.1", "2001:db8::1"]}"""));
        var other = await NodeAsync("inspect wait", node => node.DriverInternalInfo = """{"lookup_bmc_addresses": ["192.0.2.2"]}""");

        await TestPorts.RefusedAsync(ErrorReason.NotFound, () => ContinueAsync(Inventory(Address, bmc: "192.0.2.1")));
        await TestPorts.RefusedAsync(ErrorReason.NotFound, () => ContinueAsync(Inventory(Address), nodeUuid: found.Uuid));
        await TestPorts.RefusedAsync(ErrorReason.NotFound, () => ContinueAsync(Inventory("52:54:00:00:0a:ff", bmc: "192.0.2.3")));

        Assert.Equal(found.Uuid, (await ContinueAsync(Inventory("52:54:00:00:0a:ff", bmc: "192.0.2.1"))).Uuid);
        Assert.Equal(other.Uuid, (await ContinueAsync(Inventory(Address, bmc: "192.0.2.2"), nodeUuid: other.Uuid)).Uuid);
    }

    [Theory]
    [InlineData("""{"interfaces": []}""")]
    [InlineData("""{"interfaces": {}}""")]
    [InlineData("""{"interfaces": [{}]}""")]
    [InlineData("""{"interfaces": [{"mac_address": 1}]}""")]
    [InlineData("""{"interfaces": [{"mac_address": "\ud800"}]}""")]
    [InlineData("""{"interfaces": [{"mac_address": "x"}], "bmc_address": 1}""")]
    [InlineData("""{"interfaces": [{"mac_address": "x"}]}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    public async Task What_is_no_inventory_is_refused(string inventory) =>
        await TestPorts.RefusedAsync(ErrorReason.InvalidParameterValue, () => ContinueAsync(inventory));

    private static string Inventory(string mac, string? bmc = null) =>
        $$"""{"interfaces": [{"mac_address": "{{mac}}", "speed": 1.50}], "bmc_address": {{(bmc is null ? "null" : $"\"{bmc}\"")}}}""";

    private Task<ContinueInspectionResponse> ContinueAsync(string inventory, string? pluginData = null, string? nodeUuid = null, Microversion? version = null)
    {
        var request = new ContinueInspectionRequest { Data = new InspectionData { Inventory = new Json { Text = inventory } } };
        if (pluginData is not null)
            request.Data.PluginData = new Json { Text = pluginData };
        if (nodeUuid is not null)
            request.NodeUuid = nodeUuid;
        return _inspection.ContinueAsync(request, version ?? Microversion.Newest, default);
    }

    private Task<LookupNodeResponse> LookUpAsync(params string[] addresses) => LookUpAsync(Microversion.Newest, addresses);

    private Task<LookupNodeResponse> LookUpAsync(Microversion version, params string[] addresses) =>
        _lookup.LookUpAsync(new LookupNodeRequest { Addresses = { addresses } }, version, default);

    private Task<LookupNodeResponse> LookUpAsync(LookupNodeRequest request) => _lookup.LookUpAsync(request, Microversion.Newest, default);

    // Ends when what was accepted is stored or passed over.
    private async Task BeatAsync(NodeRow node, string token, Action<HeartbeatRequest>? change = null)
    {
        var beat = new HeartbeatRequest { Node = node.Uuid, CallbackUrl = Url, AgentToken = token, AgentVersion = "11.0" };
        change?.Invoke(beat);
        await _heartbeats.TakeAsync(beat, default);
        await _lanes.Heartbeats.WhenIdleAsync(default);
    }

    private async Task<NodeRow> NodeAsync(string state, Action<NodeRow>? change = null)
    {
        var node = await _conductor.InsertNodeAsync(row =>
        {
            row.ProvisionState = state;
            change?.Invoke(row);
        });
        await InsertPortAsync(node, Address);
        return node;
    }

    private Task InsertPortAsync(NodeRow node, string address) => _storage.Ports.InsertAsync(
        new PortRow { Uuid = Guid.NewGuid().ToString(), CreatedAt = _storage.Clock.UtcNow, Address = address, NodeId = node.Id, NodeUuid = node.Uuid }, node, default);
}
