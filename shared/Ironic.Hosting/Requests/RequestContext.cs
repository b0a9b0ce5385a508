using System.Collections;

namespace Ironic.Hosting.Requests;

/// <summary>
/// What is known of the request that the current code works for. It flows with async code, also into work that goes on after the
/// answer. As a logging scope it has the property <c>RequestId</c>.
/// </summary>
public sealed class RequestContext : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <summary>Name of the logging scope's property.</summary>
    public const string RequestIdProperty = "RequestId";

    private static readonly AsyncLocal<RequestContext?> Local = new();

    /// <param name="requestId">An id that <see cref="RequestIds.IsValid"/> accepts.</param>
    /// <param name="version">The microversion that the caller speaks.</param>
    /// <exception cref="ArgumentException">The id is not valid.</exception>
    public RequestContext(string requestId, Microversion version = default)
    {
        if (!RequestIds.IsValid(requestId))
            throw new ArgumentException("Not a request id.", nameof(requestId));
        RequestId = requestId;
        Version = version;
    }

    /// <summary>
    /// The request of the current flow, or null outside of one. Set it at the start of an async method: the flow that called the method
    /// then keeps its own.
    /// </summary>
    public static RequestContext? Current
    {
        get => Local.Value;
        set => Local.Value = value;
    }

    /// <summary><c>req-UUID</c>.</summary>
    public string RequestId { get; }

    /// <summary>The microversion that the caller speaks.</summary>
    public Microversion Version { get; }

    /// <summary>Who asks; null when nobody was authenticated.</summary>
    public string? UserId { get; init; }

    /// <summary>The project in whose name is asked; null when nobody was authenticated.</summary>
    public string? ProjectId { get; init; }

    int IReadOnlyCollection<KeyValuePair<string, object?>>.Count => 1;

    KeyValuePair<string, object?> IReadOnlyList<KeyValuePair<string, object?>>.this[int index] =>
        index == 0 ? new(RequestIdProperty, RequestId) : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>A context with a new request id, for work that no caller asked for.</summary>
    public static RequestContext CreateNew() => new(RequestIds.Create());

    /// <inheritdoc/>
    public override string ToString() => $"RequestId:{RequestId}";

    IEnumerator<KeyValuePair<string, object?>> IEnumerable<KeyValuePair<string, object?>>.GetEnumerator()
    {
        yield return new(RequestIdProperty, RequestId);
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)this).GetEnumerator();
}
