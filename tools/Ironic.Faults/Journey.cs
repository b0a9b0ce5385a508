using Ironic.Api.V1;
using Ironic.Client;

namespace Ironic.Faults;

/// <summary>
/// One node's way: up to available, then active and back to available, again and again. After a setback it does what an operator would do;
/// a call that was not answered is judged by what has become of the node.
/// </summary>
internal sealed class Journey(IronicClient client, string node, Tally tally, Random random)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private bool _wasActive;

    /// <summary>The state in which the node was last seen.</summary>
    public ProvisionState State { get; private set; }

    public string Node => node;

    /// <summary>Goes on until the node is available, has made a round, and <paramref name="isEnough"/>.</summary>
    public async Task RunAsync(Func<bool> isEnough, CancellationToken cancellationToken)
    {
        var rounds = 0;
        while (true)
        {
            if (await TryAsync(() => client.GetNodeAsync(node, ["provision_state", "maintenance", "reservation"], cancellationToken)) is { } seen)
            {
                var changed = seen.ProvisionState != State;
                State = seen.ProvisionState;
                if (changed && IsSetback(State))
                    tally.Setback(State);
                if (State == ProvisionState.Active)
                    _wasActive = true;
                if (State == ProvisionState.Available && _wasActive)
                {
                    (_wasActive, rounds) = (false, rounds + 1);
                    tally.Round();
                }

                if (State == ProvisionState.Available && rounds > 0 && !seen.HasReservation && isEnough())
                    return;
                if (!seen.HasReservation && await GoOnAsync(seen, cancellationToken))
                    continue;
            }

            // Spread, so that they do not all ask in the same moment.
            await Task.Delay(Pause * (0.5 + random.NextDouble()), cancellationToken);
        }
    }

    private static bool IsSetback(ProvisionState state) =>
        state is ProvisionState.Error or ProvisionState.DeployFailed or ProvisionState.CleanFailed;

    /// <returns>Whether something was asked for, so that another look is worth while.</returns>
    private async Task<bool> GoOnAsync(Node seen, CancellationToken cancellationToken)
    {
        if (seen.Maintenance)
        {
            return await TryAsync(async () => await client.Nodes.ClearNodeMaintenanceAsync(
                new ClearNodeMaintenanceRequest { Node = node }, cancellationToken: cancellationToken)) is not null;
        }

        var verb = seen.ProvisionState switch
        {
            ProvisionState.Enroll or ProvisionState.CleanFailed => "manage",
            ProvisionState.Manageable => "provide",
            ProvisionState.Available => "active",
            ProvisionState.Active or ProvisionState.DeployFailed or ProvisionState.Error => "deleted",
            _ => null,
        };
        if (verb is null)
            return false;
        await TryAsync(async () =>
        {
            await client.SetProvisionStateAsync(node, verb, cancellationToken);
            tally.Accepted();
            return verb;
        });
        return false;
    }

    private async Task<T?> TryAsync<T>(Func<Task<T>> call)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (IronicApiException e)
        {
            tally.Refused(e);
            return null;
        }
    }
}
