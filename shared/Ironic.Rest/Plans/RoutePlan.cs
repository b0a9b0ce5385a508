using System.Collections.Frozen;
using Google.Api;
using Ironic.Rest.Routing;
using Ironic.Rest.V1;

namespace Ironic.Rest.Plans;

/// <summary>What the body of a route's requests is.</summary>
internal enum BodyKind
{
    /// <summary>The route has none; the members of an object are read as parameters, and refused as such.</summary>
    None,

    /// <summary>Parameters, which may stand in the query as well.</summary>
    Parameters,

    /// <summary>A message, checked against its fields.</summary>
    Message,

    /// <summary>A list of messages.</summary>
    List,

    /// <summary>JSON of any form.</summary>
    Json,
}

/// <summary>One HTTP binding of a method: a verb and a path.</summary>
internal sealed class RoutePlan
{
    /// <summary>What the path of a detailed list ends with.</summary>
    public const string DetailSuffix = "/detail";

    private const string VersionPrefix = "/v1";

    private RoutePlan(MethodPlan method, HttpRule rule, string verb, string path)
    {
        Method = method;
        Verb = verb;
        Template = PathTemplate.Parse(path);
        PathFields = [.. Template.Segments.Where(segment => segment.IsParameter).Select(segment => RequestField(segment.Text))];
        (Body, BodyField) = BodyOf(rule.Body);
        ResponseBody = rule.ResponseBody.Length == 0
            ? null
            : method.Response.FindByContractName(rule.ResponseBody) ?? throw new ContractException($"{method.Name} has no response field {rule.ResponseBody}.");
        IsDetail = method.Rule.DetailPath.Contains(path);
        Parameters = method.Request.Fields.Where(IsParameter).ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);
        RequiredParameters = [.. Parameters.Values.Where(field => field.IsRequired).OrderBy(field => field.Number)];
        Resource = method.List?.Message ?? (ResponseBody ?? Array.Find(method.Response.Fields, field => field.Message?.Resource is not null))?.Message;
        Location = method.Rule.Location.Length == 0 ? null : new ValueTemplate(method.Rule.Location, ResponseBody?.Message ?? method.Response, this);
        NextPath = method.NextMarker is null ? null : new ValueTemplate(NextPathOf(method), null, this);
        Place = PlaceOf(path);
        LaterSince = (int)(method.Rule.LaterPaths.FirstOrDefault(later => later.Path == path)?.Since ?? 0);
        CanTakeFields = method.ReadMask is not null && !IsDetail;
        CanTakeDetail = method.Rule.DetailSince > 0 && !IsDetail;
        if (method.ReadMask is not null && Resource?.Resource?.Key is null)
            throw new ContractException($"{method.Name} has a read mask, but answers with no resource.");
        if (method.IsStream && (verb != "GET" || method.ReadMask is not null || method.NextMarker is not null))
            throw new ContractException($"{method.Name} answers with a stream, so it needs GET and can have neither pages nor a read mask.");
        if (IsDetail && !path.EndsWith(DetailSuffix, StringComparison.Ordinal))
            throw new ContractException($"{method.Name} has the detail_path {path}, which does not end with {DetailSuffix}.");
    }

    public MethodPlan Method { get; }

    public string Verb { get; }

    public PathTemplate Template { get; }

    /// <summary>The fields that the path's parameters fill, in the order of the path.</summary>
    public FieldPlan[] PathFields { get; }

    public BodyKind Body { get; }

    /// <summary>The field that the body fills, where it is a field.</summary>
    public FieldPlan? BodyField { get; }

    /// <summary>The word for the body in errors.</summary>
    public string SchemaName => Method.Rule.SchemaName.Length > 0 ? Method.Rule.SchemaName : BodyField?.Name ?? "body";

    /// <summary>The response field that is the whole answer; null when the response itself is.</summary>
    public FieldPlan? ResponseBody { get; }

    /// <summary>Whether this is the path that lists everything in full.</summary>
    public bool IsDetail { get; }

    /// <summary>What the query, and the body of a <see cref="BodyKind.Parameters"/> route, may have, by REST name.</summary>
    public FrozenDictionary<string, FieldPlan> Parameters { get; }

    /// <summary>Those of <see cref="Parameters"/> that must be given.</summary>
    public FieldPlan[] RequiredParameters { get; }

    /// <summary>The resource that the answer is or lists.</summary>
    public MessagePlan? Resource { get; }

    /// <summary>The Location header of a success.</summary>
    public ValueTemplate? Location { get; }

    /// <summary>The path of <c>next</c> links, without <see cref="DetailSuffix"/>.</summary>
    public ValueTemplate? NextPath { get; }

    /// <summary>
    /// What the links of the answer's resource begin with, without the version prefix: the path of the request where the resource is no more
    /// than a place, the path of the resource above where there is one; else null.
    /// </summary>
    public ValueTemplate? Place { get; }

    /// <summary>The first microversion whose router has the path, where that is later than the method's own; else 0.</summary>
    public int LaterSince { get; }

    /// <summary>Whether <c>fields</c> is a parameter.</summary>
    public bool CanTakeFields { get; }

    /// <summary>Whether <c>detail</c> is a parameter.</summary>
    public bool CanTakeDetail { get; }

    /// <summary>The routes of a method: its binding and the additional ones.</summary>
    /// <exception cref="ContractException">A binding does not fit the method's messages.</exception>
    public static IEnumerable<RoutePlan> Create(MethodPlan method, HttpRule rule)
    {
        foreach (var binding in rule.AdditionalBindings.Prepend(rule))
        {
            var (verb, path) = binding.PatternCase switch
            {
                HttpRule.PatternOneofCase.Get => ("GET", binding.Get),
                HttpRule.PatternOneofCase.Put => ("PUT", binding.Put),
                HttpRule.PatternOneofCase.Post => ("POST", binding.Post),
                HttpRule.PatternOneofCase.Delete => ("DELETE", binding.Delete),
                HttpRule.PatternOneofCase.Patch => ("PATCH", binding.Patch),
                HttpRule.PatternOneofCase.Custom => (binding.Custom.Kind, binding.Custom.Path),
                _ => throw new ContractException($"{method.Name} has a binding without a path."),
            };
            yield return new RoutePlan(method, binding, verb, path);
        }
    }

    private ValueTemplate? PlaceOf(string path) => (Resource?.Resource ?? ResponseBody?.MapValue?.Message?.Resource) switch
    {
        { Key: null } => new ValueTemplate(path[VersionPrefix.Length..], null, this),
        { Parent.Length: > 0, ParentOfItem: null } child => new ValueTemplate("/" + child.Parent, null, this),
        _ => null,
    };

    private static string NextPathOf(MethodPlan method) => method.Rule.NextPath.Length > 0
        ? method.Rule.NextPath
        : $"{VersionPrefix}/{(method.List?.Message!.Resource ?? throw new ContractException($"{method.Name} has pages, but lists no resource.")).Collection}";

    private FieldPlan RequestField(string name) =>
        Method.Request.FindByContractName(name) is { Kind: ValueKind.Text } field && !field.Descriptor.IsRepeated
            ? field
            : throw new ContractException($"{Method.Name} has no text field {name} in its request.");

    private (BodyKind Kind, FieldPlan? Field) BodyOf(string body)
    {
        if (body.Length == 0)
            return (BodyKind.None, null);
        if (body == "*")
            return (BodyKind.Parameters, null);
        var field = Method.Request.FindByContractName(body) ?? throw new ContractException($"{Method.Name} has no request field {body}.");
        return field switch
        {
            { Kind: ValueKind.Message, IsList: true } => (BodyKind.List, field),
            { Kind: ValueKind.Message, IsMap: false } => (BodyKind.Message, field),
            { Kind: ValueKind.Json, IsList: false } => (BodyKind.Json, field),
            _ => throw new ContractException($"{Method.Name} has the field {body} as its body, which is neither a message nor JSON."),
        };
    }

    // What the path, the body and the dialect itself fill is no parameter of the query.
    private bool IsParameter(FieldPlan field) =>
        field != BodyField && !PathFields.Contains(field) && field.Rule.Role is not (Role.HttpVerb or Role.ReadMask);
}
