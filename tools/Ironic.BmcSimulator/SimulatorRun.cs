using System.Diagnostics;
using System.Globalization;
using Ironic.BmcSimulator.Enrolment;
using Ironic.BmcSimulator.Faults;

namespace Ironic.BmcSimulator;

/// <summary>The command: starts a fleet, enrols it, says so, and waits until it is told to stop.</summary>
internal sealed class SimulatorRun(SimulatorOptions options, TextWriter output, TextWriter error)
{
    /// <returns>The exit status: 0, or 1 when it could not start or enrol.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        try
        {
            FileDescriptors.Check(options.Fleet);
            var started = Stopwatch.GetTimestamp();
            await using var fleet = await SimulatedFleet.StartAsync(options.Fleet, stop);
            foreach (var argument in options.Faults)
                Say($"{argument.Fault.Kind}: {fleet.AddFault(argument.Fault, argument.Percent).Count} servers");
            Introduce(fleet, Stopwatch.GetElapsedTime(started));
            if (options.Enrol is { } api)
                await EnrolAsync(fleet, api, stop);
            Say($"ready {fleet.ControlUrl!.OriginalString}");
            await output.FlushAsync(CancellationToken.None);
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or TaskCanceledException)
        {
            await error.WriteLineAsync($"tools/bmc-simulator: {exception.Message}");
            return 1;
        }
    }

    private void Introduce(SimulatedFleet fleet, TimeSpan took)
    {
        Say(string.Create(CultureInfo.InvariantCulture, $"{fleet.Servers.Count} servers, started in {took.TotalSeconds:0.0} s, {Environment.WorkingSet >> 20} MiB"));
        if (fleet.RedfishUrl is { } shared)
            Say($"Redfish, all servers: {shared.GetLeftPart(UriPartial.Authority)}/redfish/v1");
        if (fleet.Servers.FirstOrDefault(server => server.RedfishUrl is not null) is { } first)
            Say($"Redfish, {first.Id}: {first.RedfishUrl!.GetLeftPart(UriPartial.Authority)}/redfish/v1{first.SystemPath["/redfish/v1".Length..]}");
        if (fleet.Servers.FirstOrDefault(server => server.IpmiPort is not null) is { } ipmi)
        {
            var port = ipmi.IpmiPort!.Value.ToString(CultureInfo.InvariantCulture);
            Say($"IPMI, {ipmi.Id}: ipmitool -I lanplus -H {fleet.Options.Address} -p {port} -U {fleet.Options.User} -P {fleet.Options.Password} power status");
        }

        Say($"Control: {fleet.ControlUrl!.OriginalString}/servers, /counters, /faults");
    }

    private async Task EnrolAsync(SimulatedFleet fleet, Uri api, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        using var enroller = new Enroller(fleet, api) { AtOnce = options.AtOnce, UseSharedService = options.IsShared };
        await enroller.RunAsync(stop);
        Say(string.Create(CultureInfo.InvariantCulture, $"enrolled {enroller.Created} nodes, {enroller.Updated} were there, in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
        var (url, name) = ($"{api.OriginalString.TrimEnd('/')}/v1/nodes", fleet.Servers[0].Id);
        Say($"""
            Next, for example:
              version='X-OpenStack-Ironic-API-Version: 1.82' json='Content-Type: application/json'
              curl -H "$version" -H "$json" -X PUT -d '{"{"}"target": "manage"{"}"}' {url}/{name}/states/provision
              curl -H "$version" -H "$json" -X PUT -d '{"{"}"target": "power on"{"}"}' {url}/{name}/states/power
              curl -H "$version" {url}/{name}
            """);
    }

    private void Say(string line) => output.WriteLine(line);
}
