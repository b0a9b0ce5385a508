using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Google.Protobuf;

namespace Ironic.Driver.Sdk.Vendor;

/// <summary>Turns what a method returns into the contract's result. The compiler of methods picks one by the return type.</summary>
internal static class ResultAdapters
{
    public static V1.VendorResult Null() => new() { Json = new Types.V1.Json { Text = "null" } };

    public static async ValueTask<V1.VendorResult> FromTask(Task task)
    {
        await task;
        return Null();
    }

    public static async ValueTask<V1.VendorResult> FromValueTask(ValueTask task)
    {
        await task;
        return Null();
    }

    public static ValueTask<V1.VendorResult> FromValue<T>(T value, IResultWriter<T> writer) => ValueTask.FromResult(writer.Write(value));

    public static async ValueTask<V1.VendorResult> FromTaskOf<T>(Task<T> task, IResultWriter<T> writer) => writer.Write(await task);

    public static async ValueTask<V1.VendorResult> FromValueTaskOf<T>(ValueTask<T> task, IResultWriter<T> writer) => writer.Write(await task);
}

internal interface IResultWriter<in T>
{
    V1.VendorResult Write(T value);
}

/// <summary>Writes a value as JSON with names in snake_case.</summary>
internal sealed class JsonResultWriter<T> : IResultWriter<T>
{
    private readonly JsonTypeInfo<T> _type = (JsonTypeInfo<T>)DriverJson.Options.GetTypeInfo(typeof(T));

    public V1.VendorResult Write(T value) => new() { Json = new Types.V1.Json { Text = JsonSerializer.Serialize(value, _type) } };
}

/// <summary>Passes bytes on as they are.</summary>
internal sealed class AttachmentResultWriter : IResultWriter<byte[]>, IResultWriter<ReadOnlyMemory<byte>>
{
    public V1.VendorResult Write(byte[] value) => Write(value.AsMemory());

    public V1.VendorResult Write(ReadOnlyMemory<byte> value) => new() { Attachment = ByteString.CopyFrom(value.Span) };
}
