using Ironic.Api.V1;
using Ironic.Conductor.Contracts;
using Ironic.Conductor.Idempotency;
using Ironic.Conductor.Lists;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Patches;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Traits;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.DeployTemplates;

/// <summary>Deploy templates: steps that a deployment gets by a trait.</summary>
internal sealed class DeployTemplateCatalog(DeployTemplateStore store, Clock clock, IOptions<ListOptions> options)
{
    private static readonly ResourceFields<DeployTemplateRow> Fields = new(DeployTemplate.Descriptor, "description");

    private static readonly PageRules Pages = PageRules.For(DeployTemplateStore.Columns, "extra", "steps");

    /// <exception cref="IronicException">DEPLOY_TEMPLATE_NOT_FOUND.</exception>
    public async Task<DeployTemplateRow> FindAsync(string ident, CancellationToken cancellationToken)
    {
        // Names are traits, so they have no lower-case letters.
        var found = NodeIdent.TryParseUuid(ident) is { } uuid
            ? await store.FindByUuidAsync(uuid, cancellationToken)
            : await store.FindByNameAsync(ident.ToUpperInvariant(), cancellationToken);
        return found ?? throw NotFound(ident);
    }

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE; DEPLOY_TEMPLATE_NOT_FOUND for the marker.</exception>
    public async Task<ListDeployTemplatesResponse> ListAsync(ListDeployTemplatesRequest request, CancellationToken cancellationToken)
    {
        var page = Pages.Read(request.Limit, request.Marker, request.SortKey, request.SortDir, options.Value.MaxLimit);
        var rows = await store.ListAsync(page, cancellationToken) ?? throw NotFound(request.Marker);
        var response = new ListDeployTemplatesResponse { DeployTemplates = { rows.Select(DeployTemplateMapper.ToApi) } };
        if (rows.Count == page.Limit)
            response.NextMarker = rows[^1].Uuid;
        return response;
    }

    /// <exception cref="IronicException">As <c>DeployTemplateService.CreateDeployTemplate</c> says.</exception>
    public async Task<DeployTemplateRow> CreateAsync(DeployTemplate template, CancellationToken cancellationToken)
    {
        ContractRules.Check(template);
        TraitRules.Check(template.Name);
        StepLists.CheckUnique(template.Steps.Select(s => (s.Interface, s.Step)));
        var row = new DeployTemplateRow
        {
            Uuid = template.Uuid.Length == 0 ? Guid.NewGuid().ToString() : NodeIdent.ParseUuid(template.Uuid, "uuid"),
            CreatedAt = clock.UtcNow,
            Name = template.Name,
            Steps = MessageJson.WriteList(template.Steps),
            Extra = template.Extra?.Text,
        };
        KeyedCreation.Answer(() => new CreateDeployTemplateResponse { DeployTemplate = DeployTemplateMapper.ToApi(row) });
        await store.InsertAsync(row, cancellationToken);
        return row;
    }

    /// <exception cref="IronicException">As <c>DeployTemplateService.PatchDeployTemplate</c> says; nothing was changed.</exception>
    public async Task<DeployTemplateRow> PatchAsync(string ident, IEnumerable<JsonPatchOperation> operations, Microversion version, CancellationToken cancellationToken)
    {
        var patch = Fields.ParsePatch(operations, version);
        var found = await FindAsync(ident, cancellationToken);
        return await store.ChangeAsync(
            found.Uuid,
            row =>
            {
                var before = row.Steps;
                patch.ApplyTo(row);
                TraitRules.Check(row.Name);
                var steps = MessageJson.ReadList<DeployStep>(row.Steps);
                ContractRules.Check(new DeployTemplate { Name = row.Name, Steps = { steps } });
                StepLists.CheckUnique(steps.Select(s => (s.Interface, s.Step)));
                row.Steps = StepLists.Merge(before, steps);
            },
            cancellationToken) ?? throw NotFound(ident);
    }

    /// <exception cref="IronicException">DEPLOY_TEMPLATE_NOT_FOUND.</exception>
    public async Task DeleteAsync(string ident, CancellationToken cancellationToken)
    {
        var found = await FindAsync(ident, cancellationToken);
        if (!await store.DeleteAsync(found.Uuid, cancellationToken))
            throw NotFound(ident);
    }

    private static IronicException NotFound(string ident) => new(ErrorReason.DeployTemplateNotFound, $"Deploy template {ident} could not be found.");
}
