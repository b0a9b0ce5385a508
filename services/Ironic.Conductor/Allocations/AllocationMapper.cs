using Ironic.Api.V1;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Allocations;

/// <summary>Allocations as callers see them.</summary>
internal static class AllocationMapper
{
    public static Allocation ToApi(AllocationRow row)
    {
        var allocation = new Allocation
        {
            Uuid = row.Uuid,
            CreatedAt = ApiValues.Time(row.CreatedAt),
            UpdatedAt = ApiValues.Time(row.UpdatedAt),
            State = row.State switch
            {
                AllocationRow.Allocating => AllocationState.Allocating,
                AllocationRow.Active => AllocationState.Active,
                AllocationRow.Error => AllocationState.Error,
                var state => throw new InvalidOperationException($"'{state}' is no state of an allocation."),
            },
            Traits = { row.GetTraits() },
            CandidateNodes = { row.GetCandidateNodes() },
            Extra = ApiValues.Json(row.Extra),
        };
        if (row.Name is not null)
            allocation.Name = row.Name;
        if (row.NodeUuid is not null)
            allocation.NodeUuid = row.NodeUuid;
        if (row.LastError is not null)
            allocation.LastError = row.LastError;
        if (row.ResourceClass is not null)
            allocation.ResourceClass = row.ResourceClass;
        if (row.Owner is not null)
            allocation.Owner = row.Owner;
        return allocation;
    }
}
