using Ironic.Rest.Errors;
using Ironic.Rest.Plans;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Requests;

/// <summary>The parameters <c>fields</c> and <c>detail</c>, and what follows from them.</summary>
internal readonly struct ViewParameters
{
    private const string FieldsName = "fields";
    private const string DetailName = "detail";

    private readonly ParameterValue? _fields;
    private readonly ParameterValue? _detail;

    private ViewParameters(ParameterValue? fields, ParameterValue? detail) => (_fields, _detail) = (fields, detail);

    /// <summary>Takes the parameters that a route understands out of those that were given.</summary>
    public static ViewParameters Take(RequestContext request, Dictionary<string, ParameterValue> parameters)
    {
        ParameterValue? fields = null;
        ParameterValue? detail = null;
        if (request.Route.CanTakeFields)
            parameters.Remove(FieldsName, out fields);
        if (request.Route.CanTakeDetail)
            parameters.Remove(DetailName, out detail);
        return new ViewParameters(fields, detail);
    }

    /// <summary>Decides what the caller sees, and writes the read mask for it.</summary>
    /// <exception cref="RestException">400: the parameters contradict each other or name no field. 406: they are newer than the microversion.</exception>
    public void Apply(RequestContext request, PooledBuffer output)
    {
        if (request.Route.Resource is not { Resource: not null } resource)
            return;
        var rule = request.Route.Method.Rule;
        var version = request.Version;
        var names = _fields is { IsNull: false } ? Scalars.CommaList(_fields.AsText(FieldsName, secret: false)) : null;
        var detail = _detail is { IsNull: false } && ParameterWriter.Boolean(DetailName, _detail);
        if (names is not null && version < rule.FieldsSince)
            throw TooOld(rule.FieldsBelowStatus, "Invalid query parameter ?fields received.");
        if (_detail is not null && version < rule.DetailSince)
            throw DetailTooOld(rule.DetailSince, rule.DetailBelowStatus);
        if (names is not null && detail)
            throw RestException.BadRequest("Can not specify ?detail=True and fields in the same request.");
        request.Next.Detail = detail;
        if (names is not null)
            ApplyFields(request, resource, names);
        else if (request.Route.Method.List is not null && !detail && !request.Route.IsDetail && resource.Resource.Summary.Length > 0)
            ApplySummary(request, resource);
        else
            request.ResourceView = resource.FullView(version);
        WriteMask(request, resource, output);
    }

    private static RestException DetailTooOld(uint since, uint status) => status is 0 or 406
        ? RestException.NotAcceptable(since)
        : new RestException((int)status, "Invalid query parameter ?detail=True received.");

    private static void ApplySummary(RequestContext request, MessagePlan resource)
    {
        request.View = ViewChoice.Summary;
        request.ResourceView = resource.SummaryView(request.Version);
        if (request.Route.CanTakeFields)
            request.Next.Fields = string.Join(',', request.ResourceView.Fields.Select(field => field.Name));
    }

    private static void ApplyFields(RequestContext request, MessagePlan resource, string[] names)
    {
        var fields = new List<FieldPlan>();
        var links = new List<SubLinkPlan>();
        var unknown = new List<string>();
        foreach (var name in names)
        {
            if (resource.Find(name) is { IsInputOnly: false } field)
                fields.Add(request.Version >= field.Rule.Since ? field : throw TooOld(field.Rule.BelowStatus, $"The field {name} needs API version 1.{field.Rule.Since}."));
            else if (Array.Find(resource.Resource!.SubLinks, link => link.IsSelectable && link.Name == name) is { } link)
                links.Add(request.Version >= link.Since ? link : throw RestException.NotAcceptable());
            else if (name != "links")
                unknown.Add(name);
        }

        // Of one resource it is said first that it does not exist; a list is refused at once.
        request.UnknownFields = [.. unknown];
        if (unknown.Count > 0 && request.Route.Method.List is not null)
            throw UnknownFields(unknown);
        request.View = ViewChoice.Fields;
        request.Next.Fields = names.Length == 0 ? null : string.Join(',', names);
        fields.AddRange(resource.Fields.Where(field => field.Rule.AlwaysShown && !fields.Contains(field)));
        fields.RemoveAll(field => !field.IsShown(request.Version));
        request.ResourceView = new MessageView(resource, [.. fields.OrderBy(field => field.Number)], resource.Resource!.HasLinks, [.. links]);
    }

    private static RestException TooOld(uint status, string message) => status is 0 or 406 ? RestException.NotAcceptable() : new RestException((int)status, message);

    /// <summary>The refusal of names that are no fields.</summary>
    public static RestException UnknownFields(IEnumerable<string> names) => RestException.BadRequest($"Field(s) \"{string.Join(", ", names.Select(Literals.Cut))}\" are not valid");

    // All fields are an empty mask; the key is always needed, for the links.
    private static void WriteMask(RequestContext request, MessagePlan resource, PooledBuffer output)
    {
        if (request.Route.Method.ReadMask is not { } mask || request.View == ViewChoice.Full)
            return;
        var key = resource.Resource!.Key!;
        output.WriteStringField(mask.Number, key.ContractName);
        foreach (var field in request.ResourceView!.Fields)
        {
            if (field != key)
                output.WriteStringField(mask.Number, field.ContractName);
            if (field.NullWhen is { } flag)
                output.WriteStringField(mask.Number, flag.ContractName);
        }
    }
}
