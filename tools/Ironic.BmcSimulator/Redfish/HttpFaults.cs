using Ironic.BmcSimulator.Faults;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Ironic.BmcSimulator.Redfish;

/// <summary>Faults as they look over HTTP.</summary>
internal static class HttpFaults
{
    /// <summary>Lets happen what happens before an answer.</summary>
    /// <returns>false when there will be none, and the connection ends.</returns>
    public static async Task<bool> PassAsync(IReadOnlyList<Fault> faults, TimeProvider time, CancellationToken cancellation)
    {
        foreach (var fault in faults)
        {
            switch (fault.Kind)
            {
                case FaultKind.Reset:
                    return false;
                case FaultKind.Stall or FaultKind.Lost:
                    await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
                    break;
                case FaultKind.Slow:
                    await Task.Delay(fault.Delay, time, cancellation);
                    break;
            }
        }

        return true;
    }

    /// <exception cref="RedfishException">A fault makes the service unavailable.</exception>
    public static void ThrowIfUnavailable(IReadOnlyList<Fault> faults)
    {
        if (faults.FirstOrDefault(fault => fault.Kind == FaultKind.Unavailable) is { } fault)
            throw new RedfishException(503, "ServiceTemporarilyUnavailable", "The service is busy; try again later.") { RetryAfter = fault.RetryAfter };
    }

    /// <summary>Ends the connection in the middle of it: the caller sees a reset.</summary>
    public static void ResetConnection(HttpContext context)
    {
        if (context.Features.Get<IConnectionSocketFeature>() is { } connection)
            connection.Socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        context.Abort();
    }
}
