using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Ironic.Driver.V1;

namespace Ironic.Stack.Internal;

/// <summary>Waits until every conductor has drivers, for conductor groups of its own at least one of each: a driver that serves may still be registering.</summary>
/// <param name="restUrl">The API, which is asked for the hardware types.</param>
/// <param name="conductors">How many conductors have to know each.</param>
internal sealed class DriverRegistrations(Uri restUrl, int conductors)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <exception cref="StackException">They were not known in time.</exception>
    public async Task WaitAsync(IEnumerable<StackProcess> drivers, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var infos = new List<DriverInfo>();
        foreach (var driver in drivers)
            infos.Add(await GetInfoAsync(driver, timeout, cancellationToken));
        var missing = infos.SelectMany(info => info.HardwareTypes.Select(type => (type.Name, info.ConductorGroups))).GroupBy(served => served.Name, served => served.ConductorGroups)
            .ToDictionary(type => type.Key, type => type.Any(groups => groups.Count == 0) ? conductors : Math.Min(conductors, type.SelectMany(groups => groups).Distinct().Count()));
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            foreach (var (type, needed) in missing.ToList())
            {
                if (await TryCountHostsAsync(type, cancellationToken) >= needed)
                    missing.Remove(type);
            }

            if (missing.Count == 0)
                return;
            if (Stopwatch.GetElapsedTime(started) > timeout)
                throw new StackException($"not every conductor has the drivers {string.Join(", ", missing.Keys)} after {timeout.TotalSeconds} s; the drivers' logs say why");
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static async Task<DriverInfo> GetInfoAsync(StackProcess driver, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var channel = GrpcChannel.ForAddress(driver.Url);
        try
        {
            var response = await new DriverService.DriverServiceClient(channel).GetInfoAsync(
                new GetInfoRequest(), deadline: DateTime.UtcNow + timeout, cancellationToken: cancellationToken);
            return response.Info;
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StackException($"{driver.Name} does not say what it is: {e.Status.Detail}", e);
        }
    }

    private async Task<int> TryCountHostsAsync(string hardwareType, CancellationToken cancellationToken)
    {
        try
        {
            return await CountHostsAsync(hardwareType, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The machine is too busy to answer in time; the wait has a limit of its own.
            return 0;
        }
    }

    private async Task<int> CountHostsAsync(string hardwareType, CancellationToken cancellationToken)
    {
        using var response = await LoopbackHttp.Client.GetAsync(new Uri(restUrl, $"/v1/drivers/{Uri.EscapeDataString(hardwareType)}"), cancellationToken);
        // A conductor that was just started may not be listed yet; the API says then that it has none.
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.ServiceUnavailable)
            return 0;
        response.EnsureSuccessStatusCode();
        using var document = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
        return document.RootElement.GetProperty("hosts").GetArrayLength();
    }
}
