using Ironic.Rest.Errors;
using Ironic.Rest.Routing;

namespace Ironic.Rest.Quirks;

/// <summary>The path of a detailed list is no such path when it ends with a slash, though every other path may.</summary>
internal sealed class DetailWithSlash : RestQuirk
{
    public override string Name => "detail-with-slash";

    public override RestException? Refuse(in QuirkRequest request, Router router) =>
        request.HasTrailingSlash && request.Segments is [.., "detail"] && router.Match(request.Verb, request.Segments).Route is { IsDetail: true }
            ? new RestException(404, "Resource could not be found.")
            : null;
}
