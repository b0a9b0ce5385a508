using System.Reflection;

namespace Ironic.Hosting;

/// <summary>Who the process is in logs, traces and metrics.</summary>
/// <param name="ServiceName">The kind of process: <c>ironic-conductor</c>.</param>
/// <param name="Version">The version of its binaries.</param>
/// <param name="InstanceId">Unique for each start.</param>
public sealed record ServiceIdentity(string ServiceName, string Version, string InstanceId)
{
    internal static ServiceIdentity Create(string serviceName)
    {
        var version = Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return new ServiceIdentity(serviceName, version ?? "unknown", Guid.NewGuid().ToString());
    }
}
