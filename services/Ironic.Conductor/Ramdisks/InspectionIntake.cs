using System.Text.Json;
using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Provisioning;
using Ironic.Conductor.Shapes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Ramdisks;

/// <summary>
/// Takes what an agent found out about its machine: finds the node that waits for it, stores the inventory and ends the inspection.
/// </summary>
internal sealed partial class InspectionIntake(
    RamdiskNodes nodes,
    RamdiskLookup lookup,
    NodeInventoryStore inventories,
    Transitions transitions,
    Clock clock,
    IOptions<RamdiskOptions> options,
    ILogger<InspectionIntake> logger)
{
    private const int LookupStyleSince = 84;

    private static readonly string[] BmcMembers = ["bmc_address", "bmc_v6address"];

    private static readonly JsonShape TextOrNull = JsonShape.AnyOf(JsonShape.Text, JsonShape.Null);

    private static readonly JsonShape Inventory = JsonShape.Object(
        isOpen: true,
        new("interfaces", JsonShape.ListOf(JsonShape.Object(isOpen: true, new JsonShapeMember("mac_address", JsonShape.Text, IsRequired: true)), minimumItems: 1), IsRequired: true),
        new("bmc_address", TextOrNull),
        new("bmc_v6address", TextOrNull));

    /// <exception cref="IronicException">FORBIDDEN, INVALID_PARAMETER_VALUE, INVALID_UUID, NOT_FOUND, NO_VALID_HOST_FOR_NODE, NODE_LOCKED.</exception>
    public async Task<ContinueInspectionResponse> ContinueAsync(ContinueInspectionRequest request, Microversion version, CancellationToken cancellationToken)
    {
        lookup.RequireEnabled();
        var inventory = JsonTexts.ReadObject(request.Data?.Inventory, "inventory") ?? throw Invalid("'inventory' is a required property");
        var pluginData = JsonTexts.ReadObject(request.Data!.PluginData, "plugin_data") ?? "{}";
        var (macs, bmcs) = ReadAddresses(inventory);
        if (macs.Length == 0 && bmcs.Length == 0 && !request.HasNodeUuid)
            throw new IronicException(ErrorReason.InvalidParameterValue, "No lookup information provided");
        var known = request.HasNodeUuid ? NodeIdent.ParseUuid(request.NodeUuid, "node_uuid") : null;
        var uuid = await FindAsync(known, macs, bmcs, cancellationToken);
        await using var task = uuid is null ? null : await lookup.TryOpenAsync(uuid, cancellationToken);
        if (task?.Node.ProvisionState != ProvisionStates.InspectWait)
        {
            LogNotFound(uuid, task?.Node.ProvisionState);
            throw RamdiskLookup.NotFound();
        }

        await task.LoadDriverAsync(cancellationToken, ErrorReason.NoValidHostForNode);
        var answer = new ContinueInspectionResponse { Uuid = task.Node.Uuid };
        if (version.Minor >= LookupStyleSince)
        {
            var token = await lookup.HandOutTokenAsync(task, cancellationToken);
            (answer.Node, answer.Config) = (lookup.ToApi(task.Node), RamdiskConfigs.Create(task.Node, token, options.Value));
        }

        await task.UpgradeAsync(cancellationToken);
        if (task.Node.ProvisionState != ProvisionStates.InspectWait)
            throw RamdiskLookup.NotFound();
        await StoreAsync(task, new NodeInventory(inventory, pluginData), cancellationToken);
        return answer;
    }

    private async Task StoreAsync(NodeTask task, NodeInventory inventory, CancellationToken cancellationToken)
    {
        List<JournalEntry> entries = [transitions.Move(task.Node, "resume")];
        if (ErrorOf(inventory.PluginData) is { } error)
        {
            entries.Add(transitions.Move(task.Node, "fail"));
            task.Node.LastError = $"Inspection failed: the ramdisk reported an error: {error}";
            entries.Add(new JournalEntry("inspection", task.Node.LastError) { Severity = "ERROR" });
        }
        else
        {
            entries.Add(transitions.Move(task.Node, "done"));
            task.Node.LastError = null;
            task.Node.InspectionFinishedAt = clock.UtcNow;
        }

        await task.SaveAndReleaseAsync(write => inventories.PutAsync(write, task.Node.Id, inventory), cancellationToken, [.. entries]);
    }

    // What is found by one thing must not contradict what is found by another: it may be that ports belong to a wrong node.
    private async Task<string?> FindAsync(string? known, string[] macs, string[] bmcs, CancellationToken cancellationToken)
    {
        var found = known;
        var byMac = await nodes.FindByAddressesAsync(macs, cancellationToken);
        if (byMac.Count > 1)
            return null;
        if (byMac.Count == 1)
        {
            if (found is not null && found != byMac.First())
                return null;
            found = byMac.First();
        }

        if (bmcs.Length == 0)
            return found;
        var byBmc = (await nodes.ListInspectedAsync(cancellationToken))
            .Where(node => AgentRecord.Read(node.DriverInternalInfo).BmcAddresses.Intersect(bmcs).Any()).Select(node => node.Uuid).ToList();
        if (found is null)
            return byBmc.Count == 1 ? byBmc[0] : null;
        return byBmc.Count == 0 || byBmc.Contains(found) ? found : null;
    }

    private static (string[] Macs, string[] Bmcs) ReadAddresses(string inventory)
    {
        using var document = JsonDocument.Parse(inventory);
        var root = document.RootElement;
        if (Inventory.FindFault(root) is { } fault)
            throw Invalid(fault);
        try
        {
            string[] macs = [.. root.GetProperty("interfaces").EnumerateArray().Select(each => MacAddress.TryParse(each.GetProperty("mac_address").GetString()!)).OfType<string>()];
            string[] bmcs = [.. BmcMembers.Select(name => root.TryGetProperty(name, out var value) ? value.GetString() : null).Where(each => each is { Length: > 0 }).OfType<string>()];
            return (macs, bmcs);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            throw Invalid("an address is not a valid text");
        }
    }

    private static string? ErrorOf(string pluginData)
    {
        using var document = JsonDocument.Parse(pluginData);
        if (!document.RootElement.TryGetProperty("error", out var error) || error.ValueKind is JsonValueKind.Null or JsonValueKind.False)
            return null;
        // With the escapes of JSON: the text may hold what no database column takes.
        return error.GetRawText().Trim('"') is { Length: > 0 } text ? SecretMask.MaskText(text) : null;
    }

    private static IronicException Invalid(string fault) => new(ErrorReason.InvalidParameterValue, $"Schema error for data: {fault}");

    [LoggerMessage(EventId = 1920, EventName = "InspectionDataRefused", Level = LogLevel.Warning, Message = "Inspection data fit no node that waits for them (node {Node}, state {State})")]
    private partial void LogNotFound(string? node, string? state);
}
