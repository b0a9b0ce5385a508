using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Ironic.EndToEnd.Tests.Robustness;

/// <summary>A request that an operation of an OpenAPI document describes, or that breaks the description in one place.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="IsPartial">It chooses the fields of the answer.</param>
/// <param name="Subject">The known resource that it is about; null when there is none, or it is not known.</param>
internal sealed record DescribedRequest(FuzzedRequest Request, OpenApiOperation Operation, bool IsPartial, string? Subject);

/// <summary>
/// Makes requests out of OpenAPI documents and a seed; the same seed makes the same request, as long as the same is known to exist. Most are meant to be
/// accepted; others have values of which only the schema is right, or break it in one place.
/// </summary>
internal sealed class OpenApiFuzzer
{
    private static readonly string[] Names = ["name", "rack-1", "a.b~c", "CUSTOM_GPU", "", "é", new string('n', 300), "baremetal node", "00000000-0000-0000-0000-000000000000"];

    // Fewer of a kind are not used up further.
    private const int Few = 4;

    private readonly Random _random;
    private readonly KnownNames _known;
    private readonly SensibleValues _sensible;
    private readonly string _secret;
    private readonly OpenApiOperation _operation;

    // Whether values are chosen that make sense, and not just by their schema.
    private readonly bool _isSensible;

    // A broken request is broken in one of its values, so that the rest of it is looked at, too.
    private int _breakAt;

    private OpenApiFuzzer(int seed, IReadOnlyList<OpenApiDescription> documents, KnownNames known, string secret)
    {
        (_random, _known, _secret) = (new Random(seed), known, secret);
        _sensible = new SensibleValues(_random, known);
        _operation = Choose(documents[_random.Next(documents.Count)]);
        _isSensible = _random.Next(4) > 0;
        _breakAt = _random.Next(4) == 0 ? _random.Next(8) : -1;
    }

    /// <summary>Makes the request of a seed.</summary>
    /// <param name="seed">Decides everything that is left to chance.</param>
    /// <param name="documents">The documents of some microversions.</param>
    /// <param name="known">What exists.</param>
    /// <param name="secret">A text that is sent only where a secret belongs.</param>
    public static DescribedRequest Create(int seed, IReadOnlyList<OpenApiDescription> documents, KnownNames known, string secret) =>
        new OpenApiFuzzer(seed, documents, known, secret).Create();

    private OpenApiOperation Choose(OpenApiDescription document)
    {
        var operation = document.Operations[_random.Next(document.Operations.Count)];
        // A fifth of all operations calls vendor methods, and few methods have more than one verb.
        if (operation.Path.Contains("/vendor_passthru", StringComparison.Ordinal) && _random.Next(4) > 0)
            operation = document.Operations[_random.Next(document.Operations.Count)];
        // Where little is left of what it is about, something is made instead.
        return operation.PathKinds.Select(document.FindCreation).OfType<OpenApiOperation>().FirstOrDefault(creation => _known.Count(creation.CreatedKind!) < Few) ?? operation;
    }

    private DescribedRequest Create()
    {
        var (path, operation) = (_operation.Path, _operation);
        string? subject = null;
        var query = new List<string>();
        foreach (var parameter in _operation.Parameters)
        {
            var name = (string)parameter["name"]!;
            var schema = _operation.Document.Resolve(parameter["schema"]!);
            if ((string)parameter["in"]! == "path")
            {
                var known = _random.Next(_isSensible ? 40 : 12) == 0 || Breaks() ? null : Known(name);
                var text = known ?? Text();
                // Nothing where a name belongs asks for all that have one.
                if (text.Length == 0 && path.EndsWith($"/{{{name}}}", StringComparison.Ordinal))
                    operation = _operation.Collection ?? operation;
                path = path.Replace($"{{{name}}}", Uri.EscapeDataString(text), StringComparison.Ordinal);
                if (KnownNames.KindOf(name) == _operation.SubjectKind)
                    subject = known;
            }
            else if ((string)parameter["in"]! == "query" && ((bool?)parameter["required"] == true || IsWanted(name, 6)))
            {
                query.Add($"{name}={Uri.EscapeDataString(QueryText(name, schema))}");
            }
        }

        var target = path + (query.Count > 0 ? "?" + string.Join('&', query) : "");
        var body = _operation.Body is { } schemaOfBody && (_isSensible || _random.Next(20) > 0)
            ? Encoding.UTF8.GetBytes((Value(schemaOfBody, 0) ?? JsonValue.Create((string?)null))?.ToJsonString() ?? "null")
            : [];
        var head = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{_operation.Verb} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n")
            .Append(CultureInfo.InvariantCulture, $"X-OpenStack-Ironic-API-Version: {_operation.Document.Version}\r\n");
        if (body.Length > 0)
            head.Append("Content-Type: application/json\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n");
        var request = new FuzzedRequest([.. Encoding.UTF8.GetBytes(head.ToString()), .. body], IsHead: _operation.Verb == "HEAD", IsHttp: true, IsCutOff: false);
        return new DescribedRequest(request, operation, query.Any(part => part.StartsWith("fields=", StringComparison.Ordinal)), subject);
    }

