using Ironic.Api.V1;
using Ironic.Client;
using Ironic.Types.V1;

namespace Ironic.Bench.Scenarios;

/// <summary>The nodes that are worked on.</summary>
internal static class BenchNodes
{
    private static readonly ParallelOptions Parallel = new() { MaxDegreeOfParallelism = 8 };

    /// <summary>Enrols nodes.</summary>
    /// <returns>Their UUIDs.</returns>
    public static async Task<IReadOnlyList<string>> CreateAsync(IronicClient client, int count, string resourceClass)
    {
        var nodes = new string[count];
        await System.Threading.Tasks.Parallel.ForAsync(0, count, Parallel, async (index, cancellationToken) =>
        {
            var node = await client.CreateNodeAsync(
                new Node
                {
                    Driver = "fake-hardware",
                    Name = $"{resourceClass}-{index}",
                    ResourceClass = resourceClass,
                    Properties = Json.From(new { cpus = 8, memory_mb = 16384, local_gb = 100, cpu_arch = "x86_64" }),
                    Extra = Json.From(new { rack = "r1" }),
                },
                cancellationToken);
            nodes[index] = node.Uuid;
        });
        return nodes;
    }

    /// <summary>Removes all nodes of the class, whatever their states, also those that were made while measuring.</summary>
    public static async Task DeleteAsync(IronicClient client, string resourceClass)
    {
        var request = new ListNodesRequest { ResourceClass = resourceClass, ReadMask = { "uuid" } };
        var uuids = await client.ListNodesAsync(request).Select(node => node.Uuid).ToListAsync();
        await System.Threading.Tasks.Parallel.ForEachAsync(uuids, Parallel, async (uuid, cancellationToken) =>
        {
            await client.Nodes.SetNodeMaintenanceAsync(new SetNodeMaintenanceRequest { Node = uuid }, cancellationToken: cancellationToken);
            await client.DeleteNodeAsync(uuid, cancellationToken);
        });
    }
}
