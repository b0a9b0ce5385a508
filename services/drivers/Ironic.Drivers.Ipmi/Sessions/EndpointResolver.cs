using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>
/// Finds the addresses of management controllers. A name has one address at a time, the same for everybody, so that nobody opens a second session by
/// another one.
/// </summary>
internal sealed class EndpointResolver(TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, (IPAddress Address, long At)> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="BmcUnreachableException">The name has no address.</exception>
    public async ValueTask<IPEndPoint> ResolveAsync(string host, int port, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
            return new IPEndPoint(Normalize(literal), port);
        if (_known.TryGetValue(host, out var known) && time.GetElapsedTime(known.At) < Lifetime)
            return new IPEndPoint(known.Address, port);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
            var chosen = addresses.Select(Normalize).OrderBy(address => address.AddressFamily).ThenBy(address => address.ToString(), StringComparer.Ordinal).First();
            _known[host] = (chosen, time.GetTimestamp());
            return new IPEndPoint(chosen, port);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException or InvalidOperationException)
        {
            throw new BmcUnreachableException($"{host} cannot be resolved: {exception.Message}", exception);
        }
    }

    private static IPAddress Normalize(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
