using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Control;

/// <summary>A machine in the list of the control API.</summary>
internal sealed record ServerSummary(string Id, ServerProtocols Protocols, Uri? RedfishUrl, string? SystemPath, int? IpmiPort, PowerState Power, int Faults)
{
    public static ServerSummary Of(SimulatedServer server) => new(
        server.Id,
        server.Protocols,
        server.RedfishUrl,
        server.Protocols.HasFlag(ServerProtocols.Redfish) ? server.SystemPath : null,
        server.IpmiPort,
        server.PowerState,
        server.Faults.Active.Count);
}

/// <summary>What a machine boots from next.</summary>
internal sealed record NextBoot(string Target, string Enabled, string Mode);

/// <summary>One machine, with all that is known of it.</summary>
internal sealed record ServerView(
    ServerSummary Server, Guid Uuid, string Serial, IReadOnlyList<string> MacAddresses, NextBoot NextBoot, IReadOnlyList<BootRecord> Boots,
    IReadOnlyDictionary<string, string> Media, string Indicator, int Interrupts, int ControllerResets, IReadOnlyList<Fault> Faults, BmcCounters Redfish, BmcCounters Ipmi)
{
    public static ServerView Of(SimulatedServer server)
    {
        var (target, enabled, mode) = server.NextBoot;
        return new ServerView(
            ServerSummary.Of(server), server.Uuid, server.Serial, server.MacAddresses, new NextBoot(target, enabled, mode), server.Boots,
            server.Media, server.Indicator, server.Interrupts, server.ControllerResets, server.Faults.Active, server.RedfishCounters, server.IpmiCounters);
    }
}

/// <summary>The counters of a whole fleet: sums, and of the peaks the highest that any machine had.</summary>
/// <param name="MostRequests">The most requests that one controller had at the same time.</param>
/// <param name="MostSessions">The most sessions that one controller had at the same time.</param>
/// <param name="Shared">What the service has seen that all Redfish servers share; null: there is none. The machines' counters have no sessions of it.</param>
/// <param name="Crowded">The machines whose controller had more than one request or session at the same time, at most 100 of them.</param>
internal sealed record FleetCounters(
    long Requests, int RequestsNow, int MostRequests, long SessionsOpened, int SessionsNow, int MostSessions, long SessionsRefused,
    long ProtocolErrors, long AuthenticationFailures, long FaultsMet, long EventsDelivered, long EventsFailed, long EventsDropped, BmcCounters? Shared, IReadOnlyList<string> Crowded)
{
    private const int Listed = 100;

    public static FleetCounters Of(SimulatedFleet fleet)
    {
        var all = fleet.Servers.SelectMany(server => (BmcCounters[])[server.RedfishCounters, server.IpmiCounters]).ToList();
        var (delivered, failed, dropped) = fleet.Events;
        return new FleetCounters(
            all.Sum(counters => counters.Requests),
            all.Sum(counters => counters.RequestsNow),
            all.Select(counters => counters.PeakRequests).DefaultIfEmpty().Max(),
            all.Sum(counters => counters.SessionsOpened),
            all.Sum(counters => counters.SessionsNow),
            all.Select(counters => counters.PeakSessions).DefaultIfEmpty().Max(),
            all.Sum(counters => counters.SessionsRefused),
            all.Sum(counters => counters.ProtocolErrors),
            all.Sum(counters => counters.AuthenticationFailures),
            all.Sum(counters => counters.FaultsMet),
            delivered,
            failed,
            dropped,
            fleet.SharedRedfishCounters,
            [.. fleet.Servers.Where(server => IsCrowded(server.RedfishCounters) || IsCrowded(server.IpmiCounters)).Select(server => server.Id).Take(Listed)]);
    }

    private static bool IsCrowded(BmcCounters counters) => counters.PeakRequests > 1 || counters.PeakSessions > 1;
}

/// <summary>A fault for a part of the fleet.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Percent">How many in a hundred machines it concerns.</param>
internal sealed record FleetFault(Fault Fault, double Percent = 100);

/// <summary>Another state of a machine's power, without any command.</summary>
internal sealed record PowerChange(PowerState State);
