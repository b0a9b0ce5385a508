using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Enrolment;

/// <summary>Makes nodes of simulated machines, in any system that speaks Ironic's REST API.</summary>
public sealed class Enroller : IDisposable
{
    // Has everything that is used here, and old services refuse a newer one by saying so.
    private const string Microversion = "1.46";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SimulatedFleet _fleet;
    private readonly HttpClient _client;
    private int _created, _updated;

    /// <param name="fleet">Whose machines they are.</param>
    /// <param name="api">The API, <c>http://127.0.0.1:6385</c>.</param>
    public Enroller(SimulatedFleet fleet, Uri api)
    {
        ArgumentNullException.ThrowIfNull(api);
        _fleet = fleet;
        _client = new HttpClient { BaseAddress = new Uri(api.OriginalString.TrimEnd('/') + "/"), Timeout = Patience };
        _client.DefaultRequestHeaders.Add("X-OpenStack-Ironic-API-Version", Microversion);
    }

    /// <summary>How many requests are under way at the same time.</summary>
    public int AtOnce { get; init; } = 8;

    /// <summary>Whether Redfish machines are addressed at the service that all share, by their system's path, instead of at their own.</summary>
    public bool UseSharedService { get; init; }

    /// <summary>How many nodes were made.</summary>
    public int Created => _created;

    /// <summary>How many nodes there were already; they have the machine's present address now.</summary>
    public int Updated => _updated;

    /// <summary>The node of a machine: its name and <c>driver</c>, <c>driver_info</c>, <c>properties</c>.</summary>
    public JsonObject Describe(SimulatedServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        // A machine that speaks both is one of Redfish.
        var isRedfish = server.Protocols.HasFlag(ServerProtocols.Redfish);
        return new JsonObject
        {
            ["name"] = server.Id,
            ["driver"] = isRedfish ? "redfish" : "ipmi",
            ["driver_info"] = isRedfish ? RedfishInfo(server) : IpmiInfo(server),
            ["properties"] = new JsonObject { ["cpu_arch"] = "x86_64", ["cpus"] = 64, ["memory_mb"] = 128 * 1024, ["local_gb"] = 890 },
        };
    }

    /// <summary>Enrols all machines of the fleet.</summary>
    /// <exception cref="HttpRequestException">The API cannot be reached, or refuses; its answer is in the message.</exception>
    public Task RunAsync(CancellationToken cancellation = default) =>
        Parallel.ForEachAsync(_fleet.Servers, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (server, stop) => await EnrolAsync(server, stop));

    public void Dispose() => _client.Dispose();

    private async Task EnrolAsync(SimulatedServer server, CancellationToken cancellation)
    {
        var node = Describe(server);
        using var answer = await _client.PostAsJsonAsync("v1/nodes", node, cancellation);
        if (answer.StatusCode == HttpStatusCode.Conflict)
        {
            await UpdateAsync(server, node, cancellation);
            return;
        }

        var made = await ReadAsync(answer, server, cancellation);
        // The machine that PXE boots is known by its network card.
        using var port = await _client.PostAsJsonAsync("v1/ports", new JsonObject { ["node_uuid"] = (string?)made["uuid"], ["address"] = server.MacAddresses[0] }, cancellation);
        if (port.StatusCode != HttpStatusCode.Conflict)
            await ReadAsync(port, server, cancellation);
        Interlocked.Increment(ref _created);
    }

    private async Task UpdateAsync(SimulatedServer server, JsonObject node, CancellationToken cancellation)
    {
        var patch = new JsonArray(new JsonObject { ["op"] = "add", ["path"] = "/driver_info", ["value"] = node["driver_info"]!.DeepClone() });
        using var content = JsonContent.Create(patch);
        using var answer = await _client.PatchAsync($"v1/nodes/{server.Id}", content, cancellation);
        await ReadAsync(answer, server, cancellation);
        Interlocked.Increment(ref _updated);
    }

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage answer, SimulatedServer server, CancellationToken cancellation)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"{server.Id}: {(int)answer.StatusCode} {text}", null, answer.StatusCode);
        return JsonNode.Parse(text)!.AsObject();
    }

    private JsonObject RedfishInfo(SimulatedServer server)
    {
        var url = UseSharedService ? _fleet.RedfishUrl! : server.RedfishUrl!;
        var info = new JsonObject
        {
            ["redfish_address"] = url.GetLeftPart(UriPartial.Authority),
            ["redfish_system_id"] = server.SystemPath,
            ["redfish_username"] = _fleet.Options.User,
            ["redfish_password"] = _fleet.Options.Password,
        };
        if (_fleet.Options.Https)
            info["redfish_verify_ca"] = false;
        return info;
    }

    private JsonObject IpmiInfo(SimulatedServer server) => new()
    {
        ["ipmi_address"] = _fleet.Options.Address.ToString(),
        ["ipmi_port"] = server.IpmiPort,
        ["ipmi_username"] = _fleet.Options.User,
        ["ipmi_password"] = _fleet.Options.Password,
    };
}
