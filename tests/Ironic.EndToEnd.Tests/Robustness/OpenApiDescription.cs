extern alias JsonSchemaNet;
using System.Text.Json;
using System.Text.Json.Nodes;
using JsonSchemaNet::Json.Schema;

namespace Ironic.EndToEnd.Tests.Robustness;

/// <summary>One microversion's OpenAPI document as its readers use it: the operations, and what their answers look like.</summary>
internal sealed class OpenApiDescription
{
    private const string References = "#/components/schemas/";

    private readonly JsonObject _schemas;

    /// <param name="version">The microversion.</param>
    /// <param name="document">The document.</param>
    public OpenApiDescription(string version, JsonNode document)
    {
        Version = version;
        _schemas = document["components"]!["schemas"]!.AsObject();
        Operations =
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               select new OpenApiOperation(this, operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()),
        ];
        foreach (var creation in Operations.Where(operation => operation.Verb == "POST"))
            creation.CreatedKind = Operations.FirstOrDefault(item => item.Verb == "DELETE" && item.IsItemOf(creation.Path))?.SubjectKind;
    }

    public string Version { get; }

    public IReadOnlyList<OpenApiOperation> Operations { get; }

    /// <summary>The operation that makes something of a kind; null when there is none.</summary>
    public OpenApiOperation? FindCreation(string kind) => Operations.FirstOrDefault(operation => operation.CreatedKind == kind);

    /// <summary>A schema, or the one that it refers to.</summary>
    public JsonObject Resolve(JsonNode schema) =>
        schema["$ref"] is { } reference ? _schemas[((string)reference!)[References.Length..]]!.AsObject() : schema.AsObject();

    /// <summary>Checks values against a schema of the document.</summary>
    public JsonSchema Compile(JsonNode schema) => JsonSchema.FromText(new JsonObject
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["allOf"] = new JsonArray(schema.DeepClone()),
        ["$defs"] = _schemas.DeepClone(),
    }.ToJsonString().Replace(References, "#/$defs/", StringComparison.Ordinal));
}

/// <summary>An operation of a document.</summary>
internal sealed class OpenApiOperation
{
    // The library keeps all schemas in one register, where it looks for references while it evaluates: one at a time, or some are not found.
    private static readonly Lock Schemas = new();

    private readonly Dictionary<string, Lazy<JsonSchema>?> _answers = new(StringComparer.Ordinal);

    public OpenApiOperation(OpenApiDescription document, string verb, string path, JsonObject operation)
    {
        (Document, Verb, Path) = (document, verb, path);
        Parameters = [.. operation["parameters"]!.AsArray().Where(parameter => parameter!["name"] is not null).Select(parameter => parameter!.AsObject())];
        PathKinds = [.. Parameters.Where(parameter => (string)parameter["in"]! == "path").Select(parameter => KnownNames.KindOf((string)parameter["name"]!))];
        Body = operation["requestBody"]?["content"]?["application/json"]?["schema"];
        foreach (var (status, answer) in operation["responses"]!.AsObject())
        {
            if (status[0] == '2')
                _answers[status] = answer!["content"]?["application/json"]?["schema"] is { } schema ? new Lazy<JsonSchema>(() => document.Compile(schema)) : null;
        }
    }

    public OpenApiDescription Document { get; }

    public string Verb { get; }

    public string Path { get; }

    public IReadOnlyList<JsonObject> Parameters { get; }

    /// <summary>The kinds of what its path names.</summary>
    public IReadOnlyList<string> PathKinds { get; }

    /// <summary>The kind of the resource that it is about: the last one that its path names, and ends with; null when it ends with a word.</summary>
    public string? SubjectKind => Path.EndsWith('}') ? PathKinds[^1] : null;

    /// <summary>The kind of what it makes; null when it makes nothing that can be named.</summary>
    public string? CreatedKind { get; set; }

    /// <summary>The kind of what its path's last word is many of: <c>port</c> for <c>/v1/nodes/{node}/ports/detail</c>.</summary>
    public string ListedKind
    {
        get
        {
            var word = Path.Split('/').Last(segment => !segment.StartsWith('{') && segment != "detail");
            return word == "chassis" ? word : word.TrimEnd('s');
        }
    }

    /// <summary>The operation with the same verb whose path ends before this one's last name; null when there is none.</summary>
    public OpenApiOperation? Collection => Document.Operations.FirstOrDefault(operation => operation.Verb == Verb && IsItemOf(operation.Path));

    /// <summary>The body's schema; null: none.</summary>
    public JsonNode? Body { get; }

    /// <summary>Whether it is about one of the collection with a path.</summary>
    public bool IsItemOf(string collection) =>
        Path.StartsWith(collection + "/{", StringComparison.Ordinal) && Path.AsSpan(collection.Length + 1).IndexOf('/') < 0;

    /// <summary>What a success is that the document does not promise; null when it is as promised, or no success.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="isPartial">The request chose the fields: what the schema requires may be missing.</param>
    public string? FindBrokenPromise(RawAnswer answer, bool isPartial)
    {
        if (answer.Status >= 400)
            return null;
        if (!_answers.TryGetValue(answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture), out var schema))
            return $"{Verb} {Path} does not promise this status";
        if (answer.Header("Content-Type") == "application/octet-stream")
            return null;
        if (schema is null)
            return answer.Body.Length == 0 ? null : $"{Verb} {Path} promises no body";
        if (isPartial || Verb == "HEAD")
            return null;
        using var body = JsonDocument.Parse(answer.Body);
        EvaluationResults result;
        lock (Schemas)
        {
            if (schema.Value.Evaluate(body.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.Flag }).IsValid)
                return null;
            result = schema.Value.Evaluate(body.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        }

        return $"{Verb} {Path} promises another body: " + string.Join("; ", result.Details!.Where(detail => detail.Errors is not null).Select(detail => $"{detail.InstanceLocation} {string.Join(", ", detail.Errors!.Values)}"));
    }
}
