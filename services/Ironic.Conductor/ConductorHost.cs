using Ironic.Conductor.Allocations;
using Ironic.Conductor.Chassis;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Cluster.Forwarding;
using Ironic.Conductor.Deploy;
using Ironic.Conductor.DeployTemplates;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.ExternalEvents;
using Ironic.Conductor.Idempotency;
using Ironic.Conductor.InspectionRules;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Networks;
using Ironic.Conductor.NodeRecords;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Notifications;
using Ironic.Conductor.Periodic;
using Ironic.Conductor.Portgroups;
using Ironic.Conductor.Ports;
using Ironic.Conductor.Provisioning;
using Ironic.Conductor.Ramdisks;
using Ironic.Conductor.Runbooks;
using Ironic.Conductor.Sensors;
using Ironic.Conductor.Services;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Conductor.Traits;
using Ironic.Conductor.Vendor;
using Ironic.Conductor.Volumes;
using Ironic.Conductor.Watching;
using Ironic.Hosting;
using Ironic.Hosting.Endpoints;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor;

/// <summary>Puts the conductor together.</summary>
internal static class ConductorHost
{
    public static void AddConductor(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddIronicOptions<ConductorOptions>(ConductorOptions.Section);
        services.AddSingleton<IValidateOptions<ConductorOptions>, ConductorOptionsValidator>();
        services.AddIronicOptions<DatabaseOptions>(DatabaseOptions.Section);
        services.AddSingleton<IValidateOptions<DatabaseOptions>, DatabaseOptionsValidator>();
        services.AddIronicOptions<LaneOptions>(LaneOptions.Section);
        services.AddIronicOptions<TaskOptions>(TaskOptions.Section);
        services.AddIronicOptions<DriverOptions>(DriverOptions.Section);
        services.AddSingleton<IValidateOptions<DriverOptions>, DriverOptionsValidator>();
        services.AddIronicOptions<ClusterOptions>(ClusterOptions.Section)
            .Validate(o => o.HeartbeatTimeout >= 2 * o.HeartbeatInterval, "Cluster:HeartbeatTimeout must be at least twice Cluster:HeartbeatInterval.");
        services.AddIronicOptions<ProvisioningOptions>(ProvisioningOptions.Section);
        services.AddIronicOptions<StepOptions>(StepOptions.Section);
        services.AddIronicOptions<AllocationOptions>(AllocationOptions.Section);
        services.AddIronicOptions<ListOptions>(ListOptions.Section);
        services.AddIronicOptions<PortgroupOptions>(PortgroupOptions.Section);
        services.AddIronicOptions<RamdiskOptions>(RamdiskOptions.Section);
        services.AddIronicOptions<IdempotencyOptions>(IdempotencyOptions.Section);
        services.AddIronicOptions<JournalOptions>(JournalOptions.Section);
        services.AddIronicOptions<TimeoutOptions>(TimeoutOptions.Section);
        services.AddIronicOptions<PowerSyncOptions>(PowerSyncOptions.Section);
        services.AddIronicOptions<SlaOptions>(SlaOptions.Section);
        services.AddSingleton<IValidateOptions<SlaOptions>, SlaOptionsValidator>();
        services.AddIronicOptions<SensorOptions>(SensorOptions.Section);
        services.AddIronicOptions<WatchOptions>(WatchOptions.Section);
        services.AddIronicOptions<NotificationOptions>(NotificationOptions.Section);
        services.AddSingleton<IValidateOptions<NotificationOptions>, NotificationOptionsValidator>();

        services.AddSingleton<Clock>();
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<ConductorOptions>>().Value;
            return new ConductorIdentity(options.Hostname, options.Group.ToLowerInvariant(), options.Url);
        });
        AddStorage(services);
        services.AddLocks();
        services.AddMetrics();
        services.AddSingleton<ConductorMetrics>();
        services.AddSingleton<ConductorLanes>();
        services.AddSingleton<TaskManager>();
        services.AddSingleton<DriverConnector>();
        services.AddSingleton<DriverRegistry>();
        services.AddSingleton<BuiltInPower>();
        services.AddSingleton<BuiltInValidation>();
        services.AddSingleton<DriverCalls>();
        services.AddSingleton<ManagementCalls>();
        services.AddSingleton<ConsoleCalls>();
        services.AddSingleton<Membership>();
        services.AddSingleton<ConductorChannels>();
        services.AddSingleton<ForwardingInterceptor>();
        services.AddSingleton<VendorPassthru>();
        AddNodes(services);
        AddProvisioning(services);
        AddChassis(services);
        AddNodeRecords(services);
        AddDeployTemplates(services);
        AddRunbooks(services);
        AddInspectionRules(services);
        AddAllocations(services);
        AddPorts(services);
        AddRamdisks(services);
        AddVolumes(services);
        AddWatching(services);
        AddNotifications(services);

        // In this order: the schema, who is there, then what works on it.
        services.AddHostedService<MigrationRunner>();
        services.AddHostedService(provider => provider.GetRequiredService<Membership>());
        services.AddHostedService(provider => provider.GetRequiredService<DriverRegistry>());
        services.AddHostedService<KnownDrivers>();
        services.AddPeriodicWork<InterruptedWork, TaskOptions>("interrupted-work", options => options.InterruptedWorkInterval, (work, stopping) => work.GoOnAsync(stopping), FirstRun.AtStart);
        // Where one look is enough, what a former run left behind is gone before the first request comes.
        services.AddPeriodicWork<StaleLockSweeper, TaskOptions>("stale-locks", options => options.StaleLockInterval, (locks, stopping) => locks.SweepAsync(stopping), FirstRun.BeforeRequests);
        services.AddPeriodicWork<OrphanAllocations, AllocationOptions>("orphan-allocations", options => options.OrphanInterval, (orphans, stopping) => orphans.TakeUpAsync(stopping), FirstRun.AtStart);
        services.AddHostedService(provider => provider.GetRequiredService<DetachedSteps>());
        services.AddPeriodicWork<WaitTimeouts, TimeoutOptions>("wait-timeouts", options => options.CheckInterval, (timeouts, stopping) => timeouts.SweepAsync(stopping));
        services.AddPeriodicWork<QueuedVerbs, ProvisioningOptions>("queued-verbs", options => options.QueueInterval, (queue, stopping) => queue.BeginNextAsync(stopping));
        services.AddPeriodicWork<PowerSync, PowerSyncOptions>("power-sync", options => options.Interval, (power, stopping) => power.SweepAsync(stopping));
        services.AddPeriodicWork<PowerRecovery, PowerSyncOptions>("power-recovery", options => options.RecoveryInterval, (power, stopping) => power.SweepAsync(stopping));
        services.AddPeriodicWork<SlaCount, SlaOptions>("above-sla", options => options.CountInterval, (count, stopping) => count.CountAsync(stopping));
        services.AddPeriodicWork<SensorSweep, SensorOptions>("sensors", options => options.Interval, (sensors, stopping) => sensors.SweepAsync(stopping));
        services.AddPeriodicWork<ConsoleRestarts, DriverOptions>("consoles", options => options.ConsoleInterval, (consoles, stopping) => consoles.SweepAsync(stopping));
        services.AddPeriodicWork<IdempotencyStore, IdempotencyOptions>("expired-idempotency-keys", options => options.SweepInterval, (keys, stopping) => keys.RemoveExpiredAsync(stopping));
        services.AddHostedService(provider => provider.GetRequiredService<JournalFollower>());
        services.AddHostedService<NotificationDelivery>();
        services.AddPeriodicWork<JournalPurge, JournalOptions>("journal-purge", options => options.PurgeInterval, (journal, stopping) => journal.PurgeAsync(stopping), FirstRun.AtStart);
        // They stop the other way round: first the work that was accepted ends.
        services.AddHostedService<LaneDrain>();

        builder.AddIronicGrpc(options =>
        {
            options.Interceptors.Add<BackendErrorInterceptor>();
            options.Interceptors.Add<ForwardingInterceptor>();
            options.Interceptors.Add<ReadMaskInterceptor>();
            options.Interceptors.Add<KeyedCreationInterceptor>();
        });
        builder.ListenHttp2(provider => provider.GetRequiredService<IOptions<ConductorOptions>>().Value.Url);
    }

    public static void MapConductor(this WebApplication app)
    {
        app.MapGrpcService<NodeGrpcService>();
        app.MapGrpcService<NodeManagementGrpcService>();
        app.MapGrpcService<ChassisGrpcService>();
        app.MapGrpcService<NodeTraitGrpcService>();
        app.MapGrpcService<NodeHistoryGrpcService>();
        app.MapGrpcService<NodeBiosGrpcService>();
        app.MapGrpcService<NodeFirmwareGrpcService>();
        app.MapGrpcService<NodeInventoryGrpcService>();
        app.MapGrpcService<NodeVifGrpcService>();
        app.MapGrpcService<NodeVirtualMediaGrpcService>();
        app.MapGrpcService<RamdiskGrpcService>();
        app.MapGrpcService<EventGrpcService>();
        app.MapGrpcService<DeployTemplateGrpcService>();
        app.MapGrpcService<RunbookGrpcService>();
        app.MapGrpcService<InspectionRuleGrpcService>();
        app.MapGrpcService<AllocationGrpcService>();
        app.MapGrpcService<PortGrpcService>();
        app.MapGrpcService<PortgroupGrpcService>();
        app.MapGrpcService<VolumeGrpcService>();
        app.MapGrpcService<ShardGrpcService>();
        app.MapGrpcService<WatchGrpcService>();
        app.MapGrpcService<DriverGrpcService>();
        app.MapGrpcService<ConductorGrpcService>();
        app.MapGrpcService<DriverRegistryGrpcService>();
        app.MapIronicHealth();
    }

    private static void AddStorage(IServiceCollection services)
    {
        services.AddSingleton<Database>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<DatabaseOptions>>().Value;
            return options.Provider == "postgresql" ? new PostgresDatabase(options.ConnectionString) : new SqliteDatabase(options.ConnectionString);
        });
        services.AddSingleton<Migrations>();
        services.AddSingleton<JournalContinuity>();
        services.AddSingleton<JournalSignal>();
        services.AddSingleton<Journal>();
        services.AddSingleton<JournalReader>();
        services.AddSingleton<JournalPurge>();
        services.AddSingleton<NodeStore>();
        services.AddSingleton<NodeListing>();
        services.AddSingleton<ChassisStore>();
        services.AddSingleton<NodeTraitStore>();
        services.AddSingleton<NodeHistoryStore>();
        services.AddSingleton<BiosSettingStore>();
        services.AddSingleton<FirmwareStore>();
        services.AddSingleton<NodeInventoryStore>();
        services.AddSingleton<RamdiskNodes>();
        services.AddSingleton<IdempotencyStore>();
        services.AddSingleton<VerbQueueStore>();
        services.AddSingleton<KeyedCreationInterceptor>();
        services.AddSingleton<DeployTemplateStore>();
        services.AddSingleton<RunbookStore>();
        services.AddSingleton<InspectionRuleStore>();
        services.AddSingleton<AllocationStore>();
        services.AddSingleton<CandidateNodes>();
        services.AddSingleton<WaitingNodes>();
        services.AddSingleton<PowerNodes>();
        services.AddSingleton<SensorNodes>();
        services.AddSingleton<ConsoleNodes>();
        services.AddSingleton<SlaNodes>();
        services.AddSingleton<PortStore>();
        services.AddSingleton<PortgroupStore>();
        services.AddSingleton<VolumeConnectorStore>();
        services.AddSingleton<VolumeTargetStore>();
        services.AddSingleton<ShardStore>();
        services.AddSingleton<ConductorStore>();
        services.AddSingleton<DriverStore>();
    }

    private static void AddNodeRecords(IServiceCollection services)
    {
        services.AddSingleton<NodeTraits>();
        services.AddSingleton<NodeHistory>();
        services.AddSingleton<NodeBios>();
        services.AddSingleton<NodeFirmware>();
        services.AddSingleton<NodeInventories>();
        services.AddSingleton<NodeTraitGrpcService>();
        services.AddSingleton<NodeHistoryGrpcService>();
        services.AddSingleton<NodeBiosGrpcService>();
        services.AddSingleton<NodeFirmwareGrpcService>();
        services.AddSingleton<NodeInventoryGrpcService>();
    }

    private static void AddDeployTemplates(IServiceCollection services)
    {
        services.AddSingleton<DeployTemplateCatalog>();
        services.AddSingleton<DeployTemplateGrpcService>();
    }

    private static void AddRunbooks(IServiceCollection services)
    {
        services.AddSingleton<RunbookCatalog>();
        services.AddSingleton<RunbookGrpcService>();
    }

    private static void AddInspectionRules(IServiceCollection services)
    {
        services.AddSingleton<InspectionRuleCatalog>();
        services.AddSingleton<InspectionRuleGrpcService>();
    }

    private static void AddAllocations(IServiceCollection services)
    {
        services.AddSingleton<AllocationCatalog>();
        services.AddSingleton<AllocationCreation>();
        services.AddSingleton<AllocationBackfill>();
        services.AddSingleton<AllocationRemoval>();
        services.AddSingleton<NodeAllocator>();
        services.AddSingleton<OrphanAllocations>();
        services.AddSingleton<AllocationGrpcService>();
    }

    private static void AddNodes(IServiceCollection services)
    {
        services.AddSingleton<NodeMapper>();
        services.AddSingleton<NodeLists>();
        services.AddSingleton<NodeReferences>();
        services.AddSingleton<NodeCreation>();
        services.AddSingleton<NodeUpdate>();
        services.AddSingleton<NodeRemoval>();
        services.AddSingleton<NodeValidation>();
        services.AddSingleton<NodeMaintenance>();
        services.AddSingleton<NodeBootDevice>();
        services.AddSingleton<BackgroundWork>();
        services.AddSingleton<NodeBootMode>();
        services.AddSingleton<NodeInterrupt>();
        services.AddSingleton<NodeIndicators>();
        services.AddSingleton<NodeRaidConfig>();
        services.AddSingleton<NodeConsole>();
        services.AddSingleton<NodeVirtualMedia>();
        services.AddSingleton<NodeVirtualMediaGrpcService>();
        services.AddSingleton<NodeVifs>();
        services.AddSingleton<NodeVifGrpcService>();
        services.AddSingleton<NodeManagementGrpcService>();
        services.AddSingleton<InterruptedWork>();
        services.AddSingleton<StaleLockSweeper>();
        services.AddSingleton<NodeGrpcService>();
        services.AddSingleton<DriverGrpcService>();
        services.AddSingleton<ConductorGrpcService>();
        services.AddSingleton<DriverRegistryGrpcService>();
    }

    internal static void AddProvisioning(IServiceCollection services)
    {
        services.AddSingleton<BootCalls>();
        services.AddSingleton<IOwnDeployInterface, RamdiskDeploy>();
        services.AddSingleton<OwnDeployInterfaces>();
        services.AddSingleton<FlowCalls>();
        services.AddSingleton<StepCalls>();
        services.AddSingleton<PowerSwitch>();
        services.AddSingleton<Transitions>();
        services.AddSingleton<ProvisionWork>();
        services.AddSingleton<ConcurrencyLimits>();
        services.AddSingleton<VerbQueue>();
        services.AddSingleton<QueuedVerbs>();
        services.AddSingleton<GivenSteps>();
        services.AddSingleton<HardwareRecords>();
        services.AddSingleton<StepCatalog>();
        services.AddSingleton<StepValidation>();
        services.AddSingleton<ChildSteps>();
        services.AddSingleton<DetachedSteps>();
        services.AddSingleton<StepRunner>();
        services.AddSingleton<StepContinuation>();
        services.AddSingleton<StepRecovery>();
        services.AddSingleton<CleaningFlow>();
        services.AddSingleton<DeploymentFlow>();
        services.AddSingleton<ServiceFlow>();
        services.AddSingleton<IStepFlow>(provider => provider.GetRequiredService<CleaningFlow>());
        services.AddSingleton<IStepFlow>(provider => provider.GetRequiredService<DeploymentFlow>());
        services.AddSingleton<IStepFlow>(provider => provider.GetRequiredService<ServiceFlow>());
        services.AddSingleton<TearDown>();
        services.AddSingleton<Verification>();
        services.AddSingleton<Inspection>();
        services.AddSingleton<Rescue>();
        services.AddSingleton<Adoption>();
        services.AddSingleton<Abortion>();
        services.AddSingleton<NodeProvisioning>();
        services.AddSingleton<WaitTimeouts>();
        services.AddSingleton<NodePower>();
        services.AddSingleton<OwnNodes>();
        services.AddSingleton<PowerReader>();
        services.AddSingleton<MachineStates>();
        services.AddSingleton<PowerReconciler>();
        services.AddSingleton<PowerSync>();
        services.AddSingleton<ConsoleRestarts>();
        services.AddSingleton<PowerRecovery>();
        services.AddSingleton<StateLimits>();
        services.AddSingleton<SlaCount>();
        services.AddSingleton<SensorReadings>();
        services.AddSingleton<SensorSweep>();
    }

    private static void AddRamdisks(IServiceCollection services)
    {
        services.AddSingleton<RamdiskLookup>();
        services.AddSingleton<Heartbeats>();
        services.AddSingleton<InspectionIntake>();
        services.AddSingleton<RamdiskGrpcService>();
        services.AddSingleton<ExternalEventLog>();
        services.AddSingleton<EventGrpcService>();
    }

    private static void AddChassis(IServiceCollection services)
    {
        services.AddSingleton<ChassisCollection>();
        services.AddSingleton<ChassisGrpcService>();
    }

    private static void AddPorts(IServiceCollection services)
    {
        services.AddSingleton<PortRules>();
        services.AddSingleton<PortLists>();
        services.AddSingleton<PortCreation>();
        services.AddSingleton<PortUpdate>();
        services.AddSingleton<PortGrpcService>();
        services.AddSingleton<PortgroupLists>();
        services.AddSingleton<PortgroupCreation>();
        services.AddSingleton<PortgroupUpdate>();
        services.AddSingleton<PortgroupGrpcService>();
    }

    private static void AddVolumes(IServiceCollection services)
    {
        services.AddSingleton<VolumeConnectors>();
        services.AddSingleton<VolumeTargets>();
        services.AddSingleton<VolumeGrpcService>();
        services.AddSingleton<ShardGrpcService>();
    }

    private static void AddWatching(IServiceCollection services)
    {
        services.AddSingleton<JournalFollower>();
        services.AddSingleton<JournalWatch>();
        services.AddSingleton<WatchGrpcService>();
    }

    private static void AddNotifications(IServiceCollection services)
    {
        services.AddSingleton<DeliveryStore>();
        services.AddSingleton<WebhookSink>();
        services.AddSingleton<RedisStreamSink>();
        services.AddSingleton<IEnumerable<INotificationSink>>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<NotificationOptions>>().Value;
            var sinks = new List<INotificationSink>();
            if (options.WebhookUrl is not null)
                sinks.Add(provider.GetRequiredService<WebhookSink>());
            if (options.RedisConfiguration is not null)
                sinks.Add(provider.GetRequiredService<RedisStreamSink>());
            return sinks;
        });
    }
}
