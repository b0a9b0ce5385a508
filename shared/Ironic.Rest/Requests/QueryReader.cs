using Ironic.Rest.Routing;

namespace Ironic.Rest.Requests;

/// <summary>Reads queries and forms: name=value, separated by &amp; or ;.</summary>
internal static class QueryReader
{
    /// <summary>Adds what a query has to what was given before.</summary>
    public static void Read(string query, Dictionary<string, ParameterValue> parameters)
    {
        foreach (var (name, value) in Parts(query))
            parameters[name] = ParameterValue.FromQuery(value, parameters.GetValueOrDefault(name));
    }

    /// <summary>The names and values of a query, decoded, in its order.</summary>
    public static IEnumerable<(string Name, string Value)> Parts(string query)
    {
        for (var start = 0; start < query.Length;)
        {
            var end = query.AsSpan(start).IndexOfAny('&', ';') is var separator and >= 0 ? start + separator : query.Length;
            if (end > start)
                yield return Part(query.AsSpan(start, end - start));
            start = end + 1;
        }
    }

    private static (string Name, string Value) Part(ReadOnlySpan<char> part)
    {
        var equals = part.IndexOf('=');
        return equals < 0
            ? (PercentEncoding.DecodeQuery(part), "")
            : (PercentEncoding.DecodeQuery(part[..equals]), PercentEncoding.DecodeQuery(part[(equals + 1)..]));
    }
}
