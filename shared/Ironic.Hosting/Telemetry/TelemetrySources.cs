namespace Ironic.Hosting.Telemetry;

/// <summary>
/// The meters and activity sources that are exported. The system's own are named <c>Ironic.*</c>
/// (<c>Ironic.Conductor</c>, <c>Ironic.Driver.Sdk</c>, ...) and need no registration.
/// </summary>
internal static class TelemetrySources
{
    /// <summary>Meters, by the beginnings of their names.</summary>
    public static IReadOnlyList<string> Meters { get; } =
        ["Ironic.", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "Npgsql"];

    /// <summary>Activity sources, by the beginnings of their names.</summary>
    public static IReadOnlyList<string> ActivitySources { get; } = ["Ironic.", "Microsoft.AspNetCore", "Grpc.Net.Client", "System.Net.Http", "Npgsql"];

    public static bool IsKnownMeter(string name) => Meters.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
