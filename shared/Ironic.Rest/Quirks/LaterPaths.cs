using Ironic.Rest.Plans;
using Ironic.Rest.Routing;

namespace Ironic.Rest.Quirks;

/// <summary>
/// A path that came with a later microversion is there, and refused. Clients of the release that ended with 1.82 have always been told what its
/// router makes of a path that it does not know, and still are. Named <c>later-paths</c> in the documentation.
/// </summary>
internal static class LaterPaths
{
    private const int LastOfTheRelease = 82;

    /// <summary>The match as that release would have found it.</summary>
    public static RouteMatch Hide(RouteMatch match, int version) =>
        match is { Failure: null, Route: { } route } && AreUnknown(route.Method, version) ? new RouteMatch(null, RouteFailure.NotFound) : match;

    private static bool AreUnknown(MethodPlan method, int version) =>
        version <= LastOfTheRelease && method.Rule.Since > LastOfTheRelease && !method.IsAvailable(version);
}
