using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Resources;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>The management of Dell's servers: as <see cref="RedfishManagement"/>, and what their controllers (iDRAC) have besides.</summary>
internal sealed class IdracManagement(
    RedfishClient client,
    BootDeviceMemory bootDevices,
    BootModes bootModes,
    SecureBoot secureBoot,
    VirtualMedia virtualMedia,
    FirmwareUpdater firmware,
    SensorReader sensors,
    IOptions<RedfishOptions> options,
    TimeProvider time) : RedfishManagement(client, bootDevices, bootModes, secureBoot, virtualMedia, firmware, sensors, options, time)
{
    private const string AllJobs = "JID_CLEARALL";
    private const string AllJobsByForce = "JID_CLEARALL_FORCE";

    private readonly FirmwareUpdater _firmware = firmware;

    /// <summary>Removes the jobs that wait at the controller.</summary>
    [Step(StepKinds.Clean | StepKinds.Verify, RequiresRamdisk = false, Description = "Removes all jobs that wait at the controller")]
    public async Task ClearJobQueue(NodeContext node, CancellationToken cancellationToken) => await ClearJobsAsync(await Client.GetSystemAsync(node, cancellationToken), AllJobs);

    /// <summary>Restarts the controller.</summary>
    [Step(StepKinds.Clean | StepKinds.Verify, RequiresRamdisk = false, Description = "Restarts the controller and waits until it answers again")]
    public async Task ResetIdrac(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        await ResetAsync(node, await Client.GetSystemAsync(node, cancellationToken), progress);

    /// <summary>Restarts the controller and removes the jobs that wait there.</summary>
    [Step(StepKinds.Clean | StepKinds.Verify, RequiresRamdisk = false, Description = "Restarts the controller, and removes all jobs that wait there by force")]
    public async Task KnownGoodState(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var system = await Client.GetSystemAsync(node, cancellationToken);
        await ResetAsync(node, system, progress);
        await ClearJobsAsync(system, AllJobsByForce);
    }

    private static async Task ClearJobsAsync(RedfishSystem system, string jobs)
    {
        var manager = await system.GetManagerAsync();
        var link = FindLink(manager, "DellJobService") ?? throw new UnsupportedOperationException($"The controller {manager} is none of Dell's, or too old: it has no DellJobService.");
        var service = await system.Connection.GetAsync(link);
        await system.Connection.PostAsync(service.RequireAction("DellJobService.DeleteJobQueue"), new JsonObject { ["JobID"] = jobs });
    }

    private async Task ResetAsync(NodeContext node, RedfishSystem system, IOperationProgress progress)
    {
        progress.Report("Restarting the controller");
        var manager = await system.GetManagerAsync();
        if (FindLink(manager, "DelliDRACCardService") is { } card)
        {
            var service = await system.Connection.GetAsync(card);
            await system.Connection.PostAsync(service.RequireAction("DelliDRACCardService.iDRACReset"), new JsonObject { ["Force"] = "Graceful" });
        }
        else
        {
            await system.Connection.PostAsync(manager.RequireAction("Manager.Reset"), new JsonObject { ["ResetType"] = "GracefulRestart" });
        }

        // It answers for some seconds before it goes.
        await Task.Delay(Options.TaskPollInterval, Time, system.Connection.CancellationToken);
        await _firmware.WaitForControllerAsync(system, Client.Read(node).UnresponsiveControllerWait ?? Options.UnresponsiveControllerWait, progress);
    }

    private static string? FindLink(RedfishResource manager, string name) => manager.Json.Link("Links", "Oem", "Dell", name) ?? manager.Json.Link("Oem", "Dell", name);
}
