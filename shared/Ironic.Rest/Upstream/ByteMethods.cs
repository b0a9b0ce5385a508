using System.Buffers;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Upstream;

/// <summary>gRPC methods whose messages stay bytes.</summary>
public static class ByteMethods
{
    private static readonly Marshaller<PooledBuffer> Bytes = new(Serialize, Deserialize);
    private static readonly Marshaller<PooledBuffer> ReleasedBytes = new(SerializeAndRelease, Deserialize);

    /// <summary>Makes the method of a descriptor for calling it. Messages stay the caller's to dispose.</summary>
    public static Method<PooledBuffer, PooledBuffer> Create(MethodDescriptor descriptor) => Create(descriptor, Bytes);

    /// <summary>Makes the method of a descriptor for serving it. Answers are disposed when they are sent.</summary>
    public static Method<PooledBuffer, PooledBuffer> CreateForServer(MethodDescriptor descriptor) => Create(descriptor, ReleasedBytes);

    private static Method<PooledBuffer, PooledBuffer> Create(MethodDescriptor descriptor, Marshaller<PooledBuffer> responses)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        var type = (descriptor.IsClientStreaming, descriptor.IsServerStreaming) switch
        {
            (false, false) => MethodType.Unary,
            (false, true) => MethodType.ServerStreaming,
            (true, false) => MethodType.ClientStreaming,
            (true, true) => MethodType.DuplexStreaming,
        };
        return new Method<PooledBuffer, PooledBuffer>(type, descriptor.Service.FullName, descriptor.Name, Bytes, responses);
    }

    private static void Serialize(PooledBuffer buffer, SerializationContext context)
    {
        context.SetPayloadLength(buffer.Length);
        context.GetBufferWriter().Write(buffer.Span);
        context.Complete();
    }

    private static void SerializeAndRelease(PooledBuffer buffer, SerializationContext context)
    {
        using (buffer)
            Serialize(buffer, context);
    }

    private static PooledBuffer Deserialize(DeserializationContext context)
    {
        var buffer = new PooledBuffer(Math.Max(context.PayloadLength, 1));
        foreach (var part in context.PayloadAsReadOnlySequence())
            buffer.Write(part.Span);
        return buffer;
    }
}
