namespace Ironic.Conductor.Cluster.Forwarding;

/// <summary>The call is about a node of another conductor group. Nothing was done yet: <see cref="ForwardingInterceptor"/> passes the call on.</summary>
/// <param name="hostname">The conductor that serves the node.</param>
internal sealed class ServedElsewhereException(string hostname) : Exception($"The conductor {hostname} serves the node.")
{
    public string Hostname => hostname;
}
