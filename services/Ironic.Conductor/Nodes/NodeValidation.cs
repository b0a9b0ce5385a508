using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Nodes;

/// <summary>Tells for each interface of a node whether it has what it needs.</summary>
internal sealed class NodeValidation(TaskManager tasks, DriverCalls calls)
{
    /// <summary>By interface type. The vendor interface validates single calls, not nodes.</summary>
    public async Task<IReadOnlyDictionary<string, InterfaceValidation>> ValidateAsync(string ident, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenSharedAsync(ident, cancellationToken);
        await task.LoadDriverAsync(cancellationToken);
        var kinds = InterfaceTypes.All.Where(k => k.Type != InterfaceType.Vendor).ToList();
        var results = await Task.WhenAll(kinds.Select(k => ValidateAsync(task, k, cancellationToken)));
        return kinds.Zip(results).ToDictionary(p => p.First.Name, p => p.Second, StringComparer.Ordinal);
    }

    private async Task<InterfaceValidation> ValidateAsync(NodeTask task, InterfaceKind kind, CancellationToken cancellationToken)
    {
        try
        {
            await calls.ValidateAsync(task, kind, cancellationToken);
            return new InterfaceValidation { Result = true };
        }
        catch (IronicException e)
        {
            return new InterfaceValidation { Result = false, Reason = e.Message };
        }
    }
}
