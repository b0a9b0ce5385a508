using System.Collections.Frozen;
using Ironic.Conductor.Nodes;

namespace Ironic.Conductor.Provisioning;

/// <param name="Event">The state machine's name for it.</param>
/// <param name="Since">The first microversion that has it.</param>
/// <param name="StateFirst">Whether a caller whose microversion has it not is first told that the node's state does not allow it.</param>
internal sealed record ProvisionVerb(string Event, int Since, bool StateFirst = false);

/// <summary>What callers may ask of a node's provisioning state.</summary>
internal static class ProvisionVerbs
{
    public static FrozenDictionary<string, ProvisionVerb> All { get; } = new Dictionary<string, ProvisionVerb>
    {
        ["active"] = new("deploy", 1),
        ["deploy"] = new("deploy", 73),
        ["rebuild"] = new("rebuild", 1),
        ["deleted"] = new("delete", 1),
        ["undeploy"] = new("delete", 1),
        ["manage"] = new("manage", 4),
        ["provide"] = new("provide", 4),
        ["inspect"] = new("inspect", 6),
        ["abort"] = new("abort", 13),
        ["clean"] = new("clean", 15),
        ["adopt"] = new("adopt", 17),
        ["rescue"] = new("rescue", 38),
        ["unrescue"] = new("unrescue", 38),
        ["unhold"] = new("unhold", 85, StateFirst: true),
        ["service"] = new("service", 87, StateFirst: true),
    }.ToFrozenDictionary();

    /// <summary>The first microversion in which a state can be aborted.</summary>
    public static int AbortSince(string state) => state switch
    {
        ProvisionStates.InspectWait => 41,
        ProvisionStates.WaitCallBack => 110,
        _ => All["abort"].Since,
    };
}
