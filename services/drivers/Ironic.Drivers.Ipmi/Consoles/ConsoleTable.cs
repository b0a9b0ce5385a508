using System.Net;
using System.Net.Sockets;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Sessions;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Ipmi.Consoles;

/// <summary>The consoles that are started, by node. They end with the process; the conductor starts them again.</summary>
internal sealed class ConsoleTable(BmcPool pool, IOptions<IpmiOptions> options, TimeProvider time, IpmiMetrics metrics, ILogger<ConsoleTable> logger) : IHostedService, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ConsoleListener> _consoles = new(StringComparer.Ordinal);
    private bool _stopped;

    private PortRange? Range => PortRange.TryParse(options.Value.ConsolePortRange, out var range) ? range : null;

    /// <summary>Whether nodes without a port of their own can have a console.</summary>
    public bool HasRange => Range is not null;

    /// <summary>Where a node's console listens; null: it is not started.</summary>
    public IPEndPoint? Find(string node)
    {
        lock (_lock)
            return _consoles.GetValueOrDefault(node)?.Endpoint;
    }

    /// <summary>Opens a node's console. One that is open already stays as it is, unless it is that of another management controller or at another port.</summary>
    /// <param name="node">The node's UUID.</param>
    /// <param name="target">The management controller.</param>
    /// <param name="port">The TCP port; null: a free one of the range.</param>
    /// <exception cref="DriverException">The port, or all of the range, is taken.</exception>
    public async Task OpenAsync(string node, IpmiTarget target, int? port)
    {
        ConsoleListener? other;
        lock (_lock)
        {
            if (_consoles.TryGetValue(node, out var open) && open.Target == target && (port is null ? Range?.Has(open.Endpoint.Port) == true : open.Endpoint.Port == port))
                return;
            other = Take(node);
        }

        if (other is not null)
            await other.DisposeAsync();
        lock (_lock)
        {
            if (_stopped)
                throw new RetryableException("The driver is stopping.");
            if (!_consoles.ContainsKey(node))
                _consoles.Add(node, Listen(node, target, port));
        }
    }

    /// <summary>Closes a node's console, if it is open.</summary>
    public async Task CloseAsync(string node)
    {
        ConsoleListener? open;
        lock (_lock)
            open = Take(node);
        if (open is not null)
            await open.DisposeAsync();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        ConsoleListener[] all;
        lock (_lock)
        {
            _stopped = true;
            all = [.. _consoles.Values];
            _consoles.Clear();
        }

        await Task.WhenAll(all.Select(console => console.DisposeAsync().AsTask())).WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private ConsoleListener? Take(string node) => _consoles.Remove(node, out var console) ? console : null;

    private ConsoleListener Listen(string node, IpmiTarget target, int? port)
    {
        if (port is { } own)
            return TryListen(node, target, own) ?? throw new RetryableException($"The TCP port {Endpoint(own)} of the console of node {node} is in use.");
        var range = Range ?? throw NoPort();
        // Those of its own consoles are known without asking the system.
        var taken = _consoles.Values.Select(console => console.Endpoint.Port).ToHashSet();
        foreach (var candidate in range.InOrderFor(node).Where(candidate => !taken.Contains(candidate)))
        {
            if (TryListen(node, target, candidate) is { } listener)
                return listener;
        }

        throw new RetryableException($"No port of {IpmiOptions.Section}:{nameof(IpmiOptions.ConsolePortRange)} ({range}) is free for the console of node {node}.");
    }

    /// <summary>What a node lacks that has no port.</summary>
    public static MissingParameterException NoPort() =>
        new($"{IpmiProperties.TerminalPort} is missing from driver_info, and {IpmiOptions.Section}:{nameof(IpmiOptions.ConsolePortRange)} is not set.");

    private ConsoleListener? TryListen(string node, IpmiTarget target, int port)
    {
        var endpoint = Endpoint(port);
        try
        {
            return new ConsoleListener(node, target, endpoint, pool, options.Value, time, metrics, logger);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return null;
        }
        catch (SocketException exception)
        {
            throw new PermanentFailureException($"The TCP port {endpoint} of the console of node {node} cannot be opened: {exception.Message}", exception);
        }
    }

    private IPEndPoint Endpoint(int port) => new(IPAddress.Parse(options.Value.ConsoleAddress), port);
}
