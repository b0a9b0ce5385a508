using Ironic.Api.V1;

namespace Ironic.Hosting.Errors;

/// <summary>
/// A failure that a caller of the public services is told about. <see cref="ErrorInterceptor"/> turns it into a gRPC status whose
/// details carry the reason; the REST side makes Ironic's error body of that.
/// </summary>
/// <param name="reason">Which error it is; its annotation in <c>errors.proto</c> says the gRPC and the HTTP status.</param>
/// <param name="message">What the caller reads. Must not contain secrets.</param>
/// <param name="innerException">What caused it; never shown to callers.</param>
public sealed class IronicException(ErrorReason reason, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Which error it is.</summary>
    public ErrorReason Reason { get; } = reason;
}
