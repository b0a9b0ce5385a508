using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Allocations;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Services;

/// <summary>The public service of allocations.</summary>
internal sealed class AllocationGrpcService(AllocationCatalog catalog, AllocationCreation creation, AllocationRemoval removal) : AllocationService.AllocationServiceBase
{
    public override Task<ListAllocationsResponse> ListAllocations(ListAllocationsRequest request, ServerCallContext context) =>
        catalog.ListAsync(request, context.CancellationToken);

    public override async Task<GetAllocationResponse> GetAllocation(GetAllocationRequest request, ServerCallContext context) =>
        new() { Allocation = AllocationMapper.ToApi(await catalog.FindAsync(request.Allocation, context.CancellationToken)) };

    public override async Task<CreateAllocationResponse> CreateAllocation(CreateAllocationRequest request, ServerCallContext context) =>
        new() { Allocation = AllocationMapper.ToApi(await creation.CreateAsync(request.Allocation ?? new Allocation(), context.CancellationToken)) };

    public override async Task<PatchAllocationResponse> PatchAllocation(PatchAllocationRequest request, ServerCallContext context)
    {
        var version = RequestContext.Current?.Version ?? Microversion.Newest;
        return new PatchAllocationResponse { Allocation = AllocationMapper.ToApi(await catalog.PatchAsync(request.Allocation, request.Patch, version, context.CancellationToken)) };
    }

    public override async Task<DeleteAllocationResponse> DeleteAllocation(DeleteAllocationRequest request, ServerCallContext context)
    {
        await removal.DeleteAsync(request.Allocation, context.CancellationToken);
        return new DeleteAllocationResponse();
    }

    public override async Task<GetNodeAllocationResponse> GetNodeAllocation(GetNodeAllocationRequest request, ServerCallContext context) =>
        new() { Allocation = AllocationMapper.ToApi(await catalog.FindByNodeAsync(request.Node, context.CancellationToken)) };

    public override async Task<DeleteNodeAllocationResponse> DeleteNodeAllocation(DeleteNodeAllocationRequest request, ServerCallContext context)
    {
        await removal.DeleteOfNodeAsync(request.Node, context.CancellationToken);
        return new DeleteNodeAllocationResponse();
    }
}
