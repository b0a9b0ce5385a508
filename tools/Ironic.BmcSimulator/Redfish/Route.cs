using System.Collections.Frozen;

namespace Ironic.BmcSimulator.Redfish;

/// <summary>What answers requests for one path.</summary>
/// <param name="pattern">The path below /redfish/v1; <c>{server}</c> stands for a machine's name and <c>*</c> for anything.</param>
/// <param name="methods">The handlers by HTTP method.</param>
internal sealed class Route(string pattern, FrozenDictionary<string, Func<RedfishRequest, RedfishResponse>> methods)
{
    public IReadOnlyList<string> Segments { get; } = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);

    public FrozenDictionary<string, Func<RedfishRequest, RedfishResponse>> Methods => methods;

    /// <summary>Whether one may come without credentials.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether a path is this one's.</summary>
    /// <param name="path">The segments of the path below /redfish/v1.</param>
    /// <param name="server">The machine's name; null when the path has none.</param>
    /// <param name="values">What stands for the <c>*</c>.</param>
    public bool Matches(ReadOnlySpan<string> path, out string? server, out List<string> values)
    {
        (server, values) = (null, []);
        if (path.Length != Segments.Count)
            return false;
        for (var i = 0; i < path.Length; i++)
        {
            switch (Segments[i])
            {
                case "{server}":
                    server = path[i];
                    break;
                case "*":
                    values.Add(path[i]);
                    break;
                case var fixedSegment when !fixedSegment.Equals(path[i], StringComparison.Ordinal):
                    return false;
            }
        }

        return true;
    }
}

/// <summary>All that a service answers.</summary>
internal sealed class RouteTable
{
    // By number of segments, so that few are compared.
    private readonly Dictionary<int, List<Route>> _routes = [];

    public RouteTable Add(
        string pattern,
        Func<RedfishRequest, RedfishResponse>? get = null,
        Func<RedfishRequest, RedfishResponse>? patch = null,
        Func<RedfishRequest, RedfishResponse>? post = null,
        Func<RedfishRequest, RedfishResponse>? delete = null,
        bool open = false)
    {
        var methods = new Dictionary<string, Func<RedfishRequest, RedfishResponse>>(StringComparer.OrdinalIgnoreCase);
        Register("GET", get);
        Register("HEAD", get);
        Register("PATCH", patch);
        Register("POST", post);
        Register("DELETE", delete);
        var route = new Route(pattern, methods.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase)) { IsOpen = open };
        if (!_routes.TryGetValue(route.Segments.Count, out var list))
            _routes[route.Segments.Count] = list = [];
        list.Add(route);
        return this;

        void Register(string method, Func<RedfishRequest, RedfishResponse>? handler)
        {
            if (handler is not null)
                methods[method] = handler;
        }
    }

    public Route? Find(ReadOnlySpan<string> path, out string? server, out List<string> values)
    {
        foreach (var route in _routes.GetValueOrDefault(path.Length) ?? [])
        {
            if (route.Matches(path, out server, out values))
                return route;
        }

        (server, values) = (null, []);
        return null;
    }
}
