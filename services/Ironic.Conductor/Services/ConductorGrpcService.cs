using System.Collections.Frozen;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;
using ConductorResource = Ironic.Api.V1.Conductor;

namespace Ironic.Conductor.Services;

/// <summary>The public conductor service. There are few conductors: they are sorted and paged here.</summary>
internal sealed class ConductorGrpcService(ConductorStore store, Membership membership, IOptions<ListOptions> options) : ConductorService.ConductorServiceBase
{
    private static readonly FrozenDictionary<string, Func<ConductorRow, IComparable>> SortKeys = new Dictionary<string, Func<ConductorRow, IComparable>>
    {
        ["id"] = c => c.Id,
        ["hostname"] = c => c.Hostname,
        ["conductor_group"] = c => c.ConductorGroup,
        ["online"] = c => c.Online,
        ["created_at"] = c => c.CreatedAt,
        ["updated_at"] = c => c.UpdatedAt,
    }.ToFrozenDictionary();

    public override async Task<ListConductorsResponse> ListConductors(ListConductorsRequest request, ServerCallContext context)
    {
        var limit = request.Limit > 0 ? Math.Min(request.Limit, options.Value.MaxLimit) : options.Value.MaxLimit;
        var sortKey = request.SortKey.Length == 0 ? "id" : request.SortKey;
        if (sortKey is "alive" or "drivers")
            throw Invalid($"The sort_key value {sortKey} is an invalid field for sorting");
        if (!SortKeys.TryGetValue(sortKey, out var key))
            throw Invalid($"The sort_key value \"{sortKey}\" is an invalid field for sorting");
        var all = await store.ListAsync(context.CancellationToken);
        IEnumerable<ConductorRow> sorted = request.SortDir switch
        {
            "" or "asc" => all.OrderBy(key).ThenBy(c => c.Id),
            "desc" => all.OrderByDescending(key).ThenByDescending(c => c.Id),
            _ => throw Invalid($"Invalid sort direction: {request.SortDir}. Acceptable values are 'asc' or 'desc'"),
        };
        if (request.Marker.Length > 0)
        {
            if (all.All(c => c.Hostname != request.Marker))
                throw NotFound(request.Marker);
            sorted = sorted.SkipWhile(c => c.Hostname != request.Marker).Skip(1);
        }

        var page = sorted.Take(limit).ToList();
        var response = new ListConductorsResponse();
        response.Conductors.AddRange(page.Select(ToApi));
        if (page.Count == limit)
            response.NextMarker = page[^1].Hostname;
        return response;
    }

    public override async Task<GetConductorResponse> GetConductor(GetConductorRequest request, ServerCallContext context)
    {
        var conductor = (await store.ListAsync(context.CancellationToken)).FirstOrDefault(c => c.Hostname == request.Hostname) ?? throw NotFound(request.Hostname);
        return new GetConductorResponse { Conductor = ToApi(conductor) };
    }

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);

    private static IronicException NotFound(string hostname) => new(ErrorReason.ConductorNotFound, $"Conductor {hostname} could not be found.");

    private ConductorResource ToApi(ConductorRow row)
    {
        var conductor = new ConductorResource
        {
            Hostname = row.Hostname,
            ConductorGroup = row.ConductorGroup,
            Alive = membership.IsAlive(row),
            CreatedAt = Timestamp.FromDateTime(row.CreatedAt),
            UpdatedAt = Timestamp.FromDateTime(row.UpdatedAt),
        };
        conductor.Drivers.AddRange(row.Drivers.Split(',', StringSplitOptions.RemoveEmptyEntries));
        return conductor;
    }
}
