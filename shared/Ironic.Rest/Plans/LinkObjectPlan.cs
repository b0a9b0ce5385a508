using System.Text;
using Ironic.Rest.V1;

namespace Ironic.Rest.Plans;

/// <summary>A single link among the members of a message: <c>"{name}":{"href":"{base}{path}","rel":"{rel}"}</c>.</summary>
internal sealed class LinkObjectPlan(LinkObject rule, MessagePlan message)
{
    /// <summary>The member's name.</summary>
    public string Name { get; } = rule.Name;

    /// <summary>The member's name and the link up to the base.</summary>
    public byte[] Open { get; } = Encoding.UTF8.GetBytes($"\"{rule.Name}\":{{\"href\":\"");

    /// <summary>The path, filled in from the message.</summary>
    public ValueTemplate Path { get; } = new(rule.Path, message, null);

    /// <summary>What follows the path.</summary>
    public byte[] Close { get; } = Encoding.UTF8.GetBytes($"\",\"rel\":\"{rule.Rel}\"}}");
}
