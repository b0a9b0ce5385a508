namespace Ironic.Conductor.Locks;

/// <summary>What the key of a held lock holds in Redis: a random token, so that only its holder can renew or release it, a colon, and the owner.</summary>
internal static class LockValue
{
    private const int TokenLength = 32;

    public static string New(string owner) => $"{Guid.NewGuid():N}:{owner}";

    /// <exception cref="LockUnavailableException">Something else has written the key.</exception>
    public static string OwnerOf(string value) =>
        value.Length > TokenLength + 1 && value[TokenLength] == ':'
            ? value[(TokenLength + 1)..]
            : throw new LockUnavailableException("A lock's key in Redis holds what no conductor wrote.");
}
