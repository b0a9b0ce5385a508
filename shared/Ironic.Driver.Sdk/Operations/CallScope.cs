using Ironic.Driver.Sdk.Services;

namespace Ironic.Driver.Sdk.Operations;

/// <summary>What a call is about, whatever its kind.</summary>
/// <param name="Operation">For logs and error messages: <c>power.set_power_state</c>.</param>
/// <param name="NodeUuid">Empty for a call that is about no node.</param>
/// <param name="RequestId">Identifies the request in the logs of all processes.</param>
/// <param name="OperationId">Empty for a call that changes nothing.</param>
/// <param name="Epoch">The fencing epoch of the node's lock; 0: not compared.</param>
/// <param name="Fingerprint">Tells apart calls that carry the same operation id by mistake.</param>
/// <param name="Redactor">Masks the secrets that came with the call.</param>
internal sealed record CallScope(
    string Operation, string NodeUuid, string RequestId, string OperationId, ulong Epoch, int Fingerprint, SecretRedactor Redactor)
{
    /// <summary>Whether the operation goes on without the node's lock, and without a caller, until it is over or stopped by its id.</summary>
    public bool IsDetached { get; init; }

    /// <summary>Whether it may be stopped in the middle, if it is detached.</summary>
    public bool IsAbortable { get; init; }
}
