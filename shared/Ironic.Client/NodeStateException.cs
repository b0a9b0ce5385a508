using System.Text;
using Ironic.Api.V1;

namespace Ironic.Client;

/// <summary>What a node was waited for to become will not happen: the work on it failed. The message has the node's states and its last error.</summary>
public sealed class NodeStateException : Exception
{
    internal NodeStateException(Node node)
        : base(Describe(node)) => Node = node;

    /// <summary>The node as it was last seen.</summary>
    public Node Node { get; }

    internal static string Describe(Node node)
    {
        var text = new StringBuilder("Node ").Append(node.HasName ? node.Name : node.Uuid).Append(" is in provision state ").Append(node.ProvisionState);
        if (node.TargetProvisionState != ProvisionState.Unspecified)
            text.Append(" (on the way to ").Append(node.TargetProvisionState).Append(')');
        text.Append(" and power state ").Append(node.PowerState);
        if (node.TargetPowerState != PowerState.Unspecified)
            text.Append(" (on the way to ").Append(node.TargetPowerState).Append(')');
        text.Append('.');
        if (node.HasLastError)
            text.Append(" Last error: ").Append(node.LastError);
        return text.ToString();
    }
}
