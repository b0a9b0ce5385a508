using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Traits;

/// <summary>The traits of nodes. They take no lock: a node that is worked on can get and lose traits meanwhile.</summary>
internal sealed class NodeTraits(TaskManager tasks, NodeTraitStore store)
{
    /// <exception cref="IronicException">NODE_NOT_FOUND.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(string ident, CancellationToken cancellationToken) =>
        (await tasks.FindNodeAsync(ident, cancellationToken)).Traits?.Split(',') ?? [];

    /// <summary>Replaces all.</summary>
    /// <exception cref="IronicException">NODE_NOT_FOUND, INVALID_PARAMETER_VALUE.</exception>
    public async Task SetAsync(string ident, IReadOnlyCollection<string> traits, CancellationToken cancellationToken)
    {
        foreach (var trait in traits)
            TraitRules.Check(trait);
        await store.SetAsync(await tasks.FindNodeAsync(ident, cancellationToken), [.. traits.Distinct(StringComparer.Ordinal)], cancellationToken);
    }

    /// <exception cref="IronicException">NODE_NOT_FOUND, INVALID_PARAMETER_VALUE.</exception>
    public async Task AddAsync(string ident, string trait, CancellationToken cancellationToken)
    {
        TraitRules.Check(trait);
        await store.AddAsync(await tasks.FindNodeAsync(ident, cancellationToken), trait, cancellationToken);
    }

    /// <exception cref="IronicException">NODE_NOT_FOUND, TRAIT_NOT_FOUND.</exception>
    public async Task RemoveAsync(string ident, string trait, CancellationToken cancellationToken)
    {
        var node = await tasks.FindNodeAsync(ident, cancellationToken);
        if (!await store.RemoveAsync(node, trait, cancellationToken))
            throw new IronicException(ErrorReason.TraitNotFound, $"Node {node.Uuid} doesn't have a trait '{trait}'");
    }
}
