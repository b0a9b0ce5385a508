using System.Globalization;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Commands;

namespace Ironic.Drivers.Ipmi.Interfaces;

/// <summary>One operation that switches a machine. It lets others have the BMC between its commands.</summary>
internal sealed class PowerChange(NodeContext node, IpmiClient client, TimeSpan pollInterval, TimeProvider time, IOperationProgress progress, CancellationToken cancellationToken)
{
    /// <summary>Switches, and waits until the machine is there. One that is there already stays as it is.</summary>
    /// <exception cref="RetryableException">It did not get there in time.</exception>
    public async Task SwitchAsync(ChassisAction action, PowerState goal, TimeSpan timeout)
    {
        if (await client.UseAsync(node, ChassisCommands.GetPowerStateAsync, cancellationToken) == goal)
            return;
        progress.Report($"Sending {action}");
        await client.UseAsync(node, channel => channel.ControlAsync(action), cancellationToken);
        await WaitAsync(goal, timeout);
    }

    /// <summary>Resets a machine that is on.</summary>
    public Task ResetAsync()
    {
        progress.Report("Sending HardReset");
        return client.UseAsync(node, channel => channel.ControlAsync(ChassisAction.HardReset), cancellationToken);
    }

    /// <summary>Waits until the machine is in a state.</summary>
    /// <exception cref="RetryableException">It did not get there in time.</exception>
    public async Task<PowerState> WaitAsync(PowerState goal, TimeSpan timeout)
    {
        var started = time.GetTimestamp();
        while (await ReadAsync() != goal)
        {
            var elapsed = time.GetElapsedTime(started);
            if (elapsed >= timeout)
                throw new RetryableException(string.Create(CultureInfo.InvariantCulture, $"The machine was not {goal} within {timeout.TotalSeconds:0.#} seconds."));
            progress.Report(string.Create(CultureInfo.InvariantCulture, $"Waiting until the machine is {goal}, for {elapsed.TotalSeconds:0} seconds so far"));
            await Task.Delay(pollInterval, time, cancellationToken);
        }

        return goal;
    }

    private async Task<PowerState> ReadAsync()
    {
        try
        {
            return await client.UseAsync(node, ChassisCommands.GetPowerStateAsync, cancellationToken);
        }
        catch (DriverException e) when (e is RetryableException or BmcUnreachableException)
        {
            // Many BMCs are busy while the machine switches, or lose their link with it; the time that is left decides.
            return PowerState.Unknown;
        }
    }
}
