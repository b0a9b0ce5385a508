using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Example;

/// <summary>The vendor's own methods.</summary>
public sealed class ExampleVendor(ExampleMachines machines) : VendorInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override ValueTask ValidateAsync(NodeContext node, VendorCall call, CancellationToken cancellationToken)
    {
        if (call.Method == "send_raw")
            ParseBytes(call.Parameters.Require<string>("raw_bytes"));
        return ValueTask.CompletedTask;
    }

    /// <summary><c>GET /v1/drivers/example/vendor_passthru/authentication_types</c></summary>
    [DriverPassthru("GET", Async = false, Description = "The authentication types that the management controller speaks")]
    public static object AuthenticationTypes() => new { Types = new[] { "NONE", "MD5", "MD2" } };

    /// <summary><c>POST /v1/nodes/NODE/vendor_passthru/send_raw {"raw_bytes": "0x01 0x02"}</c></summary>
    [Passthru("POST", Description = "Send raw bytes to the management controller. Required: raw_bytes, hexadecimal bytes between spaces")]
    public void SendRaw(NodeContext node, [Required] string rawBytes) => machines.Find(node).Send(ParseBytes(rawBytes));

    /// <summary><c>GET /v1/nodes/NODE/vendor_passthru/sent_raw</c></summary>
    [Passthru("GET", Async = false, RequireExclusiveLock = false, Description = "What send_raw has sent since the driver started, the oldest first")]
    public object SentRaw(NodeContext node) => new { machines.Find(node).Sent };

    private static byte[] ParseBytes(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0
            ? [.. words.Select(ParseByte)]
            : throw new MissingParameterException("raw_bytes has no bytes.");
    }

    private static byte ParseByte(string text)
    {
        var digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
        return digits.Length <= 2 && byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidParameterException($"raw_bytes must be hexadecimal bytes between spaces, such as '0x01 0x02'; '{text}' is none.");
    }
}
