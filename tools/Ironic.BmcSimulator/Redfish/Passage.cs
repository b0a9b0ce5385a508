using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Redfish;

/// <summary>One request on its way through a service: counted there and, where many machines are behind the service, with its machine.</summary>
internal sealed class Passage : IDisposable
{
    private readonly BmcCounters _service;
    private readonly BmcCounters? _server;
    private bool _isOver;

    public Passage(RedfishService service, SimulatedServer? server)
    {
        _service = service.Counters;
        _server = server is null || ReferenceEquals(server.RedfishCounters, _service) ? null : server.RedfishCounters;
        Each(counters => counters.BeginRequest());
    }

    public void Each(Action<BmcCounters> count)
    {
        count(_service);
        if (_server is not null)
            count(_server);
    }

    public void End()
    {
        if (_isOver)
            return;
        _isOver = true;
        Each(counters => counters.EndRequest());
    }

    public void Dispose() => End();
}
