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

namespace Ironic.Conductor.Runbooks;

/// <summary>Runbooks: steps that are run on a node as a whole.</summary>
internal sealed class RunbookCatalog(RunbookStore store, Clock clock, IOptions<ListOptions> options)
{
    // Before, a runbook's name was the trait of the nodes that it is for.
    private const int FreeNames = 112;

    private static readonly ResourceFields<RunbookRow> Fields = new(Runbook.Descriptor);

    private static readonly PageRules Pages = PageRules.For(RunbookStore.Columns, hidden: [], withoutOrder: ["extra", "steps", "traits"]);

    /// <exception cref="IronicException">RUNBOOK_NOT_FOUND.</exception>
    public async Task<RunbookRow> FindAsync(string ident, CancellationToken cancellationToken)
    {
        var found = NodeIdent.TryParseUuid(ident) is { } uuid
            ? await store.FindByUuidAsync(uuid, cancellationToken)
            : await store.FindByNameAsync(ident, cancellationToken);
        return found ?? throw NotFound(ident);
    }

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE; RUNBOOK_NOT_FOUND for the marker.</exception>
    public async Task<ListRunbooksResponse> ListAsync(ListRunbooksRequest request, CancellationToken cancellationToken)
    {
        var page = Pages.Read(request.Limit, request.Marker, request.SortKey, request.SortDir, options.Value.MaxLimit);
        var rows = await store.ListAsync(request.HasProject ? request.Project : null, page, cancellationToken) ?? throw NotFound(request.Marker);
        var response = new ListRunbooksResponse { Runbooks = { rows.Select(RunbookMapper.ToApi) } };
        if (rows.Count == page.Limit)
            response.NextMarker = rows[^1].Uuid;
        return response;
    }

    /// <exception cref="IronicException">As <c>RunbookService.CreateRunbook</c> says.</exception>
    public async Task<RunbookRow> CreateAsync(Runbook runbook, Microversion version, CancellationToken cancellationToken)
    {
        ContractRules.Check(runbook);
        if (version.Minor < FreeNames)
            TraitRules.Check(runbook.Name);
        CheckName(runbook.Name);
        StepLists.CheckUnique(runbook.Steps.Select(s => (s.Interface, s.Step)));
        var row = new RunbookRow
        {
            Uuid = runbook.Uuid.Length == 0 ? Guid.NewGuid().ToString() : NodeIdent.ParseUuid(runbook.Uuid, "uuid"),
            CreatedAt = clock.UtcNow,
            Name = runbook.Name,
            Steps = MessageJson.WriteList(runbook.Steps),
            Extra = runbook.Extra?.Text,
            Public = runbook.Public,
            Owner = runbook.HasOwner ? runbook.Owner : null,
            DisableRamdisk = runbook.DisableRamdisk,
            Description = runbook.HasDescription ? runbook.Description : null,
        };
        KeyedCreation.Answer(() => new CreateRunbookResponse { Runbook = RunbookMapper.ToApi(row) });
        await store.InsertAsync(row, cancellationToken);
        return row;
    }

    /// <exception cref="IronicException">As <c>RunbookService.PatchRunbook</c> says; nothing was changed.</exception>
    public async Task<RunbookRow> PatchAsync(string ident, IEnumerable<JsonPatchOperation> operations, Microversion version, CancellationToken cancellationToken)
    {
        var patch = Fields.ParsePatch(operations, version);
        var found = await FindAsync(ident, cancellationToken);
        return await store.ChangeAsync(found.Uuid, row => Apply(patch, row), cancellationToken) ?? throw NotFound(ident);
    }

    /// <exception cref="IronicException">RUNBOOK_NOT_FOUND.</exception>
    public async Task DeleteAsync(string ident, CancellationToken cancellationToken)
    {
        if (!await store.DeleteAsync((await FindAsync(ident, cancellationToken)).Uuid, cancellationToken))
            throw NotFound(ident);
    }

    /// <summary>Replaces all traits.</summary>
    /// <exception cref="IronicException">RUNBOOK_NOT_FOUND, INVALID_PARAMETER_VALUE.</exception>
    public async Task SetTraitsAsync(string ident, IEnumerable<string> traits, CancellationToken cancellationToken)
    {
        var wanted = traits.Distinct(StringComparer.Ordinal).ToArray();
        foreach (var trait in wanted)
            TraitRules.Check(trait);
        if (!await store.SetTraitsAsync((await FindAsync(ident, cancellationToken)).Uuid, wanted, cancellationToken))
            throw NotFound(ident);
    }

    /// <exception cref="IronicException">RUNBOOK_NOT_FOUND, INVALID_PARAMETER_VALUE.</exception>
    public async Task AddTraitAsync(string ident, string trait, CancellationToken cancellationToken)
    {
        TraitRules.Check(trait);
        if (!await store.AddTraitAsync((await FindAsync(ident, cancellationToken)).Uuid, trait, cancellationToken))
            throw NotFound(ident);
    }

    /// <summary>A trait that the runbook does not have is removed already.</summary>
    /// <exception cref="IronicException">RUNBOOK_NOT_FOUND.</exception>
    public async Task RemoveTraitAsync(string ident, string trait, CancellationToken cancellationToken) =>
        await store.RemoveTraitAsync((await FindAsync(ident, cancellationToken)).Uuid, trait, cancellationToken);

    private static void Apply(ResourcePatch<RunbookRow> patch, RunbookRow row)
    {
        var (before, wasPublic) = (row.Steps, row.Public);
        // Who makes a runbook public, or not, gives it up, unless a new owner is named in the same breath.
        if (patch.Sets("public"))
            row.Owner = null;
        patch.ApplyTo(row);
        if (patch.Sets("owner") && (patch.Sets("public") ? row.Public : wasPublic))
            throw PatchValues.Error("There cannot be an owner for a public runbook");
        CheckName(row.Name);
        var steps = MessageJson.ReadList<RunbookStep>(row.Steps);
        ContractRules.Check(new Runbook { Name = row.Name, Steps = { steps } });
        StepLists.CheckUnique(steps.Select(s => (s.Interface, s.Step)));
        row.Steps = StepLists.Merge(before, steps);
    }

    private static void CheckName(string name)
    {
        if (!NodeIdent.IsLogicalName(name))
        {
            throw new IronicException(
                ErrorReason.InvalidParameterValue, $"'{name}' is not a valid name of a runbook: 1 to 255 letters, digits, '-', '.', '_', '~'.");
        }
    }

    private static IronicException NotFound(string ident) => new(ErrorReason.RunbookNotFound, $"Runbook {ident} could not be found.");
}
