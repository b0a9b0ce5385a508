namespace Ironic.Stack.Internal;

/// <summary>HTTP to the stack's own processes.</summary>
internal static class LoopbackHttp
{
    public static HttpClient Client { get; } =
        new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(5) };
}
