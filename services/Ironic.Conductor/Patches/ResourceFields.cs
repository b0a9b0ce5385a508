using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Patches;

/// <summary>The fields of a resource that a JSON Patch may change.</summary>
internal sealed class ResourceFields<TRow>
    where TRow : class, new()
{
    /// <param name="resource">The resource's message.</param>
    /// <param name="also">Fields that may be named in a patch though the contract calls them immutable.</param>
    public ResourceFields(MessageDescriptor resource, params string[] also)
    {
        Resource = resource;
        Patchable = resource.Fields.InDeclarationOrder()
            .Select(ResourceField<TRow>.Find)
            .OfType<ResourceField<TRow>>()
            .Where(field => field.IsPatchable || also.Contains(field.Name))
            .ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);
    }

    public MessageDescriptor Resource { get; }

    /// <summary>By name.</summary>
    public FrozenDictionary<string, ResourceField<TRow>> Patchable { get; }

    /// <summary>Checks a patch.</summary>
    /// <exception cref="IronicException">PATCH_ERROR, or NOT_ACCEPTABLE for a field that is newer than <paramref name="version"/>.</exception>
    public ResourcePatch<TRow> ParsePatch(IEnumerable<JsonPatchOperation> operations, Microversion version) => ResourcePatch<TRow>.Parse(this, operations, version);
}
