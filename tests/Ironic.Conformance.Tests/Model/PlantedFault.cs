using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Ironic.Conformance.Tests.Model;

/// <summary>Something that a driver does wrong.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Requirement">The requirement that it breaks.</param>
internal sealed record PlantedFault(string Name, string Requirement)
{
    /// <summary>Changes what the driver is asked before it sees it, or fails.</summary>
    public Func<IMessage, Task> OnRequest { get; init; } = _ => Task.CompletedTask;

    /// <summary>Changes what it answers.</summary>
    public Action<IMessage> OnResponse { get; init; } = _ => { };

    /// <summary>Changes how it fails.</summary>
    public Func<IMessage, RpcException, RpcException> OnFailure { get; init; } = (_, failure) => failure;

    public override string ToString() => Name;
}

/// <summary>Plants a fault between the wire and the driver.</summary>
internal sealed class FaultInterceptor(PlantedFault fault) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await fault.OnRequest((IMessage)request);
            var response = await continuation(request, context);
            fault.OnResponse((IMessage)response);
            return response;
        }
        catch (RpcException e)
        {
            throw fault.OnFailure((IMessage)request, e);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await fault.OnRequest((IMessage)request);
            await continuation(request, new FaultyWriter<TResponse>(responseStream, fault), context);
        }
        catch (RpcException e)
        {
            throw fault.OnFailure((IMessage)request, e);
        }
    }

    private sealed class FaultyWriter<T>(IServerStreamWriter<T> writer, PlantedFault fault) : IServerStreamWriter<T>
    {
        public WriteOptions? WriteOptions
        {
            get => writer.WriteOptions;
            set => writer.WriteOptions = value;
        }

        public Task WriteAsync(T message)
        {
            // The driver keeps what it has sent.
            var copy = (IMessage)((IMessage)message!).Descriptor.Parser.ParseFrom(((IMessage)message).ToByteArray());
            fault.OnResponse(copy);
            return writer.WriteAsync((T)copy);
        }
    }
}
