using System.Text;
using Ironic.Rest.V1;

namespace Ironic.Rest.Plans;

/// <summary>The links of a resource, cut into pieces so that writing them is copying them.</summary>
internal sealed class ResourcePlan
{
    public ResourcePlan(ResourceRule rule, FieldPlan[] fields)
    {
        Collection = rule.Collection;
        if (rule.Key.Length == 0 != (rule.Collection.Length == 0))
            throw new ContractException($"The resource {rule.Collection}{rule.Key} needs both a collection and a key, or neither.");
        Key = rule.Key.Length == 0
            ? null
            : Array.Find(fields, field => field.ContractName == rule.Key)
                ?? throw new ContractException($"The resource of {rule.Collection} has no field {rule.Key}, which shall be its key.");
        Parent = rule.Parent;
        HasLinks = rule.LinkStyle != LinkStyle.None;
        Links = new LinkPlan("links", rule, Key is null ? "/" : "", bookmarkFirst: false, nested: false);
        SubLinks = [.. rule.Links.Select(link => new SubLinkPlan(link, rule))];
        Summary = Order([.. fields.Where(field => field.Rule.Summary)], rule);
    }

    /// <summary>The path of its collection, below /v1.</summary>
    public string Collection { get; }

    /// <summary>The field whose value identifies it; null when it is a place that only leads on.</summary>
    public FieldPlan? Key { get; }

    /// <summary>What the path of its links has before the collection, with {fields} of the request's path; empty for nothing.</summary>
    public string Parent { get; }

    /// <summary>The same, where all of its fields are the resource's own; null where they are of the request's path.</summary>
    public ValueTemplate? ParentOfItem { get; internal set; }

    /// <summary>Whether it has links to itself.</summary>
    public bool HasLinks { get; }

    /// <summary>The link to itself.</summary>
    public LinkPlan Links { get; }

    /// <summary>The links to what belongs to it.</summary>
    public SubLinkPlan[] SubLinks { get; }

    /// <summary>The fields of its summary, in the order in which they are named to callers.</summary>
    public FieldPlan[] Summary { get; }

    private static FieldPlan[] Order(FieldPlan[] summary, ResourceRule rule)
    {
        if (rule.SummaryOrder.Count == 0)
            return summary;
        var ordered = rule.SummaryOrder.Select(name => Array.Find(summary, field => field.ContractName == name)).OfType<FieldPlan>().ToArray();
        if (ordered.Length != summary.Length || rule.SummaryOrder.Count != summary.Length)
            throw new ContractException($"The summary_order of {rule.Collection} does not name each field of the summary once.");
        return ordered;
    }
}

/// <summary>A link that only some views show.</summary>
internal sealed class SubLinkPlan(LinkRule rule, ResourceRule resource)
{
    public string Name { get; } = rule.Name;

    public uint Since { get; } = rule.Since;

    public bool InSummary { get; } = rule.Summary;

    /// <summary>Whether <c>fields</c> can choose it.</summary>
    public bool IsSelectable { get; } = rule.Summary || rule.Selectable;

    public LinkPlan Link { get; } = new(rule.Name, resource, "/" + rule.Name, rule.BookmarkFirst, rule.Nested);
}

/// <summary>
/// <c>"{name}":[{"href":"{base}/v1/{collection}/{key}{suffix}","rel":"self"},{"href":"{base}/{collection}/{key}{suffix}","rel":"bookmark"}]</c>,
/// as the pieces between the bases and the keys. The links of a place have its path instead of the collection and the key; those of a
/// resource below another one have the other's path before the collection.
/// </summary>
internal sealed class LinkPlan
{
    public LinkPlan(string name, ResourceRule resource, string suffix, bool bookmarkFirst, bool nested)
    {
        var (firstPath, firstRelation, secondPath, secondRelation) = bookmarkFirst
            ? ("", "bookmark", "/v1", "self")
            : ("/v1", "self", "", "bookmark");
        var collection = resource.Collection.Length == 0 ? "" : $"/{resource.Collection}/";
        var parent = resource.Parent.Length == 0 ? collection : "";
        Below = resource.Parent.Length == 0 ? null : Encoding.UTF8.GetBytes(collection);
        IsSingle = resource.LinkStyle == LinkStyle.Self;
        Open = Encoding.UTF8.GetBytes($"\"{name}\":{(nested ? "[[" : "[")}{{\"href\":\"");
        First = Encoding.UTF8.GetBytes(firstPath + parent);
        Between = Encoding.UTF8.GetBytes($"{suffix}\",\"rel\":\"{firstRelation}\"}},{{\"href\":\"");
        Second = Encoding.UTF8.GetBytes(secondPath + parent);
        Close = Encoding.UTF8.GetBytes($"{suffix}\",\"rel\":\"{(IsSingle ? firstRelation : secondRelation)}\"}}{(nested ? "]]" : "]")}");
    }

    public byte[] Open { get; }

    public byte[] First { get; }

    /// <summary>The collection, where the path of the resource above stands before it; else null.</summary>
    public byte[]? Below { get; }

    /// <summary>Whether the first link is the only one.</summary>
    public bool IsSingle { get; }

    public byte[] Between { get; }

    public byte[] Second { get; }

    public byte[] Close { get; }
}
