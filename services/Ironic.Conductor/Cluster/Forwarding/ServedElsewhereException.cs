namespace Ironic.Conductor.Cluster.Forwarding;

/// <summary>The call is about a node of another conductor group, or about a driver that only others can reach. Nothing was done yet: <see cref="ForwardingInterceptor"/> passes the call on.</summary>
/// <param name="hostnames">The conductors that can do it, in the order in which they are to be tried.</param>
internal sealed class ServedElsewhereException(IReadOnlyList<string> hostnames) : Exception($"The call is for the conductor {hostnames[0]}.")
{
    public IReadOnlyList<string> Hostnames => hostnames;
}
