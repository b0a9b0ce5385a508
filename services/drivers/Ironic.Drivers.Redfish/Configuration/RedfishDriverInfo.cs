using System.Security.Authentication;
using System.Text.Json;
using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Redfish.Configuration;

/// <summary>What a node's driver_info says about its controller, checked.</summary>
/// <param name="Target">The controller.</param>
/// <param name="SystemPath">Where the machine is; null: the only one that the controller has.</param>
/// <param name="UnresponsiveControllerWait">How long the controller may be away after an update of its firmware; null: as the driver is configured.</param>
internal sealed record RedfishDriverInfo(RedfishTarget Target, string? SystemPath, TimeSpan? UnresponsiveControllerWait)
{
    private const string DefaultRoot = "/redfish/v1/";
    private const int MaximumWaitSeconds = 86_400;

    /// <summary>Reads a node's driver_info.</summary>
    /// <param name="node">The node.</param>
    /// <param name="authentication">What holds for nodes that do not say.</param>
    /// <exception cref="MissingParameterException">Something is missing.</exception>
    /// <exception cref="InvalidParameterException">Something is wrong. Values of secrets are not in its message.</exception>
    public static RedfishDriverInfo Read(NodeContext node, AuthenticationType authentication)
    {
        var info = new DriverInfoReader(node.DriverInfo);
        if (!node.DriverInfo.Has(RedfishProperties.Address) || IsEmptyText(node, RedfishProperties.Address))
            throw new MissingParameterException($"Missing the following Redfish properties in node {node.Uuid} driver_info: {RedfishProperties.Address}");
        var (address, root) = ReadAddress(node);
        var wait = info.ReadInteger(RedfishProperties.UnresponsiveControllerWait, 0, MaximumWaitSeconds);
        return new RedfishDriverInfo(
            new RedfishTarget(address, root, ReadCredentials(info), ReadAuthentication(node, authentication), ReadTls(node, info)),
            ReadSystem(node),
            wait is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
    }

    private static bool IsEmptyText(NodeContext node, string name) =>
        node.DriverInfo.TryGet(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0;

    private static (Uri Address, string Root) ReadAddress(NodeContext node)
    {
        node.DriverInfo.TryGet(RedfishProperties.Address, out var value);
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        if (!text.Contains("://", StringComparison.Ordinal))
            text = "https://" + text;
        if (value.ValueKind != JsonValueKind.String
            || text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '\\')
            || !Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.Host.Length == 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            throw new InvalidParameterException($"Invalid Redfish address {Printable(text)} set in driver_info/{RedfishProperties.Address} on node {node.Uuid}");
        }

        // What is written there would be in every message that names the address.
        if (uri.UserInfo.Length > 0)
            throw new InvalidParameterException($"{RedfishProperties.Address} of driver_info must not have a user in it, on node {node.Uuid}; there are {RedfishProperties.Username} and {RedfishProperties.Password}.");
        var root = uri.AbsolutePath.TrimEnd('/');
        return (new Uri(uri.GetLeftPart(UriPartial.Authority)), root.Length == 0 ? DefaultRoot : root + "/");
    }

    // A wrong address may have a user and a password in it all the same.
    private static string Printable(string address)
    {
        var end = address.LastIndexOf('@');
        return end < 0 ? address : "******" + address[end..];
    }

    private static string? ReadSystem(NodeContext node)
    {
        if (!node.DriverInfo.TryGet(RedfishProperties.SystemId, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is var path && IsPath(path!))
            return path!.Length > 1 ? path.TrimEnd('/') : path;
        throw new InvalidParameterException(
            $"Invalid value \"{(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText())}\" set in driver_info/{RedfishProperties.SystemId} on node {node.Uuid}. "
            + "The value must be the path of a machine at its controller, such as /redfish/v1/Systems/1.");
    }

    private static bool IsPath(string text) =>
        text.StartsWith('/') && !text.StartsWith("//", StringComparison.Ordinal) && !text.Split('/').Contains("..") && !text.Any(c => char.IsControl(c) || c is '?' or '#' or '\\');

    private static RedfishCredentials? ReadCredentials(DriverInfoReader info)
    {
        var password = info.ReadText(RedfishProperties.Password) ?? "";
        return info.ReadText(RedfishProperties.Username) is { } username ? new RedfishCredentials(username, password) : null;
    }

    private static AuthenticationType ReadAuthentication(NodeContext node, AuthenticationType byDefault)
    {
        if (!node.DriverInfo.TryGet(RedfishProperties.AuthType, out var value))
            return byDefault;
        return value.ValueKind == JsonValueKind.String ? Parse(value.GetString()!) : Parse(value.GetRawText());

        AuthenticationType Parse(string text) => text switch
        {
            "auto" => AuthenticationType.Auto,
            "basic" => AuthenticationType.Basic,
            "session" => AuthenticationType.Session,
            _ => throw new InvalidParameterException(
                $"Invalid value \"{text}\" set in driver_info/{RedfishProperties.AuthType} on node {node.Uuid}. The value should be one of \"basic\", \"session\" or \"auto\"."),
        };
    }

    private static TlsSettings ReadTls(NodeContext node, DriverInfoReader info)
    {
        var (verify, authorities) = ReadVerifyCa(node, info);
        var tls = new TlsSettings(verify, authorities, ReadProtocols(node, info), info.ReadText(RedfishProperties.TlsCiphers));
        _ = tls.FindCiphers();
        return tls;
    }

    private static (bool Verify, string? Authorities) ReadVerifyCa(NodeContext node, DriverInfoReader info)
    {
        if (!node.DriverInfo.TryGet(RedfishProperties.VerifyCa, out var value))
            return (true, null);
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return (value.GetBoolean(), null);
        if (value.ValueKind == JsonValueKind.String)
        {
            var text = value.GetString()!;
            if (File.Exists(text) || Directory.Exists(text))
                return (true, Path.GetFullPath(text));
            try
            {
                if (info.ReadBoolean(RedfishProperties.VerifyCa) is { } verify)
                    return (verify, null);
            }
            catch (InvalidParameterException)
            {
                // Neither a path nor one of the words: the message below names both.
            }
        }

        throw new InvalidParameterException(
            $"Invalid value type set in driver_info/{RedfishProperties.VerifyCa} on node {node.Uuid}. The value should be a Boolean or the path to a file/directory, "
            + $"not \"{(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText())}\"");
    }

    private static SslProtocols ReadProtocols(NodeContext node, DriverInfoReader info) => info.ReadText(RedfishProperties.TlsMinimumVersion) switch
    {
        null => SslProtocols.None,
#pragma warning disable SYSLIB0039, CA5397, CA5398 // Old controllers speak nothing newer; an operator has to ask for it.
        "1.1" => SslProtocols.Tls11 | SslProtocols.Tls12 | SslProtocols.Tls13,
        "1.2" => SslProtocols.Tls12 | SslProtocols.Tls13,
        "1.3" => SslProtocols.Tls13,
#pragma warning restore SYSLIB0039, CA5397, CA5398
        var other => throw new InvalidParameterException(
            $"Invalid value \"{other}\" set in driver_info/{RedfishProperties.TlsMinimumVersion} on node {node.Uuid}. The value should be one of \"1.1\", \"1.2\" or \"1.3\"."),
    };
}
