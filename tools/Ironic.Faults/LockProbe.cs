using Ironic.Client;

namespace Ironic.Faults;

/// <summary>A node of its own that is changed to see whether the system works: that takes its lock and writes to the database.</summary>
internal sealed class LockProbe(IronicClient client, string node)
{
    private int _count;

    /// <summary>Waits until the node can be changed.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await client.PatchNodeAsync(node, new NodePatch().Set("/extra/probe", ++_count), cancellationToken);
                return;
            }
            catch (IronicApiException e) when (e.IsTransient)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
            }
        }
    }
}
