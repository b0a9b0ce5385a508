using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ironic.Testing.Stack;

/// <summary>The fake driver's own record of what it did: what no answer of the system can embellish.</summary>
public sealed class CallLog(string path)
{
    /// <summary>What was written until now, in order.</summary>
    public IReadOnlyList<CallLogEntry> Read()
    {
        if (!File.Exists(path))
            return [];
        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        // A line without an end is being written.
        var text = file.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<CallLogEntry>(line)!)];
    }

    /// <summary>The entries about one node.</summary>
    public IReadOnlyList<CallLogEntry> Of(string node) => [.. Read().Where(entry => entry.Node == node)];

    /// <summary>Waits for an entry.</summary>
    public async Task<CallLogEntry> WaitForAsync(Func<CallLogEntry, bool> condition, string because)
    {
        CallLogEntry? found = null;
        await Eventually.ThatAsync(() => (found = Read().FirstOrDefault(condition)) is not null, TestStack.Limit, because);
        return found!;
    }

    /// <summary>Waits until an operation on a node has begun.</summary>
    public Task<CallLogEntry> WaitForStartAsync(string node, string operation) =>
        WaitForAsync(entry => entry.Event == "start" && entry.Node == node && entry.Operation == operation, $"{operation} of {node} has begun");

    /// <summary>Waits until an operation on a node has ended.</summary>
    public Task<CallLogEntry> WaitForEndAsync(string node, string operation) =>
        WaitForAsync(entry => entry.Event == "end" && entry.Node == node && entry.Operation == operation, $"{operation} of {node} has ended");
}

/// <summary>One line of the call log.</summary>
/// <param name="Event">validate, start, end or refused.</param>
/// <param name="Operation"><c>vendor.fake_echo</c></param>
/// <param name="Node">UUID; empty for a call that is about no node.</param>
/// <param name="Epoch">Of the node's lock; 0 under a shared lock.</param>
/// <param name="Outcome">Of an end: ok, cancelled, or an error class.</param>
/// <param name="HttpMethod">Of a validation.</param>
/// <param name="Parameters">The names of the parameters that a validation sees.</param>
/// <param name="Result">Of the end of a power action: the state that the machine has then.</param>
/// <param name="MonotonicNs">A clock that all processes of the machine share.</param>
public sealed record CallLogEntry(
    [property: JsonPropertyName("event")] string Event,
    [property: JsonPropertyName("operation")] string Operation,
    [property: JsonPropertyName("node")] string Node,
    [property: JsonPropertyName("operation_id")] string OperationId,
    [property: JsonPropertyName("epoch")] ulong Epoch,
    [property: JsonPropertyName("request_id")] string RequestId,
    [property: JsonPropertyName("outcome")] string? Outcome,
    [property: JsonPropertyName("http_method")] string? HttpMethod,
    [property: JsonPropertyName("parameters")] IReadOnlyList<string>? Parameters,
    [property: JsonPropertyName("result")] string? Result,
    [property: JsonPropertyName("monotonic_ns")] long MonotonicNs,
    [property: JsonPropertyName("pid")] int ProcessId);