    private bool Breaks() => _breakAt >= 0 && _breakAt-- == 0;

    // One time in a number, what is optional is there; what seldom makes sense, seldom.
    private bool IsWanted(string name, int number) => _random.Next(_isSensible && SensibleValues.IsRare(name) ? number * 20 : number) == 0;

    private string Known(string name)
    {
        var kind = KnownNames.KindOf(name);
        if (kind == "node" && name != "node_uuid" && _random.Next(6) == 0)
            kind = "node_name";
        if (_known.Find(kind, _random) is { } known)
            return known;
        return _isSensible && _sensible.TryCreate(name, out var value) ? value!.ToString() : _known.FindAny(_random);
    }

    private string Text() => _random.Next(3) == 0 ? _known.FindAny(_random) : Names[_random.Next(Names.Length)];

    private string QueryText(string name, JsonObject schema)
    {
        if (Breaks())
            return Text();
        var value = _isSensible && name == "marker" ? Known(_operation.ListedKind) : Value(schema, 0, name);
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
        if (_isSensible)
        {
            if (!types.Contains("array") || name is "actions" or "conditions")
            {
                if (_sensible.TryCreate(name, out var value))
                    return value;
            }

            // A null would do here, but next to nothing can be told by it.
            types = [.. types.Where(type => type != "null")];
        }

        return types.Length == 0 ? Any(depth) : types[_random.Next(types.Length)] switch
        {
            "null" => null,
            "boolean" => _random.Next(2) == 0,
            "integer" => _random.Next(4) switch { 0 => 0, 1 => _random.Next(), 2 => 1, _ => (int?)schema["minimum"] ?? -1 },
            "number" => _random.NextDouble() * 1000,
            "array" => new JsonArray([.. Enumerable.Range(0, _isSensible ? 1 : _random.Next(3)).Select(_ => schema["items"] is { } items && depth < 5 ? Value(items, depth + 1, name) : Any(depth + 1))]),
            "object" => Object(schema, depth),
            _ => String(schema, name),
        };
    }

    private JsonObject Object(JsonObject schema, int depth)
    {
        var result = new JsonObject();
        var required = schema["required"] is JsonArray names ? [.. names.Select(name => (string)name!)] : (string[])[];
        if (_isSensible && required is ["op", "path"] && !Breaks())
            return _sensible.PatchOperation(hasExtra: _operation.SubjectKind != "inspection_rule");
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if (depth < 5 && (required.Contains(name) || (_isSensible && Needs(name)) ? !Breaks() : IsWanted(name, 4)))
                result[name] = Secret(name) ?? Value(property!, depth + 1, name);
        }

        if (Breaks())
            result["no_such_member"] = Any(depth + 1);
        return result;
    }

    // What the schemas cannot say: a port needs one of two ways to name its node, an allocation what it looks for, an action what it is to do.
    private bool Needs(string name) => (_operation.Verb, _operation.CreatedKind, name) switch
    {
        ("POST", "port", "node_uuid") or ("POST", "allocation", "resource_class") => true,
        ("PUT", _, "target" or "enabled" or "state" or "boot_device" or "traits") => true,
        _ => false,
    };

    // Where a secret belongs there is one, and no answer and no log may have it.
    private JsonObject? Secret(string name) => name switch
    {
        "driver_info" => new JsonObject { ["ipmi_password"] = _secret },
        "instance_info" => new JsonObject { ["configdrive"] = _secret, ["image_url"] = "http://127.0.0.1/" + _secret },
        _ => null,
    };

    private string String(JsonObject schema, string name) => (string?)schema["format"] switch
    {
        "date-time" => "2026-01-31T12:00:00+00:00",
        _ when _known.Count(KnownNames.KindOf(name)) > 0 || name.EndsWith("_uuid", StringComparison.Ordinal) => Known(name),
        "uuid" => new Guid(_random.Next(20), 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 0).ToString(),
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
