using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Rest.Versions;

namespace Ironic.Rest.OpenApi;

/// <summary>
/// An OpenAPI 3.1 document for each microversion, derived from the same descriptors that requests are served by: what it does not have is
/// not served, and what is served it has.
/// </summary>
public sealed class OpenApiDocuments
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly ApiContract _contract;
    private readonly Lazy<ContractComments> _comments;
    private readonly RestOptions _options;
    private readonly Lazy<byte[]>[] _documents;

    /// <summary>Prepares the documents; each is written when it is first asked for.</summary>
    /// <param name="contract">The services.</param>
    /// <param name="assembly">The assembly that was generated from the contracts; its comments become descriptions.</param>
    /// <param name="options">Validated options.</param>
    public OpenApiDocuments(ApiContract contract, Assembly assembly, RestOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_contract, _options) = (contract, options);
        // Most API processes are never asked; those that are read the comments once.
        _comments = new Lazy<ContractComments>(() => ContractComments.Load(assembly));
        _documents = [.. Enumerable.Range(0, options.MaximumVersion + 1).Select(minor => new Lazy<byte[]>(() => JsonSerializer.SerializeToUtf8Bytes(Write(minor), Indented)))];
    }

    /// <summary>Whether there is a document of this microversion.</summary>
    public bool Has(int minor) => minor >= Microversion.Minimum && minor < _documents.Length;

    /// <summary>The document of a microversion, as JSON.</summary>
    /// <param name="minor">Its minor number, for which <see cref="Has"/> is true.</param>
    public ReadOnlyMemory<byte> Get(int minor) => Has(minor) ? _documents[minor].Value : throw new ArgumentOutOfRangeException(nameof(minor));

    private JsonObject Write(int version)
    {
        var schemas = new SchemaComponents(version, _comments.Value);
        var operations = new OpenApiOperations(version, _comments.Value, schemas);
        var paths = new JsonObject();
        var methods = _contract.Services.SelectMany(service => service.Methods).ToDictionary(method => method.FullName, StringComparer.Ordinal);
        foreach (var route in _contract.Routes.Where(route => route.Method.IsAvailable(version) && IsVerb(route.Verb)))
        {
            if (paths[route.Template.Text] is not JsonObject path)
                paths[route.Template.Text] = path = [];
            path[route.Verb.ToLowerInvariant()] = operations.Write(route, methods[route.Method.Name]);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = _options.ServiceName,
                ["description"] = _options.ServiceDescription,
                ["version"] = Microversion.Text(version),
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = _options.PublicEndpoint?.TrimEnd('/') ?? "/" }),
            ["tags"] = Tags(),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = WithErrors(schemas.Schemas),
                ["parameters"] = new JsonObject { ["Version"] = VersionParameter(version) },
                ["responses"] = new JsonObject
                {
                    ["ClientError"] = ErrorResponse("The request was refused; what it asked for did not happen.", "Client"),
                    ["ServerError"] = ErrorResponse("The service, a driver or the hardware failed.", "Server"),
                },
            },
        };
    }

    // The verbs that OpenAPI has a place for.
    private static bool IsVerb(string verb) => verb is "GET" or "PUT" or "POST" or "DELETE" or "OPTIONS" or "HEAD" or "PATCH" or "TRACE";

    private JsonArray Tags()
    {
        var tags = new JsonArray();
        foreach (var service in _contract.Services)
        {
            var tag = new JsonObject { ["name"] = service.Name[..^"Service".Length] };
            if (_comments.Value.Find(service.FullName) is { } comment)
                tag["description"] = comment;
            tags.Add(tag);
        }

        return tags;
    }

    private static JsonObject VersionParameter(int version) => new()
    {
        ["name"] = "X-OpenStack-Ironic-API-Version",
        ["in"] = "header",
        ["description"] = "The microversion of the request. Without it the oldest one is used, 1.1.",
        ["schema"] = new JsonObject { ["type"] = "string", ["default"] = "1.1" },
        ["example"] = Microversion.Text(version),
    };

    private JsonObject WithErrors(JsonObject schemas)
    {
        schemas["Error"] = JsonNode.Parse(
            """
            {
              "type": "object",
              "description": "What every refusal looks like. The text is itself a JSON document, of the schema ErrorDetail.",
              "properties": {"error_message": {"type": "string", "contentMediaType": "application/json", "contentSchema": {"$ref": "#/components/schemas/ErrorDetail"}}},
              "additionalProperties": true
            }
            """);
        schemas["ErrorDetail"] = JsonNode.Parse(
            """
            {
              "type": "object",
              "properties": {
                "faultcode": {"type": "string", "description": "Client or Server."},
                "faultstring": {"type": "string", "description": "What is wrong, for people."},
                "debuginfo": {"type": ["string", "null"]}
              }
            }
            """);
        schemas["ErrorReason"] = new JsonObject
        {
            ["type"] = "string",
            ["description"] = "What gRPC callers find as the reason of google.rpc.ErrorInfo; REST callers get the HTTP status.",
            ["enum"] = new JsonArray([.. _contract.Errors.Rules.Select(rule => (JsonNode)rule.Key)]),
            ["x-http-status"] = new JsonObject(_contract.Errors.Rules.Select(rule => KeyValuePair.Create(rule.Key, (JsonNode?)rule.Value.Http))),
        };
        return schemas;
    }

    private static JsonObject ErrorResponse(string description, string fault) => new()
    {
        ["description"] = description,
        ["content"] = new JsonObject
        {
            ["application/json"] = new JsonObject
            {
                ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Error" },
                ["example"] = new JsonObject
                {
                    ["error_message"] = new JsonObject { ["faultcode"] = fault, ["faultstring"] = description, ["debuginfo"] = null }.ToJsonString(),
                },
            },
        },
    };
}
