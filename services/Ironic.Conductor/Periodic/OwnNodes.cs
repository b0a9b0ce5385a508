using System.Runtime.CompilerServices;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Periodic;

/// <summary>Goes through the nodes of this conductor page by page.</summary>
internal sealed class OwnNodes(Membership membership, ConductorIdentity self)
{
    /// <summary>The next nodes of a conductor group, in the order of their ids; none: there are no more.</summary>
    /// <param name="after">The id before the first one.</param>
    public delegate Task<IReadOnlyList<NodeRow>> Next(string group, long after, CancellationToken cancellationToken);

    /// <summary>Those of the nodes that the ring gives to this conductor.</summary>
    public async IAsyncEnumerable<NodeRow> ReadAsync(Next next, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0L;
        while (await next(self.Group, after, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var node in page)
            {
                if (membership.Owns(node.Driver, node.Uuid))
                    yield return node;
            }

            after = page[^1].Id;
        }
    }
}
