using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Ironic.Rest.V1;

namespace Ironic.Rest.Plans;

/// <summary>A message type, compiled for reading from and writing to JSON.</summary>
internal sealed class MessagePlan
{
    private readonly MessageView?[] _views = new MessageView?[Versions.Microversion.Newest + 1];
    private readonly MessageView?[] _summaries = new MessageView?[Versions.Microversion.Newest + 1];
    private FieldPlan?[] _byNumber = [];
    private FrozenDictionary<string, FieldPlan> _byName = FrozenDictionary<string, FieldPlan>.Empty;

    public MessagePlan(MessageDescriptor descriptor) => Descriptor = descriptor;

    public MessageDescriptor Descriptor { get; }

    /// <summary>All fields, by their numbers.</summary>
    public FieldPlan[] Fields { get; private set; } = [];

    /// <summary>The links of a resource; null when the message is none.</summary>
    public ResourcePlan? Resource { get; private set; }

    /// <summary>The single link among its members; null when it has none.</summary>
    public LinkObjectPlan? LinkObject { get; internal set; }

    /// <summary>The field that takes the members of a JSON object that are no fields; null when such are refused or left out.</summary>
    public FieldPlan? Rest { get; private set; }

    /// <summary>Whether members that are no fields are left out.</summary>
    public bool IgnoresUnknown { get; private set; }

    /// <summary>Looks a field up by its REST name.</summary>
    public FieldPlan? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Looks a field up by its REST name, without making a string.</summary>
    public FieldPlan? Find(ReadOnlySpan<char> name) => _byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var field) ? field : null;

    /// <summary>Looks a field up by its name in the contract.</summary>
    public FieldPlan? FindByContractName(string name) => Array.Find(Fields, field => field.ContractName == name);

    /// <summary>Looks a field up by its number.</summary>
    public FieldPlan? Find(int number) => (uint)number < (uint)_byNumber.Length ? _byNumber[number] : null;

    /// <summary>Everything that callers of a microversion see.</summary>
    public MessageView FullView(int version) =>
        _views[version] ??= new MessageView(
            this,
            [.. Fields.Where(field => field.IsShown(version))],
            Resource is { HasLinks: true },
            [.. Resource?.SubLinks.Where(link => version >= link.Since) ?? []]);

    /// <summary>What callers of a microversion see of each item of a list; the full view when the resource has no summary.</summary>
    public MessageView SummaryView(int version) =>
        Resource is not { Summary.Length: > 0 } resource
            ? FullView(version)
            : _summaries[version] ??= new MessageView(
                this,
                [.. resource.Summary.Where(field => field.IsShown(version))],
                resource.HasLinks,
                [.. resource.SubLinks.Where(link => link.InSummary && version >= link.Since)])
            {
                IsSummary = true,
            };

    /// <summary>Completes the plan; fields may refer back to it, so it exists before they do.</summary>
    /// <exception cref="ContractException">An option names a field that is not there.</exception>
    internal void Complete(FieldPlan[] fields, ResourcePlan? resource, BodyRule? body)
    {
        Fields = fields;
        Resource = resource;
        IgnoresUnknown = body is { IgnoreUnknown: true };
        Rest = body is { Rest.Length: > 0 } ? Named(body.Rest, ValueKind.Json) : null;
        if (Rest is not null)
            Rest.IsRest = true;
        foreach (var field in fields.Where(field => field.Rule.NullWhen.Length > 0))
            field.NullWhen = Named(field.Rule.NullWhen, ValueKind.Boolean);
        _byName = fields.Where(field => field != Rest && !field.Rule.Hidden).ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);
        // Field numbers of the contracts are small; a contract with a huge one is better served by failing at start than by a slow path.
        _byNumber = new FieldPlan?[fields.Length == 0 ? 0 : fields.Max(field => field.Number) + 1];
        foreach (var field in fields)
            _byNumber[field.Number] = field;
    }

    private FieldPlan Named(string name, ValueKind kind) => FindByContractName(name) is { } field && field.Kind == kind && !field.Descriptor.IsRepeated
        ? field
        : throw new ContractException($"{Descriptor.FullName} has no {kind} field {name}.");
}

/// <summary>Which fields and links of a message are written.</summary>
internal sealed record MessageView(MessagePlan Plan, FieldPlan[] Fields, bool Links, SubLinkPlan[] SubLinks)
{
    /// <summary>Whether it is the summary, where long texts are cut.</summary>
    public bool IsSummary { get; init; }
}
