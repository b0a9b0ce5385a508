using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Runbooks;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Services;

/// <summary>The public service of runbooks.</summary>
internal sealed class RunbookGrpcService(RunbookCatalog runbooks) : RunbookService.RunbookServiceBase
{
    private static Microversion Version => RequestContext.Current?.Version ?? Microversion.Newest;

    public override Task<ListRunbooksResponse> ListRunbooks(ListRunbooksRequest request, ServerCallContext context) =>
        runbooks.ListAsync(request, context.CancellationToken);

    public override async Task<GetRunbookResponse> GetRunbook(GetRunbookRequest request, ServerCallContext context) =>
        new() { Runbook = RunbookMapper.ToApi(await runbooks.FindAsync(request.Runbook, context.CancellationToken)) };

    public override async Task<CreateRunbookResponse> CreateRunbook(CreateRunbookRequest request, ServerCallContext context) =>
        new() { Runbook = RunbookMapper.ToApi(await runbooks.CreateAsync(request.Runbook ?? new Runbook(), Version, context.CancellationToken)) };

    public override async Task<PatchRunbookResponse> PatchRunbook(PatchRunbookRequest request, ServerCallContext context) =>
        new() { Runbook = RunbookMapper.ToApi(await runbooks.PatchAsync(request.Runbook, request.Patch, Version, context.CancellationToken)) };

    public override async Task<DeleteRunbookResponse> DeleteRunbook(DeleteRunbookRequest request, ServerCallContext context)
    {
        await runbooks.DeleteAsync(request.Runbook, context.CancellationToken);
        return new DeleteRunbookResponse();
    }

    public override async Task<ListRunbookTraitsResponse> ListRunbookTraits(ListRunbookTraitsRequest request, ServerCallContext context) =>
        new() { Traits = { (await runbooks.FindAsync(request.Runbook, context.CancellationToken)).Traits?.Split(',') ?? [] } };

    public override async Task<SetRunbookTraitsResponse> SetRunbookTraits(SetRunbookTraitsRequest request, ServerCallContext context)
    {
        await runbooks.SetTraitsAsync(request.Runbook, request.Traits, context.CancellationToken);
        return new SetRunbookTraitsResponse();
    }

    public override async Task<AddRunbookTraitResponse> AddRunbookTrait(AddRunbookTraitRequest request, ServerCallContext context)
    {
        await runbooks.AddTraitAsync(request.Runbook, request.Trait, context.CancellationToken);
        return new AddRunbookTraitResponse();
    }

    public override async Task<RemoveAllRunbookTraitsResponse> RemoveAllRunbookTraits(RemoveAllRunbookTraitsRequest request, ServerCallContext context)
    {
        await runbooks.SetTraitsAsync(request.Runbook, [], context.CancellationToken);
        return new RemoveAllRunbookTraitsResponse();
    }

    public override async Task<RemoveRunbookTraitResponse> RemoveRunbookTrait(RemoveRunbookTraitRequest request, ServerCallContext context)
    {
        await runbooks.RemoveTraitAsync(request.Runbook, request.Trait, context.CancellationToken);
        return new RemoveRunbookTraitResponse();
    }
}
