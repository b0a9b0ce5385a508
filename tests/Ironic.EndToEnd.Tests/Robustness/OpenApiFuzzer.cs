using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Ironic.EndToEnd.Tests.Robustness;

/// <summary>A request that an operation of an OpenAPI document describes, or that breaks the description in one place.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="IsPartial">It chooses the fields of the answer.</param>
internal sealed record DescribedRequest(FuzzedRequest Request, OpenApiOperation Operation, bool IsPartial);

/// <summary>Makes requests out of OpenAPI documents and a seed; the same seed makes the same request.</summary>
internal sealed class OpenApiFuzzer
{
    private static readonly string[] Names = ["name", "rack-1", "a.b~c", "CUSTOM_GPU", "", "é", new string('n', 300), "baremetal node", "00000000-0000-0000-0000-000000000000"];

    /// <summary>How many UUIDs new resources choose from.</summary>
    public const int Uuids = 20;

    private readonly Random _random;
    private readonly ILookup<string, string> _known;
    private readonly string _secret;
    private readonly OpenApiOperation _operation;

    // A broken request is broken in one of its values, so that the rest of it is looked at, too.
    private int _breakAt;

    private OpenApiFuzzer(int seed, IReadOnlyList<OpenApiDescription> documents, ILookup<string, string> known, string secret)
    {
        (_random, _known, _secret) = (new Random(seed), known, secret);
        var document = documents[_random.Next(documents.Count)];
        _operation = document.Operations[_random.Next(document.Operations.Count)];
        _breakAt = _random.Next(3) == 0 ? _random.Next(8) : -1;
    }

    /// <summary>A UUID that a new resource may get.</summary>
    public static string Uuid(int number) => new Guid(number, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 0).ToString();

    /// <summary>Makes the request of a seed.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="documents">The documents of some microversions.</param>
    /// <param name="known">What exists, or may have been made by a request before, by its kind: <c>node</c>.</param>
    /// <param name="secret">A text that is sent only where a secret belongs.</param>
    public static DescribedRequest Create(int seed, IReadOnlyList<OpenApiDescription> documents, ILookup<string, string> known, string secret) =>
        new OpenApiFuzzer(seed, documents, known, secret).Create();

    private DescribedRequest Create()
    {
        var path = _operation.Path;
        var query = new List<string>();
        foreach (var parameter in _operation.Parameters)
        {
            var name = (string)parameter["name"]!;
            var schema = _operation.Document.Resolve(parameter["schema"]!);
            if ((string)parameter["in"]! == "path")
                path = path.Replace($"{{{name}}}", Uri.EscapeDataString(_random.Next(12) == 0 || Breaks() ? Text() : Known(name)), StringComparison.Ordinal);
            else if ((string)parameter["in"]! == "query" && _random.Next(6) == 0)
                query.Add($"{name}={Uri.EscapeDataString(QueryText(name, schema))}");
        }

        var target = path + (query.Count > 0 ? "?" + string.Join('&', query) : "");
        var body = _operation.Body is { } schemaOfBody && _random.Next(20) > 0 ? Encoding.UTF8.GetBytes((Value(schemaOfBody, 0) ?? JsonValue.Create((string?)null))?.ToJsonString() ?? "null") : [];
        var head = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{_operation.Verb} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n")
            .Append(CultureInfo.InvariantCulture, $"X-OpenStack-Ironic-API-Version: {_operation.Document.Version}\r\n");
        if (body.Length > 0)
            head.Append("Content-Type: application/json\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n");
        var request = new FuzzedRequest([.. Encoding.UTF8.GetBytes(head.ToString()), .. body], IsHead: _operation.Verb == "HEAD", IsHttp: true, IsCutOff: false);
        return new DescribedRequest(request, _operation, query.Any(part => part.StartsWith("fields=", StringComparison.Ordinal)));
    }

    private bool Breaks() => _breakAt >= 0 && _breakAt-- == 0;

