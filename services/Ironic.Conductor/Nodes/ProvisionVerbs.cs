using System.Collections.Frozen;

namespace Ironic.Conductor.Nodes;

/// <param name="Event">The state machine's name for it.</param>
/// <param name="Since">The first microversion that has it.</param>
internal sealed record ProvisionVerb(string Event, int Since);

/// <summary>What callers may ask of a node's provisioning state.</summary>
internal static class ProvisionVerbs
{
    public static FrozenDictionary<string, ProvisionVerb> All { get; } = new Dictionary<string, ProvisionVerb>
    {
        ["active"] = new("deploy", 1),
        ["deploy"] = new("deploy", 73),
        ["rebuild"] = new("rebuild", 1),
        ["deleted"] = new("delete", 1),
        ["undeploy"] = new("delete", 73),
        ["manage"] = new("manage", 4),
        ["provide"] = new("provide", 4),
        ["inspect"] = new("inspect", 6),
        ["abort"] = new("abort", 13),
        ["clean"] = new("clean", 15),
        ["adopt"] = new("adopt", 17),
        ["rescue"] = new("rescue", 38),
        ["unrescue"] = new("unrescue", 38),
        ["unhold"] = new("unhold", 85),
        ["service"] = new("service", 87),
    }.ToFrozenDictionary();
}
