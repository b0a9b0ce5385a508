using Ironic.Conductor.Nodes;

namespace Ironic.Conductor.Provisioning;

/// <summary>Work of which only so much may go on at a time.</summary>
/// <param name="Name">For texts, metrics and the database.</param>
/// <param name="States">The states of the nodes on which it goes on.</param>
/// <param name="Limit">How many those may be; 0: any number.</param>
internal sealed record LimitedWork(string Name, IReadOnlyList<string> States, Func<ProvisioningOptions, int> Limit)
{
    public static LimitedWork Deployment { get; } = new("deployment", ["deploying", ProvisionStates.WaitCallBack], options => options.MaxConcurrentDeploy);

    public static LimitedWork Cleaning { get; } = new("cleaning", ["deleting", ProvisionStates.Cleaning, ProvisionStates.CleanWait], options => options.MaxConcurrentClean);

    public static IReadOnlyList<LimitedWork> All { get; } = [Deployment, Cleaning];
}
