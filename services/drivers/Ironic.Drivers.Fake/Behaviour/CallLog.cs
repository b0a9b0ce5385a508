using System.Text;
using System.Text.Json;
using Ironic.Driver.Sdk;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Fake.Behaviour;

/// <summary>
/// A file of JSON lines from which tests read what the driver really did, and when. <c>event</c> is validate (of a vendor call), start, end or
/// refused; <c>monotonic_ns</c> is the system's monotonic clock, which all processes of a machine share. Each line is one write to the end of the file.
/// </summary>
internal sealed class CallLog(IOptions<FakeOptions> options, TimeProvider time) : IDisposable
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly Lock _lock = new();
    private readonly FileStream? _file = options.Value.CallLog is { } path
        ? new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)
        : null;

    /// <summary>A vendor call is validated: with which verb and which parameters, by name.</summary>
    public void Validated(string node, ulong epoch, string requestId, VendorCall call) =>
        Write("validate", $"vendor.{call.Method}", node, operationId: "", epoch, requestId, outcome: null, call: call);

    public void Started(string operation, string node, string operationId, ulong epoch, string requestId) =>
        Write("start", operation, node, operationId, epoch, requestId, outcome: null);

    public void Ended(string operation, string node, string operationId, ulong epoch, string requestId, string outcome, string? result = null) =>
        Write("end", operation, node, operationId, epoch, requestId, outcome, result);

    /// <summary>The driver refused a call before it reached an interface.</summary>
    public void Refused(string operation, string node, string operationId, ulong epoch, string requestId, string errorClass) =>
        Write("refused", operation, node, operationId, epoch, requestId, errorClass);

    public void Dispose() => _file?.Dispose();

    private void Write(
        string what, string operation, string node, string operationId, ulong epoch, string requestId, string? outcome, string? result = null, VendorCall? call = null)
    {
        if (_file is null)
            return;
        lock (_lock)
        {
            var line = JsonSerializer.Serialize(new
            {
                @event = what,
                operation,
                node,
                operation_id = operationId,
                epoch,
                request_id = requestId,
                outcome,
                result,
                http_method = call?.HttpMethod,
                parameters = call?.Parameters.Keys,
                monotonic_ns = (long)((Int128)time.GetTimestamp() * NanosecondsPerSecond / time.TimestampFrequency),
                time = time.GetUtcNow(),
                pid = Environment.ProcessId,
            });
            _file.Write(Encoding.UTF8.GetBytes(line + '\n'));
        }
    }
}
