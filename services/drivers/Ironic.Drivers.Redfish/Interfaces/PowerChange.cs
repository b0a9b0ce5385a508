using System.Globalization;
using System.Net;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Resources;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>One operation that switches a machine.</summary>
internal sealed class PowerChange(RedfishSystem system, RedfishOptions options, TimeProvider time, IOperationProgress progress)
{
    private CancellationToken CancellationToken => system.Connection.CancellationToken;

    /// <summary>Switches, and waits until the machine is there. One that is there already stays as it is.</summary>
    /// <param name="goal">Where to.</param>
    /// <param name="timeout">How long that may take.</param>
    /// <param name="types">The resets that do it, the preferred one first.</param>
    /// <exception cref="RetryableException">It did not get there in time.</exception>
    public async Task SwitchAsync(PowerState goal, TimeSpan timeout, params string[] types)
    {
        await system.RefreshAsync();
        for (var attempt = 1; system.PowerState != goal; attempt++)
        {
            try
            {
                progress.Report($"Sending {types[0]}");
                await system.ResetAsync(types);
                break;
            }
            catch (RedfishRefusedException refused) when (refused.Status is HttpStatusCode.BadRequest or HttpStatusCode.Conflict)
            {
                // A machine that has got there by itself meanwhile is refused what it has.
                await system.RefreshAsync();
                if (system.PowerState == goal)
                    break;
                // One that has just been switched off cannot be switched on for some seconds.
                if (goal != PowerState.On || refused.Status != HttpStatusCode.Conflict || attempt >= options.PowerOnAttempts)
                    throw;
            }

            progress.Report($"The controller cannot switch the machine on yet, after {attempt} attempts");
            await Task.Delay(options.PowerOnRetryInterval, time, CancellationToken);
        }

        await WaitAsync(goal, timeout);
    }

    /// <summary>Restarts a machine that is on.</summary>
    public async Task RestartAsync(params string[] types)
    {
        progress.Report($"Sending {types[0]}");
        await system.ResetAsync(types);
    }

    /// <summary>Waits until the machine is in a state. One that is still on its way there when the time is over counts as there: some controllers never say more.</summary>
    /// <exception cref="RetryableException">It did not get there in time.</exception>
    public async Task WaitAsync(PowerState goal, TimeSpan timeout)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var elapsed = time.GetElapsedTime(started);
            if (await ReadAsync() is { } state && state.State == goal && (!state.IsSwitching || elapsed >= timeout))
                return;
            if (elapsed >= timeout)
                throw new RetryableException(string.Create(CultureInfo.InvariantCulture, $"The machine was not {goal} within {timeout.TotalSeconds:0.#} seconds."));
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"Waiting until the machine is {goal}, for {elapsed.TotalSeconds:0} seconds so far"));
            await Task.Delay(options.PollInterval, time, CancellationToken);
        }
    }

    private async Task<(PowerState State, bool IsSwitching)?> ReadAsync()
    {
        try
        {
            await system.RefreshAsync();
            return (system.PowerState, system.IsSwitching);
        }
        catch (DriverException exception) when (exception.Class is ErrorClass.Retryable or ErrorClass.BmcUnreachable)
        {
            // Many controllers are busy while their machine switches, or lose their link with it; the time that is left decides.
            return null;
        }
    }
}
