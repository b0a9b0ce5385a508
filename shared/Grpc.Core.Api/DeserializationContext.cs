using System.Buffers;

namespace Grpc.Core;

/// <summary>Where a deserializer finds the bytes of a message.</summary>
public abstract class DeserializationContext
{
    /// <summary>Size of the payload in bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>A copy of the payload that the caller may keep.</summary>
    /// <exception cref="NotImplementedException">The context does not support it.</exception>
    public virtual byte[] PayloadAsNewBuffer() => throw new NotImplementedException();

    /// <summary>The payload without a copy where the context allows; valid only until the deserializer returns.</summary>
    /// <exception cref="NotImplementedException">The context does not support it.</exception>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => throw new NotImplementedException();
}
