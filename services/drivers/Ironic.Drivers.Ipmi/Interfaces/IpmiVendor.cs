using System.Text.Json;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Commands;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Interfaces;

/// <summary>Raw commands and resets of BMCs.</summary>
internal sealed class IpmiVendor(IpmiClient client) : VendorInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => IpmiProperties.All;

    public override ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken)
    {
        IpmiDriverInfo.Read(node);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ValidateAsync(NodeContext node, VendorCall call, CancellationToken cancellationToken)
    {
        IpmiDriverInfo.Read(node);
        if (call.Method == "send_raw")
            RawBytes.Parse(call.Parameters.Require<string>("raw_bytes"));
        else if (call.Method == "bmc_reset" && call.Parameters.TryGet("warm", out var warm))
            ParseWarm(warm);
        return ValueTask.CompletedTask;
    }

    /// <summary><c>GET /v1/drivers/ipmi/vendor_passthru/authentication_types</c></summary>
    [DriverPassthru("GET", Async = false, Description = "How the driver can authenticate itself at BMCs: with IPMI 1.5 (NONE, MD5, PASSWORD) and 2.0 (RAKP-...)")]
    public static object AuthenticationTypes() => new { Types = new[] { "NONE", "MD5", "PASSWORD", "RAKP-HMAC-SHA1", "RAKP-HMAC-SHA256" } };

    /// <summary><c>POST /v1/nodes/NODE/vendor_passthru/send_raw {"raw_bytes": "0x06 0x01"}</c></summary>
    [Passthru("POST", Description = "Sends a command to the BMC. Required: raw_bytes, its bytes between spaces, network function and command first")]
    public Task SendRaw(NodeContext node, string rawBytes, CancellationToken cancellationToken)
    {
        var request = RawBytes.Parse(rawBytes);
        return client.UseAsync(node, channel => channel.RequireAsync(request, $"the raw command {request}"), cancellationToken);
    }

    /// <summary><c>POST /v1/nodes/NODE/vendor_passthru/bmc_reset {"warm": false}</c></summary>
    [Passthru("POST", Description = "Resets the BMC. Optional: warm, true (default) for a warm reset and false for a cold one")]
    public Task BmcReset(NodeContext node, CancellationToken cancellationToken, JsonElement? warm = null)
    {
        var isWarm = warm is not { } value || ParseWarm(value);
        return client.UseAsync(node, channel => channel.ResetControllerAsync(isWarm), cancellationToken);
    }

    private static bool ParseWarm(JsonElement warm) => warm.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when warm.TryGetInt32(out var number) && number is 0 or 1 => number == 1,
        JsonValueKind.String when warm.GetString()!.Trim().ToUpperInvariant() is var word && word is "TRUE" or "T" or "YES" or "Y" or "ON" or "1" => true,
        JsonValueKind.String when warm.GetString()!.Trim().ToUpperInvariant() is var word && word is "FALSE" or "F" or "NO" or "N" or "OFF" or "0" => false,
        _ => throw new InvalidParameterException("warm must be true or false."),
    };
}
