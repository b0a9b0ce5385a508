using Ironic.Api.V1;
using Ironic.Conductor.Contracts;
using Ironic.Conductor.Idempotency;
using Ironic.Conductor.Lists;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Volumes;

/// <summary>The volume targets.</summary>
internal sealed class VolumeTargets(VolumeTargetStore store, TaskManager tasks, NodeReferences nodes, Clock clock, IOptions<ListOptions> options)
    : VolumeCollection<VolumeTargetRow>(store, tasks, nodes, clock, "volume target", ErrorReason.VolumeTargetNotFound, VolumeTarget.Descriptor)
{
    private static readonly PageRules Pages = PageRules.For(VolumeTargetStore.Columns, "extra", "properties");

    /// <summary>The target as callers see it: without its secrets.</summary>
    public static VolumeTarget ToApi(VolumeTargetRow row) => new()
    {
        Uuid = row.Uuid,
        CreatedAt = ApiValues.Time(row.CreatedAt),
        UpdatedAt = ApiValues.Time(row.UpdatedAt),
        NodeUuid = row.NodeUuid,
        VolumeType = row.VolumeType,
        BootIndex = row.BootIndex,
        VolumeId = row.VolumeId,
        Properties = ApiValues.Json(row.Properties is null ? null : SecretMask.Mask(row.Properties)),
        Extra = ApiValues.Json(row.Extra),
    };

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, NODE_NOT_FOUND; VOLUME_TARGET_NOT_FOUND for the marker.</exception>
    public async Task<ListVolumeTargetsResponse> ListAsync(ListVolumeTargetsRequest request, CancellationToken cancellationToken)
    {
        var page = Pages.Read(request.Limit, request.Marker, request.SortKey, request.SortDir, options.Value.MaxLimit);
        var (rows, next) = await ListAsync(request.HasNode ? request.Node : null, page, cancellationToken);
        var response = new ListVolumeTargetsResponse { NextMarker = next };
        response.Targets.AddRange(rows.Select(ToApi));
        return response;
    }

    /// <exception cref="IronicException">As <c>VolumeService.CreateVolumeTarget</c> says.</exception>
    public Task<VolumeTargetRow> CreateAsync(VolumeTarget request, CancellationToken cancellationToken)
    {
        ContractRules.Check(request);
        var row = new VolumeTargetRow
        {
            VolumeType = request.VolumeType,
            BootIndex = request.BootIndex,
            VolumeId = request.VolumeId,
            Properties = JsonTexts.ReadObject(request.Properties, "properties"),
            Extra = JsonTexts.ReadObject(request.Extra, "extra"),
        };
        KeyedCreation.Answer(() => new CreateVolumeTargetResponse { Target = ToApi(row) });
        return CreateAsync(row, request.Uuid, request.NodeUuid, cancellationToken);
    }
}
