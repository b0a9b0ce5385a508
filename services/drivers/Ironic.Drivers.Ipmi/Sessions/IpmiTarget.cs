using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>Which IPMI a controller is spoken to in.</summary>
internal enum IpmiVersion
{
    /// <summary>2.0, and 1.5 where a controller has nothing else.</summary>
    Negotiated,

    /// <summary>2.0 only.</summary>
    Two,

    /// <summary>1.5 only.</summary>
    OnePointFive,
}

/// <summary>How a session is opened. Two that are equal can share one.</summary>
/// <param name="Credentials">Who opens it.</param>
/// <param name="Privilege">The level that it asks for.</param>
/// <param name="Version">The protocol.</param>
/// <param name="CipherSuite">The only suite to try; null: those of <see cref="Configuration.IpmiOptions.CipherSuites"/> in turn.</param>
internal sealed record SessionProfile(IpmiCredentials Credentials, PrivilegeLevel Privilege, IpmiVersion Version, CipherSuite? CipherSuite);

/// <summary>A management controller, as a node's driver_info names it.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">The UDP port.</param>
/// <param name="Profile">How to open a session.</param>
/// <param name="Bridging">The controller behind it that is meant; null: itself.</param>
internal sealed record IpmiTarget(string Host, int Port, SessionProfile Profile, Bridging? Bridging = null)
{
    /// <summary>How messages call it.</summary>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
