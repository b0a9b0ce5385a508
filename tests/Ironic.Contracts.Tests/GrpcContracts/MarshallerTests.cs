using System.Buffers;
using System.Text;
using Grpc.Core;

namespace Ironic.Contracts.Tests.GrpcContracts;

/// <summary>A marshaller serves both ways of serializing, whichever it was made of.</summary>
public sealed class MarshallerTests
{
    private static readonly Dictionary<string, Action<SerializationContext>> MisusingSerializers = new()
    {
        ["never completes"] = _ => { },
        ["completes twice"] = context =>
        {
            context.Complete([]);
            context.Complete([]);
        },
        ["mixes array and writer"] = context =>
        {
            context.GetBufferWriter();
            context.Complete([]);
        },
        ["writes after completing"] = context =>
        {
            context.Complete();
            context.GetBufferWriter();
        },
        ["announces the wrong length"] = context =>
        {
            context.SetPayloadLength(2);
            context.GetBufferWriter().Write<byte>([1]);
            context.Complete();
        },
        ["announces too late"] = context =>
        {
            context.GetBufferWriter();
            context.SetPayloadLength(2);
        },
    };

    public static TheoryData<string> Mistakes => new(MisusingSerializers.Keys);

    [Fact]
    public void Array_functions_of_a_contextual_marshaller_work()
    {
        var marshaller = Marshallers.Create<string>(
            (message, context) =>
            {
                context.SetPayloadLength(Encoding.UTF8.GetByteCount(message));
                Encoding.UTF8.GetBytes(message, context.GetBufferWriter());
                context.Complete();
            },
            context =>
            {
                Assert.Equal(context.PayloadLength, context.PayloadAsNewBuffer().Length);
                return Encoding.UTF8.GetString(context.PayloadAsReadOnlySequence());
            });

        Assert.Equal("größe"u8.ToArray(), marshaller.Serializer("größe"));
        Assert.Equal("größe", marshaller.Deserializer("größe"u8.ToArray()));
        Assert.Empty(marshaller.Serializer(""));
    }

    [Fact]
    public void A_contextual_serializer_may_hand_over_an_array()
    {
        var marshaller = Marshallers.Create<string>((message, context) => context.Complete(Encoding.UTF8.GetBytes(message)), _ => "");

        Assert.Equal("text"u8.ToArray(), marshaller.Serializer("text"));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_serializer_that_misuses_its_context_fails(string mistake)
    {
        var marshaller = Marshallers.Create<string>((_, context) => MisusingSerializers[mistake](context), _ => "");

        Assert.Throws<InvalidOperationException>(() => marshaller.Serializer(""));
    }
}
