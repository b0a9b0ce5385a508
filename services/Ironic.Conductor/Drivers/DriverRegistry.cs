using System.Collections.Frozen;
using Google.Protobuf;
using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Drivers;

/// <summary>
/// The live driver processes, as the database knows them. A driver registers with any conductor; the others read of it here, within the
/// refresh interval or at once when they are asked for a hardware type that they do not know.
/// </summary>
internal sealed partial class DriverRegistry(
    DriverStore store, DriverConnector connector, ConductorIdentity self, IOptions<DriverOptions> options, Clock clock, ILogger<DriverRegistry> logger) : BackgroundService
{
    private static readonly JsonParser InfoParser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    // Numbers in place of names: a conductor of an older revision reads it, too, and does not know the names that came later.
    private static readonly JsonFormatter InfoFormatter = new(JsonFormatter.Settings.Default.WithFormatEnumsAsIntegers(true));

    private readonly DriverIdentities _identities = new(options);
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private LiveDrivers _live = new([], new DriverIdentities(options));
    private long _missRefreshedAt;

    /// <summary>Raised when the set of hardware types has changed.</summary>
    public event Action? Changed;

    /// <summary>The hardware types that live drivers serve for the nodes of this conductor's group, by name.</summary>
    public FrozenDictionary<string, HardwareTypeInfo> HardwareTypes => Live.Of(self.Group);

    /// <summary>The hardware types that live drivers serve for any node: each as this conductor's group has it, or else as another one has.</summary>
    public IReadOnlyList<HardwareTypeInfo> AllHardwareTypes => Live.All(self.Group);

    private LiveDrivers Live => Volatile.Read(ref _live);

    /// <summary>The hardware type as this conductor's group has it, or else as another one has; null when no live driver serves it.</summary>
    public async ValueTask<HardwareTypeInfo?> FindAsync(string hardwareType, CancellationToken cancellationToken)
    {
        if (Live.Find(self.Group, hardwareType) is { } found)
            return found;
        await RefreshAfterMissAsync(cancellationToken);
        return Live.Find(self.Group, hardwareType);
    }

    /// <summary>
    /// The hardware type of a node as the node's conductor group has it, or null when no live driver serves it there. Whether live drivers serve all of the
    /// node's interfaces is another matter.
    /// </summary>
    public async ValueTask<HardwareTypeInfo?> FindAsync(NodeRow node, CancellationToken cancellationToken)
    {
        if (Live.Of(node.ConductorGroup).TryGetValue(node.Driver, out var found) && !found.LacksProcess(node))
            return found;
        await RefreshAfterMissAsync(cancellationToken);
        return Live.Of(node.ConductorGroup).GetValueOrDefault(node.Driver);
    }

    /// <summary>The live driver process of this start; null when it is gone.</summary>
    public RegisteredDriver? FindInstance(string instanceId) =>
        Live.ByLease.Values.FirstOrDefault(driver => driver.Info.InstanceId == instanceId);

    /// <summary>Takes a driver in.</summary>
    /// <returns>The lease.</returns>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE; FORBIDDEN when a hardware type is bound to others; DUPLICATE_NAME when a live driver of another name serves one of its hardware types for nodes of the same conductor group.</exception>
    public async Task<string> RegisterAsync(DriverInfo info, string endpoint, CancellationToken cancellationToken)
    {
        DriverInfoRules.Check(info);
        _identities.CheckEndpoint(info, endpoint);
        await RefreshAsync(cancellationToken);
        var groups = new ServedGroups(info);
        foreach (var other in Live.ByLease.Values.Where(other => other.Ready && other.Name != info.Name && other.Groups.Meet(groups)))
        {
            if (other.Info.HardwareTypes.Select(hardware => hardware.Name).Intersect(info.HardwareTypes.Select(hardware => hardware.Name)).FirstOrDefault() is { } taken)
                throw new IronicException(ErrorReason.DuplicateName, $"Hardware type {taken} is served by the driver {other.Name} already; {info.Name} cannot serve it, too.");
        }

        await connector.VerifyAsync(info, endpoint, cancellationToken);
        var row = new DriverRow
        {
            Key = DriverRow.KeyOf(info),
            LeaseId = Guid.NewGuid().ToString(),
            Endpoint = endpoint,
            InstanceId = info.InstanceId,
            Info = InfoFormatter.Format(info),
            Ready = true,
            ExpiresAt = clock.UtcNow + options.Value.LeaseDuration,
        };
        await store.PutAsync(row, cancellationToken);
        LogRegistered(info.Name, info.Version, endpoint, string.Join(", ", info.HardwareTypes.Select(h => h.Name)), groups);
        if (DriverInfoRules.FindLeftOut(info) is { Count: > 0 } leftOut)
            LogLeftOut(info.Name, string.Join(", ", leftOut));
        await RefreshAsync(cancellationToken);
        return row.LeaseId;
    }

    /// <summary>The live lease of a driver process, whoever registered it; null when there is none.</summary>
    public async Task<string?> FindLeaseAsync(string endpoint, string instanceId, CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        return Live.ByLease.Values.FirstOrDefault(d => d.Endpoint == endpoint && d.Info.InstanceId == instanceId)?.LeaseId;
    }

    /// <summary>False when the lease is over: the driver must register again.</summary>
    public async Task<bool> RenewAsync(string leaseId, bool ready, CancellationToken cancellationToken)
    {
        var renewed = await store.RenewAsync(leaseId, ready, clock.UtcNow + options.Value.LeaseDuration, cancellationToken);
        if (renewed && !ready)
            await RefreshAsync(cancellationToken);
        return renewed;
    }

    public async Task DeregisterAsync(string leaseId, CancellationToken cancellationToken)
    {
        await store.RemoveAsync(leaseId, cancellationToken);
        await RefreshAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _refreshing.Dispose();
        base.Dispose();
    }

    /// <summary>Brings this conductor's view up to date with the database.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            var before = _live;
            var drivers = new List<RegisteredDriver>();
            var changed = false;
            foreach (var row in await store.ListAliveAsync(cancellationToken))
            {
                var driver = before.ByLease.GetValueOrDefault(row.LeaseId) ?? await ConnectAsync(row, cancellationToken);
                if (driver is null)
                    continue;
                changed |= driver.Ready != row.Ready;
                driver.Ready = row.Ready;
                drivers.Add(driver);
            }

            if (!changed && drivers.Count == before.ByLease.Count && drivers.TrueForAll(d => before.ByLease.ContainsKey(d.LeaseId)))
                return;
            var after = new LiveDrivers(drivers, _identities);
            foreach (var gone in before.ByLease.Values.Where(d => !after.ByLease.ContainsKey(d.LeaseId)))
            {
                LogGone(gone.Name, gone.Endpoint);
                connector.Retire(gone);
            }

            Volatile.Write(ref _live, after);
        }
        finally
        {
            _refreshing.Release();
        }

        Changed?.Invoke();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.RefreshInterval, clock.Provider);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RefreshAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // The last view stays good until the database answers again.
                LogRefreshFailed(e);
            }
        }
    }

    // Another conductor may have taken in by now what is missing.
    private async ValueTask RefreshAfterMissAsync(CancellationToken cancellationToken)
    {
        // A flood of requests for what there is not must not become a flood of queries.
        var last = Volatile.Read(ref _missRefreshedAt);
        if (last == 0 || clock.Provider.GetElapsedTime(last) >= TimeSpan.FromMilliseconds(200))
        {
            Volatile.Write(ref _missRefreshedAt, clock.Provider.GetTimestamp());
            await RefreshAsync(cancellationToken);
        }
    }

    private async Task<RegisteredDriver?> ConnectAsync(DriverRow row, CancellationToken cancellationToken)
    {
        if (await store.FindInfoAsync(row.LeaseId, cancellationToken) is not { } info)
            return null;
        return connector.Connect(row.LeaseId, row.Endpoint, InfoParser.Parse<DriverInfo>(info));
    }

    [LoggerMessage(EventId = 1301, EventName = "DriverRegistered", Level = LogLevel.Information, Message = "Driver {Driver} {Version} registered at {Endpoint} for {HardwareTypes} of {Groups}")]
    private partial void LogRegistered(string driver, string version, string endpoint, string hardwareTypes, ServedGroups groups);

    [LoggerMessage(EventId = 1302, EventName = "DriverGone", Level = LogLevel.Warning, Message = "Driver {Driver} at {Endpoint} is gone")]
    private partial void LogGone(string driver, string endpoint);

    [LoggerMessage(EventId = 1303, EventName = "DriverRefreshFailed", Level = LogLevel.Warning, Message = "The registrations of drivers could not be read")]
    private partial void LogRefreshFailed(Exception exception);

    [LoggerMessage(EventId = 1304, EventName = "InterfacesLeftOut", Level = LogLevel.Information, Message = "Driver {Driver} names interfaces that neither it nor this conductor has; nodes cannot have them: {Interfaces}")]
    private partial void LogLeftOut(string driver, string interfaces);
}
