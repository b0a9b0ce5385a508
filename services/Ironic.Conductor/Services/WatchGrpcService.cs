using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Watching;

namespace Ironic.Conductor.Services;

/// <summary>The public service of what happens to nodes.</summary>
internal sealed class WatchGrpcService(JournalWatch watch, IHostApplicationLifetime lifetime) : WatchService.WatchServiceBase
{
    public override async Task Watch(WatchRequest request, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context)
    {
        // A stream without an end must not hold up the end of the process.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        await watch.RunAsync(request, responseStream.WriteAsync, either.Token);
    }
}
