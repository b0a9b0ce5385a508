namespace Ironic.Conductor.Cluster.Forwarding;

/// <summary>
/// The call that is being answered. It flows with async code, also into work that goes on after the answer; for that, the call is over.
/// </summary>
/// <param name="forwardedBy">Hostname of the conductor that passed it on; null when the caller came here himself.</param>
internal sealed class ServedCall(string? forwardedBy)
{
    private static readonly AsyncLocal<ServedCall?> Local = new();

    private volatile bool _over;

    /// <summary>The call of the current flow; null in work that nobody waits for. Set it at the start of an async method.</summary>
    public static ServedCall? Current
    {
        get => Local.Value is { _over: false } call ? call : null;
        set => Local.Value = value;
    }

    public string? ForwardedBy => forwardedBy;

    /// <summary>It is answered: what still goes on because of it is this conductor's own work.</summary>
    public void End() => _over = true;
}
