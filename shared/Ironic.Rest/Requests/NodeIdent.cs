using Ironic.Rest.Errors;

namespace Ironic.Rest.Requests;

/// <summary>What a path may call a node: its UUID, or since 1.5 its name, whose syntax is relaxed since 1.10.</summary>
internal static class NodeIdent
{
    /// <summary>The parameter's name in errors.</summary>
    public const string ParameterName = "node_ident";

    private const int Names = 5;
    private const int RelaxedNames = 10;

    /// <summary>The router's refusal of what is neither a UUID nor a name; null when it may be one.</summary>
    public static RestException? FindFormError(string ident) => Scalars.IsLogicalName(ident) || Scalars.CanonicalUuid(ident) is not null
        ? null
        : RestException.Router(400, $"Expected UUID or name for node: {Literals.Cut(ident)}");

    /// <exception cref="RestException">404: nodes have no names yet. 400: they have, but not such.</exception>
    public static void CheckAllowed(string ident, int version)
    {
        if (version >= RelaxedNames || Scalars.CanonicalUuid(ident) is not null)
            return;
        if (version < Names)
            throw new RestException(404, $"Node {ident} could not be found.");
        if (!Scalars.IsHostName(ident))
            throw RestException.BadRequest($"Expected a logical name or UUID but received {ident}.");
    }
}
