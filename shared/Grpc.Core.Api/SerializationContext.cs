using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Where a serializer puts a message. Either the whole payload is handed over with <see cref="Complete(byte[])"/>,
/// or it is written to <see cref="GetBufferWriter"/> and finished with <see cref="Complete()"/>.
/// </summary>
public abstract class SerializationContext
{
    /// <summary>Hands over the whole payload; the context owns <paramref name="payload"/> from then on.</summary>
    /// <exception cref="NotImplementedException">The context does not support it.</exception>
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();

    /// <summary>The writer for a payload that is serialized piece by piece.</summary>
    /// <exception cref="NotImplementedException">The context does not support it.</exception>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();

    /// <summary>Announces the payload's size in bytes before the first write; later bytes must add up to it.</summary>
    /// <exception cref="NotImplementedException">The context does not support it.</exception>
    public virtual void SetPayloadLength(int payloadLength) => throw new NotImplementedException();

    /// <summary>Finishes a payload written to <see cref="GetBufferWriter"/>.</summary>
    /// <exception cref="NotImplementedException">The context does not support it.</exception>
    public virtual void Complete() => throw new NotImplementedException();
}
