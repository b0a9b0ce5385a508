using System.Collections.Concurrent;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Health;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Cluster;

/// <summary>
/// Says that this conductor is alive and knows which others are. From that it computes which conductor serves a node: those of the node's
/// group that can reach a driver of its hardware type share the nodes by a hash ring.
/// </summary>
internal sealed partial class Membership(
    ConductorStore store, DriverRegistry drivers, ConductorIdentity self, ServiceHealth health, IOptions<ClusterOptions> options, Clock clock, ILogger<Membership> logger)
    : BackgroundService
{
    private const string DatabaseCondition = "database";

    private readonly SemaphoreSlim _wake = new(0, 1);
    private View _view = new([]);

    /// <summary>Hostnames of the live conductors that can reach a driver of the hardware type.</summary>
    public IReadOnlyList<string> HostsOf(string hardwareType) => Volatile.Read(ref _view).HostsOf(hardwareType);

    /// <summary>Hostname of the conductor that serves the node, or null when none can.</summary>
    public string? FindConductor(string hardwareType, string group, string nodeUuid) => Volatile.Read(ref _view).Find(hardwareType, group, nodeUuid);

    /// <summary>Whether a node of this conductor's group is its own by the ring: it does the node's periodic work.</summary>
    public bool Owns(string hardwareType, string nodeUuid) => FindConductor(hardwareType, self.Group, nodeUuid) == self.Hostname;

    /// <summary>Hostnames of the live conductors of a group that can reach a driver of the hardware type.</summary>
    public IEnumerable<string> FindGroup(string hardwareType, string group) => Volatile.Read(ref _view).FindGroup(hardwareType, group);

    /// <summary>Whether the conductor was alive at the last look.</summary>
    public bool IsMember(string hostname) => Volatile.Read(ref _view).Urls.ContainsKey(hostname);

    /// <summary>
    /// Whether nodes of a conductor group are for others to tidy up after: those of the group, who alone may reach what they need. When none of it is alive, anybody does.
    /// </summary>
    public bool IsForOthers(string group) => group != self.Group && Volatile.Read(ref _view).Groups.Contains(group);

    /// <summary>Where a live conductor is reached; null when there was none of that name at the last look.</summary>
    public string? FindUrl(string hostname) => Volatile.Read(ref _view).Urls.GetValueOrDefault(hostname);

    public bool IsAlive(ConductorRow conductor) => conductor.Online && conductor.UpdatedAt > clock.UtcNow - options.Value.HeartbeatTimeout;

    /// <summary>Registers the conductor and reads who else is there.</summary>
    public async Task BeatAsync(bool online, CancellationToken cancellationToken)
    {
        await store.HeartbeatAsync(online, drivers.HardwareTypes.Keys, cancellationToken);
        await RefreshAsync(cancellationToken);
    }

    /// <summary>Reads who else is there. What this conductor itself can reach it knows without asking.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var alive = (await store.ListAsync(cancellationToken)).Where(IsAlive).ToList();
        foreach (var row in alive.Where(row => row.Hostname == self.Hostname))
            row.Drivers = string.Join(',', drivers.HardwareTypes.Keys);
        Volatile.Write(ref _view, new View(alive));
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        drivers.Changed += Wake;
        await drivers.RefreshAsync(cancellationToken);
        await BeatAsync(true, cancellationToken);
        LogJoined(self.Hostname, self.Group);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        drivers.Changed -= Wake;
        await base.StopAsync(cancellationToken);
        await BeatAsync(false, cancellationToken);
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await _wake.WaitAsync(options.Value.HeartbeatInterval, stoppingToken);
            try
            {
                await BeatAsync(true, stoppingToken);
                health.Set(DatabaseCondition, true);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogBeatFailed(e);
                health.Set(DatabaseCondition, false, "the heartbeat could not be written");
                await Task.Delay(options.Value.HeartbeatInterval, clock.Provider, stoppingToken);
            }
        }
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // A beat is due already.
        }
    }

    [LoggerMessage(EventId = 1501, EventName = "ConductorJoined", Level = LogLevel.Information, Message = "Conductor {Hostname} joined the cluster in group '{Group}'")]
    private partial void LogJoined(string hostname, string group);

    [LoggerMessage(EventId = 1502, EventName = "HeartbeatFailed", Level = LogLevel.Error, Message = "The heartbeat failed")]
    private partial void LogBeatFailed(Exception exception);

    private sealed class View(IReadOnlyList<ConductorRow> alive)
    {
        private readonly Dictionary<string, string[]> _hosts = (
            from conductor in alive
            from type in conductor.Drivers.Split(',', StringSplitOptions.RemoveEmptyEntries)
            group conductor.Hostname by type).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);

        public Dictionary<string, string> Urls { get; } = alive.ToDictionary(conductor => conductor.Hostname, conductor => conductor.Url, StringComparer.Ordinal);

        public HashSet<string> Groups { get; } = alive.Select(conductor => conductor.ConductorGroup).ToHashSet(StringComparer.Ordinal);

        private readonly ConcurrentDictionary<(string Type, string Group), HashRing?> _rings = new();

        public string[] HostsOf(string type) => _hosts.GetValueOrDefault(type) ?? [];

        public string? Find(string type, string group, string key)
        {
            if (!_hosts.ContainsKey(type))
                return null;
            return _rings.GetOrAdd((type, group), static (ring, all) =>
            {
                var members = all.FindGroup(ring.Type, ring.Group).ToArray();
                return members.Length > 0 ? new HashRing(members) : null;
            }, this)?.Find(key);
        }

        public IEnumerable<string> FindGroup(string type, string group) =>
            alive.Where(conductor => conductor.ConductorGroup == group && HostsOf(type).Contains(conductor.Hostname)).Select(conductor => conductor.Hostname);
    }
}
