using System.ComponentModel;
using System.Globalization;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Resources;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>BIOS settings: those that a machine has, and changes, for which it is restarted.</summary>
internal sealed class RedfishBios(RedfishClient client, MachinePower power, TaskWaiter tasks, IOptions<RedfishOptions> options, TimeProvider time) : BiosInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => RedfishProperties.All;

    public override ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) => client.ValidateAsync(node);

    public override async ValueTask<IReadOnlyList<BiosSetting>> GetSettingsAsync(NodeContext node, CancellationToken cancellationToken) =>
        (await BiosSettings.ReadAsync(await client.GetSystemAsync(node, cancellationToken))).All;

    /// <summary>Sets BIOS settings.</summary>
    [Step(StepKinds.Clean | StepKinds.Deploy | StepKinds.Service, RequiresRamdisk = false, LongRunning = true, Description = "Sets BIOS settings and restarts the machine")]
    public async Task ApplyConfiguration(
        NodeContext node,
        IOperationProgress progress,
        [Description("The settings: each has a name and a value")] IReadOnlyList<WantedSetting> settings,
        CancellationToken cancellationToken)
    {
        var system = await client.GetSystemAsync(node, cancellationToken);
        var bios = await BiosSettings.ReadAsync(system);
        var wanted = bios.Check(settings);
        if (wanted.Count == 0 || (await bios.FindDifferentAsync(wanted)).Count == 0)
            return;
        progress.Report($"Setting {wanted.Count} BIOS settings");
        await bios.WriteAsync(wanted);
        await power.SwitchAsync(node, system, PowerTarget.Reboot, null, progress);
        var started = time.GetTimestamp();
        while (await FindDifferentAsync() is { Count: > 0 } different)
        {
            var elapsed = time.GetElapsedTime(started);
            if (elapsed >= options.Value.BiosTimeout)
            {
                throw new RetryableException(string.Create(
                    CultureInfo.InvariantCulture, $"These BIOS settings were not there {options.Value.BiosTimeout.TotalSeconds:0} seconds after the restart: {string.Join(", ", different)}."));
            }

            progress.Report(string.Create(CultureInfo.InvariantCulture, $"Waiting for {different.Count} BIOS settings, for {elapsed.TotalSeconds:0} seconds so far"));
            await Task.Delay(options.Value.PollInterval, time, cancellationToken);
        }

        async Task<IReadOnlyList<string>> FindDifferentAsync()
        {
            try
            {
                return await bios.FindDifferentAsync(wanted);
            }
            catch (DriverException exception) when (exception.Class is ErrorClass.Retryable or ErrorClass.BmcUnreachable)
            {
                // Controllers are busy while their machine starts; the time that is left decides.
                return ["all, for the controller does not say"];
            }
        }
    }

    /// <summary>Sets all BIOS settings to the maker's.</summary>
    [Step(StepKinds.Clean | StepKinds.Deploy | StepKinds.Service, RequiresRamdisk = false, LongRunning = true, Description = "Sets all BIOS settings to those of the maker and restarts the machine")]
    public async Task FactoryReset(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var system = await client.GetSystemAsync(node, cancellationToken);
        var bios = await BiosSettings.ReadAsync(system);
        var action = bios.ResetAction ?? throw new UnsupportedOperationException($"The controller of node {node.Uuid} cannot reset BIOS settings.");
        progress.Report("Resetting BIOS settings");
        var response = await system.Connection.PostAsync(action, []);
        await power.SwitchAsync(node, system, PowerTarget.Reboot, null, progress);
        await tasks.WaitAsync(system.Connection, response, options.Value.BiosTimeout, progress);
    }
}
