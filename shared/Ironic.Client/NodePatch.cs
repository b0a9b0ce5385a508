using Ironic.Api.V1;
using Ironic.Types.V1;

namespace Ironic.Client;

/// <summary>A JSON Patch (RFC 6902) of a node, put together step by step.</summary>
/// <example><code>new NodePatch().Set("/extra/rack", "r12").Remove("/description")</code></example>
public sealed class NodePatch
{
    private readonly List<JsonPatchOperation> _operations = [];

    /// <summary>The operations, in order.</summary>
    public IReadOnlyList<JsonPatchOperation> Operations => _operations;

    /// <summary>Sets a value, whether there was one or not; in an array, inserts it (<c>add</c>).</summary>
    /// <param name="path">A JSON pointer: <c>/name</c>, <c>/driver_info/ipmi_address</c>.</param>
    /// <param name="value">Becomes JSON as in <c>Json.From</c>; null is JSON's null.</param>
    public NodePatch Set<T>(string path, T value) => Append("add", path, Json.From(value));

    /// <summary>Puts a value in the place of the one that is there; refused where there is none (<c>replace</c>).</summary>
    /// <param name="path">A JSON pointer.</param>
    /// <param name="value">Becomes JSON as in <c>Json.From</c>; null is JSON's null.</param>
    public NodePatch Replace<T>(string path, T value) => Append("replace", path, Json.From(value));

    /// <summary>Removes a value, or unsets a field; refused where there is none.</summary>
    /// <param name="path">A JSON pointer.</param>
    public NodePatch Remove(string path) => Append("remove", path, null);

    private NodePatch Append(string op, string path, Json? value)
    {
        ArgumentNullException.ThrowIfNull(path);
        _operations.Add(new JsonPatchOperation { Op = op, Path = path, Value = value });
        return this;
    }
}
