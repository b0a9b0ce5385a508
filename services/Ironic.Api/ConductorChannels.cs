using Grpc.Core;
using Grpc.Net.Client;
using Ironic.Hosting.Channels;

namespace Ironic.Api;

/// <summary>The channels to the conductors, closed with the process.</summary>
internal sealed class ConductorChannels(ApiOptions options, ILoggerFactory loggers, ChannelTls tls) : IDisposable
{
    private readonly GrpcChannel[] _channels = [.. options.ConductorAddresses.Select(address => GrpcChannels.Create(address, loggers, tls))];

    public IEnumerable<ChannelBase> Channels => _channels;

    public void Dispose()
    {
        foreach (var channel in _channels)
            channel.Dispose();
    }
}
