using System.Net;
using System.Security.Cryptography.X509Certificates;
using Ironic.BmcSimulator.Ipmi;
using Ironic.BmcSimulator.Machines;
using Ironic.BmcSimulator.Redfish;

namespace Ironic.BmcSimulator;

/// <summary>What a fleet consists of.</summary>
public sealed record FleetOptions
{
    /// <summary>How many machines there are whose controller speaks Redfish: <c>redfish-1</c>, <c>redfish-2</c>, …</summary>
    public int RedfishServers { get; init; }

    /// <summary>How many machines there are whose controller speaks IPMI: <c>ipmi-1</c>, <c>ipmi-2</c>, …</summary>
    public int IpmiServers { get; init; }

    /// <summary>How many machines there are whose controller speaks both: <c>server-1</c>, <c>server-2</c>, …</summary>
    public int DualServers { get; init; }

    /// <summary>Where everything listens.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port where all machines with Redfish are behind one service, told apart by their path; 0: any that is free.</summary>
    public int RedfishPort { get; init; }

    /// <summary>Whether every machine with Redfish has a port of its own, behind which it is alone, as with real controllers.</summary>
    public bool RedfishPortPerServer { get; init; } = true;

    /// <summary>The first of the machines' own Redfish ports, the others follow; 0: any that are free.</summary>
    public int FirstRedfishServerPort { get; init; }

    /// <summary>The first of the machines' IPMI ports (UDP), the others follow; 0: any that are free.</summary>
    public int FirstIpmiPort { get; init; }

    /// <summary>The port of the control API; 0: any that is free; null: there is none.</summary>
    public int? ControlPort { get; init; }

    /// <summary>The user that all controllers know.</summary>
    public string User { get; init; } = "admin";

    /// <summary>The user's password. IPMI uses the first 20 bytes.</summary>
    public string Password { get; init; } = "password";

    /// <summary>Whether Redfish is spoken over TLS, with <see cref="Certificate"/> or one that is made for the fleet.</summary>
    public bool Https { get; init; }

    /// <summary>The certificate, with its private key; null: one is made.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Whether the machines are on at first.</summary>
    public bool PoweredOn { get; init; }

    /// <summary>How the Redfish services behave.</summary>
    public RedfishBehaviour Redfish { get; init; } = new();

    /// <summary>How the IPMI controllers behave.</summary>
    public IpmiBehaviour Ipmi { get; init; } = new();

    /// <summary>How long things take.</summary>
    public MachineTimings Timings { get; init; } = new();

    /// <summary>The fleet's clock. Tests that give one of their own decide when things happen.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
