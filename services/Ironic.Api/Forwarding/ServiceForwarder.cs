using Grpc.Core;
using Ironic.Hosting.Requests;
using Ironic.Protos;
using Ironic.Rest;
using Ironic.Rest.Upstream;
using Ironic.Rest.Wire;

namespace Ironic.Api.Forwarding;

/// <summary>Serves the public services to gRPC callers by passing their bytes on to the conductors.</summary>
internal sealed class ServiceForwarder(ApiContract contract, ConductorPool conductors)
{
    /// <summary>The services, each with a handler for every method.</summary>
    public IEnumerable<ServerServiceDefinition> Definitions => contract.Services.Select(Define);

    private ServerServiceDefinition Define(Google.Protobuf.Reflection.ServiceDescriptor service)
    {
        var builder = ServerServiceDefinition.CreateBuilder();
        foreach (var descriptor in service.Methods)
        {
            if (descriptor.IsClientStreaming)
                throw new NotSupportedException($"{descriptor.FullName} takes a stream, which is not forwarded.");
            var served = ByteMethods.CreateForServer(descriptor);
            var called = ByteMethods.Create(descriptor);
            if (descriptor.IsServerStreaming)
                builder.AddMethod(served, (request, replies, context) => StreamAsync(called, request, replies, context));
            else
                builder.AddMethod(served, (request, context) => CallAsync(called, request, context));
        }

        return builder.Build();
    }

    private async Task<PooledBuffer> CallAsync(Method<PooledBuffer, PooledBuffer> method, PooledBuffer request, ServerCallContext context)
    {
        using (request)
        {
            try
            {
                return await conductors.CallAsync(method, request, MetadataOf(context), DeadlineOf(context), context.CancellationToken);
            }
            catch (RpcException exception)
            {
                throw PassOn(exception);
            }
        }
    }

    private async Task StreamAsync(
        Method<PooledBuffer, PooledBuffer> method, PooledBuffer request, IServerStreamWriter<PooledBuffer> replies, ServerCallContext context)
    {
        using (request)
        {
            try
            {
                await conductors.StreamAsync(method, request, MetadataOf(context), DeadlineOf(context), replies.WriteAsync, context.CancellationToken);
            }
            catch (RpcException exception)
            {
                throw PassOn(exception);
            }
        }
    }

    // What else a caller sends is not passed on: inside, metadata is what the processes tell each other.
    private static Metadata MetadataOf(ServerCallContext context)
    {
        var metadata = new Metadata();
        if (RequestContext.Current is { } current)
        {
            metadata.Add(RequestHeaders.RequestId, current.RequestId);
            if (!current.Version.IsNewest)
                metadata.Add(RequestHeaders.ApiVersion, current.Version.ToString());
        }

        foreach (var key in context.RequestHeaders.GetAll(RequestHeaders.IdempotencyKey))
            metadata.Add(key);

        return metadata;
    }

    private static DateTime? DeadlineOf(ServerCallContext context) => context.Deadline == DateTime.MaxValue ? null : context.Deadline;

    // The status and its details are the conductor's; a status without details may come from the channel and tell of addresses.
    private static RpcException PassOn(RpcException exception)
    {
        var trailers = new Metadata();
        foreach (var entry in exception.Trailers)
        {
            if (entry.Key == StatusDetails.TrailerName)
                trailers.Add(entry);
        }

        return trailers.Count > 0
            ? new RpcException(new Status(exception.StatusCode, exception.Status.Detail), trailers)
            : new RpcException(new Status(exception.StatusCode, exception.StatusCode == StatusCode.Unavailable ? "No conductor is available." : "The conductor failed."));
    }
}
