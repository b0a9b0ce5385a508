using System.Globalization;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>The clock of a controller.</summary>
internal static class ControllerClock
{
    /// <summary>What it shows; null: the controller has none, or an odd one.</summary>
    public static DateTimeOffset? Read(RedfishResource manager) =>
        DateTimeOffset.TryParse(manager.Json.Text("DateTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>Sets it.</summary>
    /// <exception cref="UnsupportedOperationException">The controller has none.</exception>
    /// <exception cref="DriverException">The controller refuses.</exception>
    public static async Task SetAsync(RedfishConnection connection, RedfishResource manager, DateTimeOffset time)
    {
        if (manager.Json.Text("DateTime") is null)
            throw new UnsupportedOperationException($"The controller {manager} has no clock.");
        await connection.PatchAsync(manager, new JsonObject
        {
            ["DateTime"] = time.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
            ["DateTimeLocalOffset"] = time.ToString("zzz", CultureInfo.InvariantCulture),
        });
    }
}
