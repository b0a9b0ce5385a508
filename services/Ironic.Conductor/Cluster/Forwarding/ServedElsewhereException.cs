namespace Ironic.Conductor.Cluster.Forwarding;

/// <summary>The call is about a node of another conductor group. Nothing was done yet: <see cref="ForwardingInterceptor"/> passes the call on.</summary>
/// <param name="hostnames">The conductors that serve the node, the ring's choice first.</param>
internal sealed class ServedElsewhereException(IReadOnlyList<string> hostnames) : Exception($"The conductor {hostnames[0]} serves the node.")
{
    public IReadOnlyList<string> Hostnames => hostnames;
}
