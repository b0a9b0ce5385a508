using Ironic.Api.V1;
using Ironic.Conductor.Idempotency;
using Ironic.Conductor.Lists;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Patches;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Microsoft.Extensions.Options;
using ChassisResource = Ironic.Api.V1.Chassis;

namespace Ironic.Conductor.Chassis;

/// <summary>The chassis: what may be asked of them and done to them.</summary>
internal sealed class ChassisCollection(ChassisStore store, Clock clock, IOptions<ListOptions> options)
{
    // The UUID may be named in a patch, as long as it stays the same.
    private static readonly ResourceFields<ChassisRow> Fields = new(ChassisResource.Descriptor, also: "uuid");

    private static readonly PageRules Pages = PageRules.For(ChassisStore.Columns, withoutOrder: "extra");

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE; CHASSIS_NOT_FOUND for the marker.</exception>
    public async Task<ListChassisResponse> ListAsync(ListChassisRequest request, CancellationToken cancellationToken)
    {
        var page = Pages.Read(request.Limit, request.Marker, request.SortKey, request.SortDir, options.Value.MaxLimit);
        var rows = await store.ListAsync(page, cancellationToken) ?? throw NotFound(request.Marker);
        var response = new ListChassisResponse();
        response.Chassis.AddRange(rows.Select(ChassisMapper.ToApi));
        if (rows.Count == page.Limit)
            response.NextMarker = rows[^1].Uuid;
        return response;
    }

    /// <exception cref="IronicException">INVALID_UUID, CHASSIS_NOT_FOUND.</exception>
    public async Task<ChassisRow> GetAsync(string uuid, CancellationToken cancellationToken) =>
        await store.FindByUuidAsync(NodeIdent.ParseUuid(uuid, "chassis_uuid"), cancellationToken) ?? throw NotFound(uuid);

    /// <exception cref="IronicException">INVALID_UUID, INVALID_PARAMETER_VALUE, CHASSIS_ALREADY_EXISTS.</exception>
    public async Task<ChassisRow> CreateAsync(ChassisResource request, CancellationToken cancellationToken)
    {
        var chassis = new ChassisRow
        {
            Uuid = request.Uuid.Length == 0 ? Guid.NewGuid().ToString() : NodeIdent.ParseUuid(request.Uuid, "uuid"),
            CreatedAt = clock.UtcNow,
            Description = request.HasDescription ? request.Description : null,
            Extra = JsonTexts.ReadObject(request.Extra, "extra"),
        };
        KeyedCreation.Answer(() => new CreateChassisResponse { Chassis = ChassisMapper.ToApi(chassis) });
        await store.InsertAsync(chassis, cancellationToken);
        return chassis;
    }

    /// <exception cref="IronicException">PATCH_ERROR, INVALID_UUID, INVALID_PARAMETER_VALUE, CHASSIS_NOT_FOUND; nothing was changed.</exception>
    public async Task<ChassisRow> PatchAsync(string uuid, IEnumerable<JsonPatchOperation> operations, Microversion version, CancellationToken cancellationToken)
    {
        var patch = Fields.ParsePatch(operations, version);
        var canonical = NodeIdent.ParseUuid(uuid, "chassis_uuid");
        var changed = await store.ChangeAsync(
            canonical,
            row =>
            {
                patch.ApplyTo(row);
                if (row.Uuid != canonical)
                    throw new IronicException(ErrorReason.InvalidParameterValue, "Cannot overwrite UUID for an existing Chassis.");
            },
            cancellationToken);
        return changed ?? throw NotFound(uuid);
    }

    /// <exception cref="IronicException">INVALID_UUID, CHASSIS_NOT_FOUND, CHASSIS_NOT_EMPTY.</exception>
    public async Task DeleteAsync(string uuid, CancellationToken cancellationToken)
    {
        if (!await store.DeleteAsync(NodeIdent.ParseUuid(uuid, "chassis_uuid"), cancellationToken))
            throw NotFound(uuid);
    }

    private static IronicException NotFound(string uuid) => new(ErrorReason.ChassisNotFound, $"Chassis {uuid} could not be found.");
}
