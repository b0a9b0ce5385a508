using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Protocol;
using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Configuration;

/// <summary>What a node's driver_info says about its BMC, checked.</summary>
/// <param name="Target">The BMC.</param>
/// <param name="ForceBootDevice">Whether the boot device is set again before the machine is switched on.</param>
/// <param name="DisableBootTimeout">Whether the BMC is told to keep a boot device; null: as the driver is configured.</param>
/// <param name="TerminalPort">The TCP port of the console; null: the driver chooses.</param>
internal sealed record IpmiDriverInfo(IpmiTarget Target, bool ForceBootDevice, bool? DisableBootTimeout, int? TerminalPort)
{
    private const int MaximumHostLength = 255;

    private static readonly Dictionary<string, PrivilegeLevel> PrivilegeLevels =
        Enum.GetValues<PrivilegeLevel>().ToDictionary(level => level.ToString().ToUpperInvariant(), StringComparer.Ordinal);

    /// <summary>Reads a node's driver_info.</summary>
    /// <exception cref="MissingParameterException">Something is missing.</exception>
    /// <exception cref="InvalidParameterException">Something is wrong. Values of secrets are not in its message.</exception>
    public static IpmiDriverInfo Read(NodeContext node)
    {
        var info = new DriverInfoReader(node.DriverInfo);
        var host = info.RequireText(IpmiProperties.Address).Trim();
        if (host.Length is 0 or > MaximumHostLength || host.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            throw new InvalidParameterException($"{IpmiProperties.Address} of driver_info is no host name or IP address.");
        var port = info.ReadInteger(IpmiProperties.Port, 1, ushort.MaxValue) ?? Rmcp.DefaultPort;
        var version = ReadVersion(info);
        var profile = new SessionProfile(ReadCredentials(info, version), ReadPrivilege(info), version, ReadCipherSuite(info, version));
        return new IpmiDriverInfo(
            new IpmiTarget(host, port, profile, ReadBridging(info)),
            info.ReadBoolean(IpmiProperties.ForceBootDevice) ?? false,
            info.ReadBoolean(IpmiProperties.DisableBootTimeout),
            info.ReadInteger(IpmiProperties.TerminalPort, 1, ushort.MaxValue));
    }

    private static IpmiVersion ReadVersion(DriverInfoReader info) => info.ReadText(IpmiProperties.ProtocolVersion) switch
    {
        null => IpmiVersion.Negotiated,
        "2.0" => IpmiVersion.Two,
        "1.5" => IpmiVersion.OnePointFive,
        var other => throw new InvalidParameterException($"{IpmiProperties.ProtocolVersion} of driver_info must be 2.0 or 1.5, not '{other}'."),
    };

    private static PrivilegeLevel ReadPrivilege(DriverInfoReader info)
    {
        if (info.ReadText(IpmiProperties.PrivilegeLevel) is not { } text)
            return PrivilegeLevel.Administrator;
        return PrivilegeLevels.TryGetValue(text, out var level)
            ? level
            : throw new InvalidParameterException($"{IpmiProperties.PrivilegeLevel} of driver_info must be one of {string.Join(", ", PrivilegeLevels.Keys.Order(StringComparer.Ordinal))}, not '{text}'.");
    }

    private static CipherSuite? ReadCipherSuite(DriverInfoReader info, IpmiVersion version)
    {
        if (info.ReadInteger(IpmiProperties.CipherSuite, 0, byte.MaxValue) is not { } id)
            return null;
        if (version == IpmiVersion.OnePointFive)
            throw new InvalidParameterException($"{IpmiProperties.CipherSuite} of driver_info is of no use with {IpmiProperties.ProtocolVersion} 1.5.");
        return CipherSuite.Find(id)
            ?? throw new InvalidParameterException($"{IpmiProperties.CipherSuite} of driver_info must be one of {string.Join(", ", CipherSuite.All.Select(suite => suite.Id).Order())}, not {id}.");
    }

    private static IpmiCredentials ReadCredentials(DriverInfoReader info, IpmiVersion version)
    {
        var username = info.ReadText(IpmiProperties.Username) ?? "";
        CheckLength(IpmiProperties.Username, username, IpmiCredentials.MaximumUsernameLength);
        var password = info.ReadText(IpmiProperties.Password) ?? "";
        CheckLength(IpmiProperties.Password, password, version == IpmiVersion.OnePointFive ? Ipmi15Packet.PasswordLength : IpmiCredentials.MaximumPasswordLength);
        return new IpmiCredentials(username, password, ReadGroupKey(info));
    }

    private static byte[] ReadGroupKey(DriverInfoReader info)
    {
        if (info.ReadText(IpmiProperties.GroupKey) is not { } text)
            return [];
        if (text.Length % 2 != 0 || text.Length > 2 * IpmiCredentials.MaximumGroupKeyLength || !text.All(char.IsAsciiHexDigit))
        {
            throw new InvalidParameterException(
                $"{IpmiProperties.GroupKey} of driver_info must be an even number of hexadecimal digits, {2 * IpmiCredentials.MaximumGroupKeyLength} at most.");
        }

        return Convert.FromHexString(text);
    }

    private static Bridging? ReadBridging(DriverInfoReader info)
    {
        var kind = info.ReadText(IpmiProperties.Bridging) ?? "no";
        if (kind == "no")
            return null;
        if (kind is not ("single" or "dual"))
            throw new InvalidParameterException($"{IpmiProperties.Bridging} of driver_info must be no, single or dual, not '{kind}'.");
        string[] needed = kind == "single"
            ? [IpmiProperties.TargetChannel, IpmiProperties.TargetAddress]
            : [IpmiProperties.TransitChannel, IpmiProperties.TransitAddress, IpmiProperties.TargetChannel, IpmiProperties.TargetAddress];
        var missing = needed.Where(name => !info.Has(name)).ToList();
        if (missing.Count > 0)
            throw new MissingParameterException($"Missing from driver_info, for {IpmiProperties.Bridging} '{kind}': {string.Join(", ", missing)}.");
        return new Bridging(
            ReadHop(info, IpmiProperties.TargetChannel, IpmiProperties.TargetAddress),
            kind == "dual" ? ReadHop(info, IpmiProperties.TransitChannel, IpmiProperties.TransitAddress) : null,
            (byte?)info.ReadInteger(IpmiProperties.LocalAddress, 0, byte.MaxValue));
    }

    private static BridgeHop ReadHop(DriverInfoReader info, string channel, string address)
    {
        // Channels have four bits (IPMI 2.0, table 6-1).
        const int maximumChannel = 15;
        return new BridgeHop((byte)info.ReadInteger(channel, 0, maximumChannel)!, (byte)info.ReadInteger(address, 0, byte.MaxValue)!);
    }

    private static void CheckLength(string name, string value, int maximum)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(value) > maximum)
            throw new InvalidParameterException($"{name} of driver_info has more than {maximum} bytes, which IPMI does not allow.");
        if (value.Contains('\0', StringComparison.Ordinal))
            throw new InvalidParameterException($"{name} of driver_info has a zero character in it.");
    }
}
