using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Grpc.Core;
using Grpc.Net.Compression;
using Ironic.Contracts.Tests.GrpcContracts.Probe;

namespace Ironic.Contracts.Tests.GrpcContracts;

/// <summary>Messages are compressed on the wire as gRPC says, in both directions.</summary>
public sealed class CompressionTests
{
    private static readonly string Message = new('m', 10_000);

    public static TheoryData<string> Encodings => new("gzip", "deflate");

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_compressed_request_is_read(string encoding)
    {
        string? used = null;
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Unary = (request, context) =>
            {
                used = context.GetHttpContext().Request.Headers["grpc-encoding"];
                return Task.FromResult(request);
            },
        });
        using var channel = server.CreateChannel();

        var response = await new ProbeClient(channel)
            .UnaryAsync(Message, new CallOptions(new Metadata { { "grpc-internal-encoding-request", encoding } }))
            .ResponseAsync.WithinLimit();

        Assert.Equal(encoding, used);
        Assert.Equal(Message, response);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_response_is_compressed_in_the_format_of_its_encoding(string encoding)
    {
        await using var server = await ProbeServer.StartAsync(
            new ProbeHandlers { Unary = (request, _) => Task.FromResult(request) },
            options => options.ResponseCompressionAlgorithm = encoding);

        var (isCompressed, payload) = await PostAsync(server, encoding);

        Assert.True(isCompressed);
        Assert.InRange(payload.Length, 1, Message.Length / 10);
        Assert.Equal(Message, Decompress(encoding, payload));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_compressed_response_is_read(string encoding)
    {
        await using var server = await ProbeServer.StartAsync(
            new ProbeHandlers { Unary = (request, _) => Task.FromResult(request) },
            options => options.ResponseCompressionAlgorithm = encoding);
        using var channel = server.CreateChannel();

        Assert.Equal(Message, await new ProbeClient(channel).UnaryAsync(Message).ResponseAsync.WithinLimit());
    }

    [Fact]
    public async Task A_response_that_asks_for_it_stays_uncompressed()
    {
        await using var server = await ProbeServer.StartAsync(
            new ProbeHandlers
            {
                Unary = (request, context) =>
                {
                    context.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
                    return Task.FromResult(request);
                },
            },
            options => options.ResponseCompressionAlgorithm = "gzip");

        var (isCompressed, payload) = await PostAsync(server, "gzip");

        Assert.False(isCompressed);
        Assert.Equal(Message, Encoding.UTF8.GetString(payload));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_provider_writes_its_format_at_the_level_asked_for_and_leaves_the_stream_open(string encoding)
    {
        var provider = Provider(encoding);
        using var none = Compress(provider, CompressionLevel.NoCompression);
        using var best = Compress(provider, null);

        Assert.Equal(encoding, provider.EncodingName);
        Assert.True(none.Length > Message.Length);
        Assert.True(best.Length < Message.Length / 10);
        Assert.Equal(Message, Decompress(encoding, best.ToArray()));
        using (var reader = new StreamReader(provider.CreateDecompressionStream(none), Encoding.UTF8))
        {
            Assert.Equal(Message, reader.ReadToEnd());
        }

        Assert.True(none.CanRead);
    }

    private static ICompressionProvider Provider(string encoding) => encoding switch
    {
        "gzip" => new GzipCompressionProvider(CompressionLevel.SmallestSize),
        "deflate" => new DeflateCompressionProvider(CompressionLevel.SmallestSize),
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, null),
    };

    private static MemoryStream Compress(ICompressionProvider provider, CompressionLevel? level)
    {
        var target = new MemoryStream();
        using (var compression = provider.CreateCompressionStream(target, level))
        {
            compression.Write(Encoding.UTF8.GetBytes(Message));
        }

        target.Position = 0;
        return target;
    }

    /// <summary>Decompresses with the platform's own readers: gzip is RFC 1952, deflate is zlib, RFC 1950.</summary>
    private static string Decompress(string encoding, byte[] payload)
    {
        using var source = new MemoryStream(payload);
        using Stream decompression = encoding == "gzip"
            ? new GZipStream(source, CompressionMode.Decompress)
            : new ZLibStream(source, CompressionMode.Decompress);
        using var reader = new StreamReader(decompression, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Makes a unary call without the client engine and gives the one message of the response as it was on the wire.</summary>
    private static async Task<(bool IsCompressed, byte[] Payload)> PostAsync(ProbeServer server, string acceptEncoding)
    {
        var message = Encoding.UTF8.GetBytes(Message);
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, ProbeServiceBase.UnaryMethod.FullName))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.Add("te", "trailers");
        request.Headers.Add("grpc-accept-encoding", acceptEncoding);
        using var response = await http.SendAsync(request).WithinLimit();
        var body = await response.Content.ReadAsByteArrayAsync().WithinLimit();
        Assert.Equal("0", Assert.Single(response.TrailingHeaders.GetValues("grpc-status")));
        Assert.Equal(body.Length - 5, BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)));
        return (body[0] == 1, body[5..]);
    }
}
