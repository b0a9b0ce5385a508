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

/// <summary>The volume connectors.</summary>
internal sealed class VolumeConnectors(VolumeConnectorStore store, TaskManager tasks, NodeReferences nodes, Clock clock, IOptions<ListOptions> options)
    : VolumeCollection<VolumeConnectorRow>(store, tasks, nodes, clock, "volume connector", ErrorReason.VolumeConnectorNotFound, VolumeConnector.Descriptor)
{
    private static readonly PageRules Pages = PageRules.For(VolumeConnectorStore.Columns, "extra");

    public static VolumeConnector ToApi(VolumeConnectorRow row) => new()
    {
        Uuid = row.Uuid,
        CreatedAt = ApiValues.Time(row.CreatedAt),
        UpdatedAt = ApiValues.Time(row.UpdatedAt),
        NodeUuid = row.NodeUuid,
        Type = row.Type,
        ConnectorId = row.ConnectorId,
        Extra = ApiValues.Json(row.Extra),
    };

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, NODE_NOT_FOUND; VOLUME_CONNECTOR_NOT_FOUND for the marker.</exception>
    public async Task<ListVolumeConnectorsResponse> ListAsync(ListVolumeConnectorsRequest request, CancellationToken cancellationToken)
    {
        var page = Pages.Read(request.Limit, request.Marker, request.SortKey, request.SortDir, options.Value.MaxLimit);
        var (rows, next) = await ListAsync(request.HasNode ? request.Node : null, page, cancellationToken);
        var response = new ListVolumeConnectorsResponse { NextMarker = next };
        response.Connectors.AddRange(rows.Select(ToApi));
        return response;
    }

    /// <exception cref="IronicException">As <c>VolumeService.CreateVolumeConnector</c> says.</exception>
    public Task<VolumeConnectorRow> CreateAsync(VolumeConnector request, CancellationToken cancellationToken)
    {
        ContractRules.Check(request);
        var row = new VolumeConnectorRow { Type = request.Type, ConnectorId = request.ConnectorId, Extra = JsonTexts.ReadObject(request.Extra, "extra") };
        KeyedCreation.Answer(() => new CreateVolumeConnectorResponse { Connector = ToApi(row) });
        return CreateAsync(row, request.Uuid, request.NodeUuid, cancellationToken);
    }
}
