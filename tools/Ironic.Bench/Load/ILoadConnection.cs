namespace Ironic.Bench.Load;

/// <summary>Makes one request after another.</summary>
internal interface ILoadConnection : IDisposable
{
    /// <summary>Makes the next request and waits for its answer.</summary>
    /// <returns>Whether the answer was the expected one.</returns>
    /// <exception cref="IOException">The connection is of no use any more.</exception>
    ValueTask<bool> RequestAsync();
}
