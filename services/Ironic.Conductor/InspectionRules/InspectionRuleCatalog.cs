using Ironic.Api.V1;
using Ironic.Conductor.Contracts;
using Ironic.Conductor.Idempotency;
using Ironic.Conductor.Lists;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Patches;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.InspectionRules;

/// <summary>Inspection rules: what inspection makes of what it found.</summary>
internal sealed class InspectionRuleCatalog(InspectionRuleStore store, Clock clock, IOptions<ListOptions> options)
{
    private static readonly ResourceFields<InspectionRuleRow> Fields = new(InspectionRule.Descriptor);

    private static readonly PageRules Pages = PageRules.For(InspectionRuleStore.Columns, "conditions", "actions");

    /// <exception cref="IronicException">INVALID_UUID, INSPECTION_RULE_NOT_FOUND.</exception>
    public async Task<InspectionRule> GetAsync(string uuid, CancellationToken cancellationToken) =>
        ToApi(await store.FindByUuidAsync(Parse(uuid), cancellationToken) ?? throw NotFound(uuid));

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE; INSPECTION_RULE_NOT_FOUND for the marker.</exception>
    public async Task<ListInspectionRulesResponse> ListAsync(ListInspectionRulesRequest request, CancellationToken cancellationToken)
    {
        var page = Pages.Read(request.Limit, request.Marker, request.SortKey, request.SortDir, options.Value.MaxLimit);
        var rows = await store.ListAsync(request.HasPhase ? request.Phase : null, page, cancellationToken) ?? throw NotFound(request.Marker);
        var response = new ListInspectionRulesResponse { InspectionRules = { rows.Select(ToApi) } };
        if (rows.Count == page.Limit)
            response.NextMarker = rows[^1].Uuid;
        return response;
    }

    /// <exception cref="IronicException">As <c>InspectionRuleService.CreateInspectionRule</c> says.</exception>
    public async Task<InspectionRule> CreateAsync(InspectionRule rule, CancellationToken cancellationToken)
    {
        RuleChecks.Check(rule);
        var row = new InspectionRuleRow
        {
            Uuid = rule.Uuid.Length == 0 ? Guid.NewGuid().ToString() : Parse(rule.Uuid),
            CreatedAt = clock.UtcNow,
            Description = rule.HasDescription ? rule.Description : null,
            Phase = rule.HasPhase ? rule.Phase : InspectionRuleRow.MainPhase,
            Priority = rule.Priority,
            Sensitive = rule.Sensitive,
            Conditions = MessageJson.WriteList(rule.Conditions),
            Actions = MessageJson.WriteList(rule.Actions),
        };
        KeyedCreation.Answer(() => new CreateInspectionRuleResponse { InspectionRule = ToApi(row) });
        await store.InsertAsync(row, cancellationToken);
        return ToApi(row);
    }

    /// <exception cref="IronicException">As <c>InspectionRuleService.PatchInspectionRule</c> says; nothing was changed.</exception>
    public async Task<InspectionRule> PatchAsync(string uuid, IEnumerable<JsonPatchOperation> operations, Microversion version, CancellationToken cancellationToken)
    {
        var patch = Fields.ParsePatch(operations, version);
        var changed = await store.ChangeAsync(
            Parse(uuid),
            row =>
            {
                var wasSensitive = row.Sensitive;
                patch.ApplyTo(row);
                if (wasSensitive && !row.Sensitive)
                    throw PatchValues.Error("Inspection rules cannot have the sensitive flag unset.");
                var (conditions, actions) = (MessageJson.ReadList<InspectionCondition>(row.Conditions), MessageJson.ReadList<InspectionAction>(row.Actions));
                RuleChecks.Check(new InspectionRule { Phase = row.Phase, Priority = row.Priority, Conditions = { conditions }, Actions = { actions } });
                (row.Conditions, row.Actions) = (MessageJson.WriteList(conditions), MessageJson.WriteList(actions));
            },
            cancellationToken);
        return ToApi(changed ?? throw NotFound(uuid));
    }

    /// <exception cref="IronicException">INVALID_UUID, INSPECTION_RULE_NOT_FOUND.</exception>
    public async Task DeleteAsync(string uuid, CancellationToken cancellationToken)
    {
        if (!await store.DeleteAsync(Parse(uuid), cancellationToken))
            throw NotFound(uuid);
    }

    private static string Parse(string uuid) => NodeIdent.ParseUuid(uuid, "inspection_rule_uuid");

    private static IronicException NotFound(string uuid) => new(ErrorReason.InspectionRuleNotFound, $"Inspection rule {uuid} could not be found.");

    // What is sensitive does not leave the conductor.
    private static InspectionRule ToApi(InspectionRuleRow row)
    {
        var rule = new InspectionRule
        {
            Uuid = row.Uuid,
            CreatedAt = ApiValues.Time(row.CreatedAt),
            UpdatedAt = ApiValues.Time(row.UpdatedAt),
            Phase = row.Phase,
            Priority = row.Priority,
            Sensitive = row.Sensitive,
        };
        if (row.Description is not null)
            rule.Description = row.Description;
        if (row.Sensitive)
            return rule;
        foreach (var condition in MessageJson.ReadList<InspectionCondition>(row.Conditions))
        {
            if (RuleChecks.HasItems(condition.Loop))
            {
                condition.Multiple = condition.HasMultiple ? condition.Multiple : "any";
            }
            else
            {
                condition.Loop = null;
                condition.ClearMultiple();
            }

            rule.Conditions.Add(condition);
        }

        foreach (var action in MessageJson.ReadList<InspectionAction>(row.Actions))
        {
            if (!RuleChecks.HasItems(action.Loop))
                action.Loop = null;
            rule.Actions.Add(action);
        }

        return rule;
    }
}
