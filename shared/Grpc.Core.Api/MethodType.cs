namespace Grpc.Core;

/// <summary>Tells on which sides of a method messages are streamed.</summary>
public enum MethodType
{
    /// <summary>One request, one response.</summary>
    Unary,

    /// <summary>A stream of requests, one response.</summary>
    ClientStreaming,

    /// <summary>One request, a stream of responses.</summary>
    ServerStreaming,

    /// <summary>Independent streams of requests and responses.</summary>
    DuplexStreaming,
}
