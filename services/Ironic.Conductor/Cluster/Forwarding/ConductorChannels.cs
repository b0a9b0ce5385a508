using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Ironic.Hosting.Channels;

namespace Ironic.Conductor.Cluster.Forwarding;

/// <summary>Channels to the other conductors, one for each address that was ever needed.</summary>
internal sealed class ConductorChannels(ILoggerFactory loggers, ChannelTls? tls = null) : IDisposable
{
    // Lazy: two calls that come at the same time must not open two channels, of which one is never closed.
    private readonly ConcurrentDictionary<string, Lazy<GrpcChannel>> _channels = new(StringComparer.Ordinal);

    /// <param name="url">The conductor's <c>Conductor:Url</c>.</param>
    public CallInvoker To(string url) => _channels.GetOrAdd(url, static (address, self) => new(() => self.Open(address)), this).Value.WithRequestContext();

    public void Dispose()
    {
        foreach (var channel in _channels.Values)
            channel.Value.Dispose();
    }

    private GrpcChannel Open(string address) => GrpcChannels.Create(address, loggers, tls);
}
