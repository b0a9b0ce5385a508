using System.Buffers;

namespace Grpc.Core;

/// <summary>Converts messages of one type to bytes and back.</summary>
/// <typeparam name="T">Message type.</typeparam>
public class Marshaller<T>
{
    /// <summary>Makes a marshaller of functions over whole byte arrays.</summary>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public Marshaller(Func<T, byte[]> serializer, Func<byte[], T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        Serializer = serializer;
        Deserializer = deserializer;
        ContextualSerializer = (message, context) => context.Complete(serializer(message));
        ContextualDeserializer = context => deserializer(context.PayloadAsNewBuffer());
    }

    /// <summary>Makes a marshaller of functions that work on the transport's own buffers.</summary>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public Marshaller(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        ContextualSerializer = serializer;
        ContextualDeserializer = deserializer;
        Serializer = message =>
        {
            var context = new ArraySerializationContext();
            serializer(message, context);
            return context.Payload;
        };
        Deserializer = payload => deserializer(new ArrayDeserializationContext(payload));
    }

    /// <summary>Gives the bytes of a message.</summary>
    public Func<T, byte[]> Serializer { get; }

    /// <summary>Reads a message from its bytes.</summary>
    public Func<byte[], T> Deserializer { get; }

    /// <summary>Writes a message into a serialization context.</summary>
    public Action<T, SerializationContext> ContextualSerializer { get; }

    /// <summary>Reads a message from a deserialization context.</summary>
    public Func<DeserializationContext, T> ContextualDeserializer { get; }
}

/// <summary>Collects one serialized message in an array.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private byte[]? _payload;
    private ArrayBufferWriter<byte>? _writer;
    private int? _payloadLength;

    /// <summary>The finished payload.</summary>
    /// <exception cref="InvalidOperationException">The serializer returned without completing the payload.</exception>
    public byte[] Payload => _payload ?? throw new InvalidOperationException("The serializer did not complete the payload.");

    public override void SetPayloadLength(int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        if (_writer is not null)
        {
            throw new InvalidOperationException("The payload length must be set before the first write.");
        }

        _payloadLength = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        ThrowIfCompleted();
        return _writer ??= _payloadLength is > 0 and { } length ? new ArrayBufferWriter<byte>(length) : new ArrayBufferWriter<byte>();
    }

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        ThrowIfCompleted();
        if (_writer is not null)
        {
            throw new InvalidOperationException("The payload is already being written to the buffer writer.");
        }

        _payload = payload;
    }

    public override void Complete()
    {
        ThrowIfCompleted();
        var payload = _writer is null ? [] : _writer.WrittenSpan.ToArray();
        if (_payloadLength is { } announced && announced != payload.Length)
        {
            throw new InvalidOperationException($"The serializer announced {announced} bytes and wrote {payload.Length}.");
        }

        _payload = payload;
    }

    private void ThrowIfCompleted()
    {
        if (_payload is not null)
        {
            throw new InvalidOperationException("The payload is already complete.");
        }
    }
}

/// <summary>Offers one message that is held in an array.</summary>
internal sealed class ArrayDeserializationContext(byte[] payload) : DeserializationContext
{
    public override int PayloadLength => payload.Length;

    public override byte[] PayloadAsNewBuffer() => payload.AsSpan().ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
}
