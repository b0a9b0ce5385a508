using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Ramdisks;

/// <summary>
/// What a node's <c>driver_internal_info</c> has of the agent on it, under Ironic's names. The token is a secret: it is shown to the agent
/// once, and to nobody else.
/// </summary>
internal sealed class AgentRecord
{
    private const string TokenKey = "agent_secret_token";
    private const string HeartbeatFormat = "yyyy-MM-ddTHH:mm:ss.ffffff";
    private const string PregeneratedKey = "agent_secret_token_pregenerated";

    private readonly JsonObject _members;

    private AgentRecord(JsonObject members) => _members = members;

    /// <summary>Where it listens; null until it was heard of, empty when it is not to be called.</summary>
    public string? Url { get => Text("agent_url"); set => Set("agent_url", value); }

    public string? Version { set => Set("agent_version", value); }

    /// <summary>Its certificate in PEM.</summary>
    public string? VerifyCa { get => Text("agent_verify_ca"); set => Set("agent_verify_ca", value); }

    public string? Status { set => Set("agent_status", value); }

    public string? StatusMessage { set => Set("agent_status_message", value); }

    /// <summary>When it was heard of, in UTC; null: never.</summary>
    public DateTime? LastHeartbeat
    {
        get => DateTime.TryParseExact(
            Text("agent_last_heartbeat"), HeartbeatFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;
        set => Set("agent_last_heartbeat", value?.ToString(HeartbeatFormat, CultureInfo.InvariantCulture));
    }

    /// <summary>Whether it has a token already.</summary>
    public bool HasToken => Text(TokenKey) is { Length: > 0 };

    /// <summary>Addresses of the node's management controller, as they were when its inspection began.</summary>
    public IEnumerable<string> BmcAddresses => _members["lookup_bmc_addresses"] is JsonArray addresses
        ? addresses.OfType<JsonValue>().Select(each => each.TryGetValue<string>(out var text) ? text : null).OfType<string>()
        : [];

    public static AgentRecord Read(NodeRow node) => Read(node.DriverInternalInfo);

    public static AgentRecord Read(string? driverInternalInfo) => new(driverInternalInfo is null ? [] : JsonNode.Parse(driverInternalInfo)!.AsObject());

    /// <summary>The same members without the token; the text itself when it has none.</summary>
    public static string? WithoutToken(string? driverInternalInfo)
    {
        if (driverInternalInfo is null || !driverInternalInfo.Contains(TokenKey, StringComparison.Ordinal))
            return driverInternalInfo;
        var members = JsonNode.Parse(driverInternalInfo)!.AsObject();
        members.Remove(TokenKey);
        return members.ToJsonString(JsonTexts.Verbatim);
    }

    /// <summary>Makes a new token and keeps it.</summary>
    public string CreateToken()
    {
        // 32 random bytes: 43 letters, digits, hyphens and underscores. Agents take none that is shorter than 32.
        var token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        Set(TokenKey, token);
        return token;
    }

    /// <summary>Whether it is the agent's token. How long that takes does not tell how much of it is right.</summary>
    public bool IsToken(string token) =>
        Text(TokenKey) is { Length: > 0 } known && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(known), Encoding.UTF8.GetBytes(token));

    /// <summary>
    /// The machine was switched off: the agent is gone, and the next one may have another address and gets a token of its own, unless its
    /// token is a part of its image.
    /// </summary>
    public static void Forget(NodeRow node)
    {
        var record = Read(node);
        var isPregenerated = record._members[PregeneratedKey] is JsonValue value && value.TryGetValue<bool>(out var pregenerated) && pregenerated;
        string[] gone = isPregenerated ? ["agent_url", "agent_verify_ca"] : ["agent_url", "agent_verify_ca", TokenKey];
        if (!gone.Any(record._members.ContainsKey))
            return;
        foreach (var key in gone)
            record._members.Remove(key);
        record.Write(node);
    }

    /// <summary>Puts it into the node.</summary>
    public void Write(NodeRow node) => node.DriverInternalInfo = _members.ToJsonString(JsonTexts.Verbatim);

    private string? Text(string key) => _members[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private void Set(string key, string? value) => _members[key] = value;
}