    // node_uuid and node_ident are nodes, too.
    private string Known(string name)
    {
        var kind = name.EndsWith("_uuid", StringComparison.Ordinal) || name.EndsWith("_ident", StringComparison.Ordinal) ? name[..name.LastIndexOf('_')] : name;
        var known = _known.Contains(kind) ? [.. _known[kind]] : _known.SelectMany(group => group).ToList();
        return known[_random.Next(known.Count)];
    }

    private string Text() => _random.Next(3) == 0 ? Known("") : Names[_random.Next(Names.Length)];

    private string QueryText(string name, JsonObject schema)
    {
        if (Breaks())
            return Text();
        var value = Value(schema, 0, name);
        return value is JsonArray items ? string.Join(',', items.Select(item => item?.ToString())) : value?.ToString() ?? "";
    }

    private JsonNode? Value(JsonNode described, int depth, string name = "")
    {
        var schema = _operation.Document.Resolve(described);
        if (Breaks())
            return Wrong(depth);
        if (schema["enum"] is JsonArray choices)
            return choices[_random.Next(choices.Count)]?.DeepClone();
        var types = schema["type"] switch { JsonArray several => [.. several.Select(type => (string)type!)], null => (string[])[], { } one => [(string)one!] };
        return types.Length == 0 ? Any(depth) : types[_random.Next(types.Length)] switch
        {
            "null" => null,
            "boolean" => _random.Next(2) == 0,
            "integer" => _random.Next(4) switch { 0 => 0, 1 => _random.Next(), 2 => 1, _ => (int?)schema["minimum"] ?? -1 },
            "number" => _random.NextDouble() * 1000,
            "array" => new JsonArray([.. Enumerable.Range(0, _random.Next(3)).Select(_ => schema["items"] is { } items && depth < 5 ? Value(items, depth + 1) : Any(depth + 1))]),
            "object" => Object(schema, depth),
            _ => String(schema, name),
        };
    }

    private JsonObject Object(JsonObject schema, int depth)
    {
        var result = new JsonObject();
        var required = schema["required"] is JsonArray names ? [.. names.Select(name => (string)name!)] : (string[])[];
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if (depth < 5 && (required.Contains(name) ? !Breaks() : _random.Next(4) == 0))
                result[name] = Secret(name) ?? Value(property!, depth + 1, name);
        }

        if (Breaks())
            result["no_such_member"] = Any(depth + 1);
        return result;
    }

    // Where a secret belongs there is one, and no answer and no log may have it.
    private JsonObject? Secret(string name) => name switch
    {
        "driver_info" => new JsonObject { ["ipmi_password"] = _secret },
        "instance_info" => new JsonObject { ["configdrive"] = _secret, ["image_url"] = "http://127.0.0.1/" + _secret },
        _ => null,
    };

    private string String(JsonObject schema, string name) => (string?)schema["format"] switch
    {
        "uuid" when name == "uuid" => Uuid(_random.Next(Uuids)),
        "date-time" => "2026-01-31T12:00:00+00:00",
        _ when _known.Contains(name) || name.EndsWith("_uuid", StringComparison.Ordinal) => Known(name),
        _ => _random.Next(6) switch { 0 => "fake-hardware", 1 => "52:54:00:00:00:" + _random.Next(256).ToString("x2", CultureInfo.InvariantCulture), 2 => _random.Next(2) == 0 ? "/extra/rack" : "add", _ => Text() },
    };

    private JsonNode? Any(int depth) => _random.Next(depth > 4 ? 4 : 6) switch
    {
        0 => null,
        1 => _random.Next(2) == 0,
        2 => _random.Next(100),
        3 => Text(),
        4 => new JsonArray([.. Enumerable.Range(0, _random.Next(3)).Select(_ => Any(depth + 1))]),
        _ => new JsonObject { ["key"] = Any(depth + 1) },
    };

    private JsonNode? Wrong(int depth) => _random.Next(6) switch
    {
        0 => 1e300,
        1 => long.MinValue,
        2 => new string('x', _random.Next(3000)),
        3 => new JsonArray(new JsonArray(new JsonObject())),
        4 => new JsonObject { [""] = new JsonObject { ["\u0000"] = "\ufffe" } },
        _ => Any(depth),
    };
}
