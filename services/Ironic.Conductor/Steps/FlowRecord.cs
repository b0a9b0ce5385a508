using System.Text.Json.Nodes;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Ramdisks;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Steps;

/// <summary>How far a flow has got, as the node's <c>driver_internal_info</c> has it: under Ironic's names, as far as Ironic has them.</summary>
internal sealed class FlowRecord
{
    private readonly JsonObject _members;
    private readonly StepFlowKind _flow;

    private FlowRecord(JsonObject members, StepFlowKind flow) => (_members, _flow) = (members, flow);

    /// <summary>All steps of the flow, those that are over included; null before they are known.</summary>
    public IReadOnlyList<NodeStep>? Steps
    {
        get => _members[Key("steps")] is { } steps ? NodeStep.ReadList(steps) : null;
        set => _members[Key("steps")] = value is null ? null : NodeStep.WriteList(value);
    }

    /// <summary>The step that runs or waits; null before the first one.</summary>
    public int? Index
    {
        get => (int?)_members[Key("step_index")];
        set => Set(Key("step_index"), value);
    }

    /// <summary>The operation id under which the driver runs the step; null when no driver does.</summary>
    public string? Operation
    {
        get => (string?)_members[Key("step_operation")];
        set => Set(Key("step_operation"), value);
    }

    /// <summary>The start of the driver's process that runs the step; another one knows nothing of the operation.</summary>
    public string? Instance
    {
        get => (string?)_members[Key("step_instance")];
        set => Set(Key("step_instance"), value);
    }

    /// <summary>The conductor that follows a step which goes on without the node's lock; null when there is none.</summary>
    public string? Follower
    {
        get => (string?)_members[Key("step_follower")];
        set => Set(Key("step_follower"), value);
    }

    /// <summary>Whether the flow does without the ramdisk; null where nobody has said.</summary>
    public bool? WithoutRamdisk
    {
        get => (bool?)_members[WithoutRamdiskKey];
        set => Set(WithoutRamdiskKey, value);
    }

    private string WithoutRamdiskKey => _flow == StepFlowKind.Cleaning ? "cleaning_disable_ramdisk" : Key("disable_ramdisk");

    public static FlowRecord Read(NodeRow node, StepFlowKind flow) => new(JsonNode.Parse(node.DriverInternalInfo ?? "{}")!.AsObject(), flow);

    /// <summary>Puts it into the node.</summary>
    public void Write(NodeRow node) => node.DriverInternalInfo = _members.ToJsonString(JsonTexts.Verbatim);

    /// <summary>Takes the flow out of a node. That there are no steps any more is said, as Ironic says it.</summary>
    public static void Wipe(NodeRow node, StepFlowKind flow)
    {
        var record = Read(node, flow);
        record.Steps = null;
        record.WithoutRamdisk = null;
        record.StopAt();
        record.Write(node);
    }

    /// <summary>Takes a flow that is over out of a node: its record, its current step, and what was known of the agent in it.</summary>
    public static void End(NodeRow node, StepFlowKind flow)
    {
        flow.SetCurrent(node, null);
        Wipe(node, flow);
        AgentRecord.Forget(node);
    }

    /// <summary>The flow ends where it is; its steps are left to be looked at.</summary>
    public static void Stop(NodeRow node, StepFlowKind flow)
    {
        var record = Read(node, flow);
        record.StopAt();
        record.Write(node);
    }

    private void StopAt() => (Index, Operation, Follower, Instance) = (null, null, null, null);

    private string Key(string member) => $"{_flow.Name}_{member}";

    private void Set(string key, JsonNode? value)
    {
        if (value is null)
            _members.Remove(key);
        else
            _members[key] = value;
    }
}
