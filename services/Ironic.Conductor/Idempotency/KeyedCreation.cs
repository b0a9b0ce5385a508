using Google.Protobuf;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Idempotency;

/// <summary>
/// A creation whose caller gave it a key. It flows with the call: what creates the resource says what the answer will be, and the transaction
/// that stores the resource stores the answer with it. So there is no moment at which one is there and the other is not.
/// </summary>
internal sealed class KeyedCreation(IdempotencyStore store, CreationKey key, byte[] fingerprint)
{
    private static readonly AsyncLocal<KeyedCreation?> Local = new();

    private Func<IMessage>? _answer;
    private bool _closed;

    /// <summary>The one of the current flow; null where no key was given. Set it at the start of an async method.</summary>
    public static KeyedCreation? Current
    {
        get => Local.Value;
        set => Local.Value = value;
    }

    /// <summary>Whether the answer was written in the resource's transaction.</summary>
    public bool IsRecorded { get; private set; }

    /// <summary>Says what the answer will be, before the transaction that stores the resource ends.</summary>
    public static void Answer(Func<IMessage> answer)
    {
        if (Current is { _closed: false } creation)
            creation._answer = answer;
    }

    /// <summary>The resource was taken back after it was stored: its answer goes, too, and the key is free.</summary>
    public static async Task WithdrawAsync()
    {
        if (Current is not { IsRecorded: true, _closed: false } creation)
            return;
        await creation.RemoveAsync();
        creation.IsRecorded = false;
    }

    /// <summary>Writes the answer, if it is known, within a transaction that is about to be committed.</summary>
    /// <exception cref="KeyTakenException">Another creation has the key since; the transaction must not be committed.</exception>
    public async Task RecordAsync(WriteTransaction write)
    {
        if (IsRecorded || _closed || _answer is not { } answer)
            return;
        if (!await store.PutAsync(write, key, fingerprint, answer().ToByteArray()))
            throw new KeyTakenException();
        IsRecorded = true;
    }

    /// <summary>The call is over: what still goes on because of it has nothing to do with the key.</summary>
    public void Close() => _closed = true;

    private Task RemoveAsync() => store.RemoveAsync(key, fingerprint);
}

/// <summary>A key, in the project that gave it.</summary>
/// <param name="Project">Empty when callers are not told apart.</param>
internal sealed record CreationKey(string Project, string Key);

/// <summary>Another creation was recorded under the same key.</summary>
internal sealed class KeyTakenException : Exception;
