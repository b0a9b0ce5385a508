using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Periodic;

/// <summary>What reading the power of a node has come to.</summary>
/// <param name="State">As it is stored; null: the hardware cannot tell, or did not answer.</param>
/// <param name="Failure">Why it could not be read; null when it could.</param>
/// <param name="IsAnswer">Whether the hardware, or the lack of an answer of its, is what this is about; otherwise nobody could ask.</param>
internal sealed record PowerReading(string? State, string? Failure = null, bool IsAnswer = true);

/// <summary>Reads the power of nodes without their locks.</summary>
internal sealed class PowerReader(DriverCalls calls, IOptions<PowerSyncOptions> options)
{
    /// <param name="task">A shared task; its driver is loaded.</param>
    /// <param name="validate">Whether a node whose interface cannot work is not to be asked.</param>
    public async Task<PowerReading> ReadAsync(NodeTask task, bool validate, CancellationToken stopping)
    {
        try
        {
            await task.LoadDriverAsync(stopping);
            if (validate)
                await calls.ValidateAsync(task, InterfaceTypes.Get(Ironic.Driver.V1.InterfaceType.Power), stopping);
        }
        catch (IronicException e)
        {
            return new PowerReading(null, e.Message, IsAnswer: false);
        }

        try
        {
            var state = PowerStates.FromDriver(await calls.GetPowerStateAsync(task, stopping, options.Value.CallTimeout));
            return new PowerReading(state, state == PowerStates.Error ? "The hardware says that its power has failed." : null);
        }
        catch (IronicException e)
        {
            // The call was ended with the conductor.
            stopping.ThrowIfCancellationRequested();
            // A driver that is not there, has left in the middle, or cannot do it, says nothing about the machine.
            var isAnswer = e.Reason is not (ErrorReason.DriverUnavailable or ErrorReason.UnsupportedDriverExtension) && e.InnerException is not RpcException;
            return new PowerReading(null, e.Message, isAnswer);
        }
    }
}
