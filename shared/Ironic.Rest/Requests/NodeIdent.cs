using Ironic.Rest.Errors;

namespace Ironic.Rest.Requests;

/// <summary>What a path may call a node: its UUID, or since 1.5 its name, whose syntax is relaxed since 1.10.</summary>
internal static class NodeIdent
{
    /// <summary>The parameter's name in errors.</summary>
    public const string ParameterName = "node_ident";

    private const int Names = 5;
    private const int RelaxedNames = 10;

    /// <summary>Checks a node that is named by a parameter.</summary>
    /// <exception cref="RestException">406: nodes have no names yet. 400: they have, but not such.</exception>
    public static string Check(string ident, int version)
    {
        if (version < Names && Scalars.CanonicalUuid(ident) is null)
            throw RestException.NotAcceptable();
        CheckAllowed(ident, version);
        return ident;
    }

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
