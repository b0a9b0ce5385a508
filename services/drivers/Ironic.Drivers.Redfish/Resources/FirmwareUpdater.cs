using System.Globalization;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Interfaces;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>An image of firmware.</summary>
/// <param name="Url">Where the controller gets it.</param>
/// <param name="Checksum">What the operator says of its content; the controller checks images by their signatures.</param>
/// <param name="Wait">Seconds to wait after it.</param>
/// <param name="Source">How the controller gets it: as it is (<c>http</c>), which is all there is.</param>
internal sealed record FirmwareImage(string Url, string? Checksum = null, int? Wait = null, string? Source = null)
{
    /// <summary>Whether it is for the controller itself.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsForController { get; init; }
}

/// <summary>Updates firmware from images that the controller gets by itself (<c>UpdateService.SimpleUpdate</c>).</summary>
internal sealed class FirmwareUpdater(TaskWaiter tasks, MachinePower power, IOptions<RedfishOptions> options, TimeProvider time)
{
    private const string UpdateAction = "UpdateService.SimpleUpdate";
    private const int MaximumWaitSeconds = 86_400;

    /// <summary>Updates one image after the other, then restarts the machine, which applies what waits for it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="system">Its machine.</param>
    /// <param name="images">The images.</param>
    /// <param name="silence">How long the controller may be away; null: as the driver is configured.</param>
    /// <param name="progress">Where to say how far it has got.</param>
    /// <param name="restart">Whether the machine is restarted.</param>
    /// <exception cref="InvalidParameterException">An image is not described as it must be.</exception>
    /// <exception cref="UnsupportedOperationException">The controller updates nothing.</exception>
    /// <exception cref="DriverException">An update has failed; those before it are done.</exception>
    public async Task UpdateAsync(
        NodeContext node, RedfishSystem system, IReadOnlyList<FirmwareImage> images, TimeSpan? silence, IOperationProgress progress, bool restart = true)
    {
        var protocols = images.Select(Check).ToList();
        var tolerated = silence ?? options.Value.UnresponsiveControllerWait;
        var root = await system.Connection.GetRootAsync();
        var service = await system.Connection.GetAsync(root.RequireLink("UpdateService"));
        var action = service.RequireAction(UpdateAction);
        // Where there is one machine, the image says by itself what it is for, and some controllers know no targets.
        var isShared = root.Json.Link("Systems") is { } systems && (await system.Connection.GetMemberLinksAsync(systems)).Count > 1;
        foreach (var (image, protocol) in images.Zip(protocols))
        {
            progress.Report($"Updating from {Printable(image.Url)}");
            var body = new JsonObject { ["ImageURI"] = image.Url, ["TransferProtocol"] = protocol };
            if (isShared)
                body["Targets"] = new JsonArray(image.IsForController ? (await system.GetManagerAsync()).Path : system.Resource.Path);
            var response = await system.Connection.PostAsync(action, body);
            var ending = await tasks.WaitAsync(system.Connection, response, options.Value.FirmwareUpdateTimeout, progress, tolerated);
            if (ending == TaskEnding.Forgotten)
                progress.Report("The controller does not know the task of the update any more; it counts as done");
            if (image.Wait is { } seconds)
                await Task.Delay(TimeSpan.FromSeconds(seconds), time, system.Connection.CancellationToken);
            await WaitForControllerAsync(system, tolerated, progress);
        }

        if (restart && images.Count > 0)
            await power.SwitchAsync(node, system, PowerTarget.Reboot, null, progress);
    }

    /// <summary>Waits until a controller that restarts answers again.</summary>
    /// <exception cref="BmcUnreachableException">It does not, in time.</exception>
    public async Task WaitForControllerAsync(RedfishSystem system, TimeSpan timeout, IOperationProgress progress)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                await system.RefreshAsync();
                return;
            }
            catch (DriverException exception) when (exception.Class is ErrorClass.BmcUnreachable or ErrorClass.Retryable && time.GetElapsedTime(started) < timeout)
            {
                progress.Report("Waiting until the controller answers again");
                await Task.Delay(options.Value.TaskPollInterval, time, system.Connection.CancellationToken);
            }
        }
    }

    private static string Check(FirmwareImage image)
    {
        if (image.Source is not (null or "http"))
            throw new InvalidParameterException("The source of a firmware image must be http: controllers get images by their addresses.");
        if (image.Wait is < 0 or > MaximumWaitSeconds)
            throw new InvalidParameterException(string.Create(CultureInfo.InvariantCulture, $"The wait after a firmware image must be 0 to {MaximumWaitSeconds} seconds."));
        return Uri.TryCreate(image.Url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "nfs" or "tftp" or "ftp" or "sftp" or "scp" or "cifs"
            ? uri!.Scheme.ToUpperInvariant()
            : throw new InvalidParameterException($"The url of a firmware image must be an address that a controller can get, not '{Printable(image.Url)}'.");
    }

    private static string Printable(string url)
    {
        var end = url.LastIndexOf('@');
        return end < 0 ? url : "******" + url[end..];
    }
}
