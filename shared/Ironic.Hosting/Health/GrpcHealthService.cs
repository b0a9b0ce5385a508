using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Ironic.Hosting.Health;

/// <summary>The standard gRPC health service. All services of a process share its health.</summary>
internal sealed class GrpcHealthService(ServiceHealth health, EndpointDataSource endpoints, IHostApplicationLifetime lifetime)
    : Grpc.Health.V1.Health.HealthBase
{
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        if (!IsKnown(request.Service))
            throw new RpcException(new Status(StatusCode.NotFound, "There is no such service."));
        return Task.FromResult(new HealthCheckResponse { Status = ToStatus(health.Current) });
    }

    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        ServingStatus? sent = null;
        while (true)
        {
            var snapshot = health.Current;
            var status = IsKnown(request.Service) ? ToStatus(snapshot) : ServingStatus.ServiceUnknown;
            if (status != sent)
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }, context.CancellationToken);
            sent = status;
            if (lifetime.ApplicationStopping.IsCancellationRequested)
                return;
            // An open stream would hold up the end of the process: it ends with the last word, NOT_SERVING.
            await snapshot.Changed.WaitAsync(ends.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private ServingStatus ToStatus(HealthSnapshot snapshot) =>
        snapshot.IsServing && !lifetime.ApplicationStopping.IsCancellationRequested ? ServingStatus.Serving : ServingStatus.NotServing;

    // Endpoints may be added while the process runs, so nothing is remembered; health is asked once in seconds.
    private bool IsKnown(string service) =>
        service.Length == 0 || health.HasService(service) ||
        endpoints.Endpoints.Any(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.ServiceName == service);
}
