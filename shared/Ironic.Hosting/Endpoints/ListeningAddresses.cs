using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Ironic.Hosting.Endpoints;

/// <summary>Where the process listens: the addresses of its main endpoints after the server has started.</summary>
public sealed class ListeningAddresses
{
    private readonly List<(ListenAddress Address, ListenOptions Options)> _endpoints = [];

    /// <summary>The URLs of all main endpoints, with the ports that the system chose, in the order in which they were added.</summary>
    public IReadOnlyList<string> Urls => [.. _endpoints.Select(endpoint => endpoint.Address.ToUrl(endpoint.Options.EndPoint!))];

    internal bool HasSecureEndpoint => _endpoints.Exists(endpoint => endpoint.Address.IsSecure);

    /// <summary>The URL of the endpoint that was added as <paramref name="configured"/>, with the port that the system chose.</summary>
    /// <exception cref="InvalidOperationException">There is no such endpoint, or the server has not started.</exception>
    public string GetUrl(string configured)
    {
        var (address, options) = _endpoints.Find(endpoint => endpoint.Address.Text == configured);
        if (address is null)
            throw new InvalidOperationException($"There is no endpoint {configured}.");
        if (options.IPEndPoint?.Port == 0)
            throw new InvalidOperationException($"The endpoint {configured} has no port before the server starts.");
        return address.ToUrl(options.EndPoint!);
    }

    internal void Add(ListenAddress address, ListenOptions options) => _endpoints.Add((address, options));
}
