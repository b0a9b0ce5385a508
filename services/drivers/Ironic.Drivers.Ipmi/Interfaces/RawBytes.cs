using System.Globalization;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Interfaces;

/// <summary>Commands that operators write as bytes: network function, command, data.</summary>
internal static class RawBytes
{
    private const int MaximumNetFn = 0x3F;

    // What a message can have at most, with its headers (IPMI 2.0, section 13.8 and the payload length of a byte in 1.5).
    private const int MaximumLength = 240;

    /// <exception cref="MissingParameterException">There are no bytes.</exception>
    /// <exception cref="InvalidParameterException">They are no command.</exception>
    public static IpmiRequest Parse(string text)
    {
        var bytes = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(ParseByte).ToArray();
        if (bytes.Length == 0)
            throw new MissingParameterException("raw_bytes has no bytes.");
        if (bytes.Length < 2)
            throw new InvalidParameterException("raw_bytes must have at least two bytes: network function and command.");
        if (bytes.Length > MaximumLength)
            throw new InvalidParameterException($"raw_bytes must have at most {MaximumLength} bytes.");
        if (bytes[0] > MaximumNetFn || bytes[0] % 2 != 0)
            throw new InvalidParameterException("raw_bytes must begin with the network function of a request: an even byte up to 0x3e.");
        return new IpmiRequest(bytes[0], bytes[1], bytes.AsMemory(2)) { Repeatable = false };
    }

    private static byte ParseByte(string text)
    {
        var isHexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var parsed = isHexadecimal
            ? byte.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            : byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        return parsed ? value : throw new InvalidParameterException($"raw_bytes must be bytes between spaces, such as '0x00 0x01'; '{text}' is none.");
    }
}
