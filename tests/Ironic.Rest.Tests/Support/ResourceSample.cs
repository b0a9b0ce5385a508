using System.Text.Json;
using Google.Protobuf.Reflection;
using Ironic.Api.V1;
using Ironic.Rest.V1;
using ChassisResource = Ironic.Api.V1.Chassis;
using ConductorResource = Ironic.Api.V1.Conductor;
using DriverResource = Ironic.Api.V1.Driver;

namespace Ironic.Rest.Tests.Support;

/// <summary>A resource of the reference: where it is found, and how it is made.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="Descriptor">Its message.</param>
/// <param name="Ident">What a path calls it by.</param>
/// <param name="ListKey">The member of the list's answer that has the items.</param>
/// <param name="Body">The members that a new one must have; null when none can be made.</param>
internal sealed record ResourceSample(string Name, MessageDescriptor Descriptor, string Ident, string ListKey, IReadOnlyDictionary<string, object>? Body)
{
    private const string SomeNode = $"nodes/{Samples.Uuid}/";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ResourceSample> All { get; } =
    [
        new("node", Node.Descriptor, Samples.Uuid, "nodes", new Dictionary<string, object> { ["driver"] = "fake-hardware" }),
        new("driver", DriverResource.Descriptor, "x", "drivers", null),
        new("conductor", ConductorResource.Descriptor, "x", "conductors", null),
        new("chassis", ChassisResource.Descriptor, Samples.Uuid, "chassis", new Dictionary<string, object>()),
        new("allocation", Allocation.Descriptor, "x", "allocations", new Dictionary<string, object> { ["resource_class"] = "gold" }),
        new("node_history", NodeHistoryEvent.Descriptor, Samples.Uuid, "history", null) { Above = SomeNode },
        new("bios_setting", BiosSetting.Descriptor, "ProcTurbo", "bios", null) { Above = SomeNode },
        new("firmware_component", FirmwareComponent.Descriptor, "", "firmware", null) { Above = SomeNode, HasPath = false },
        new("deploy_template", DeployTemplate.Descriptor, "x", "deploy_templates", new Dictionary<string, object> { ["name"] = "CUSTOM_X", ["steps"] = Samples.DeploySteps }),
        new("port", Port.Descriptor, Samples.Uuid, "ports", new Dictionary<string, object> { ["address"] = "52:54:00:00:00:01", ["node_uuid"] = Samples.Uuid }),
        new("portgroup", Portgroup.Descriptor, Samples.Uuid, "portgroups", new Dictionary<string, object> { ["node_uuid"] = Samples.Uuid }),
        new("runbook", Runbook.Descriptor, "x", "runbooks", new Dictionary<string, object> { ["name"] = "CUSTOM_X", ["steps"] = Samples.RunbookSteps }),
        new("inspection_rule", InspectionRule.Descriptor, Samples.Uuid, "inspection_rules", new Dictionary<string, object> { ["actions"] = Samples.RuleActions }),
        new("volume_connector", VolumeConnector.Descriptor, Samples.Uuid, "connectors", new Dictionary<string, object> { ["node_uuid"] = Samples.Uuid, ["type"] = "iqn", ["connector_id"] = "a" }),
        new("volume_target", VolumeTarget.Descriptor, Samples.Uuid, "targets", new Dictionary<string, object> { ["node_uuid"] = Samples.Uuid, ["volume_type"] = "iscsi", ["volume_id"] = "v", ["boot_index"] = 0 }),
    ];

    /// <summary>The path of its collection.</summary>
    public string CollectionPath => $"/v1/{Above}{Path ?? Rule.Collection}";

    /// <summary>The path of the resource, or of a list that shows it in full when it has none of its own.</summary>
    public string ItemPath => HasPath ? $"{CollectionPath}/{Ident}" : $"{CollectionPath}?detail=true";

    /// <summary>The path of what it belongs to, with a slash.</summary>
    public string Above { get; init; } = "";

    /// <summary>The collection's segment, where it is another one than in links.</summary>
    public string? Path { get; init; }

    /// <summary>Whether one of it can be shown.</summary>
    public bool HasPath { get; init; } = true;

    /// <summary>The links that it has.</summary>
    public IEnumerable<string> Links => Rule.LinkStyle == LinkStyle.None ? [] : Rule.Links.Select(link => link.Name).Append("links");

    private ResourceRule Rule => Descriptor.GetOptions().GetExtension(RestExtensions.Resource);

    /// <summary>The resource in the answer to a request of <see cref="ItemPath"/>.</summary>
    public JsonElement Item(JsonElement answer) => !HasPath ? answer.GetProperty(ListKey)[0] : answer.TryGetProperty(Ident, out var keyed) ? keyed : answer;

    public static ResourceSample Find(string name) => All.Single(sample => sample.Name == name);

    /// <summary>Makes a conductor answer with one of each resource.</summary>
    public static void Answer(FakeConductor conductor)
    {
        var driver = new DriverResource { Name = "fake-hardware" };
        var member = new ConductorResource { Hostname = "c1" };
        var chassis = new ChassisResource { Uuid = Samples.Uuid };
        var allocation = new Allocation { Uuid = Samples.Uuid, State = AllocationState.Active };
        var template = new DeployTemplate { Uuid = Samples.Uuid, Name = "CUSTOM_X" };
        conductor.Answer<GetAllocationRequest>(_ => new GetAllocationResponse { Allocation = allocation });
        conductor.Answer<GetNodeAllocationRequest>(_ => new GetNodeAllocationResponse { Allocation = allocation });
        conductor.Answer<ListAllocationsRequest>(_ => new ListAllocationsResponse { Allocations = { allocation } });
        conductor.Answer<CreateAllocationRequest>(_ => new CreateAllocationResponse { Allocation = allocation });
        conductor.Answer<PatchAllocationRequest>(_ => new PatchAllocationResponse { Allocation = allocation });
        conductor.Answer<GetDeployTemplateRequest>(_ => new GetDeployTemplateResponse { DeployTemplate = template });
        conductor.Answer<ListDeployTemplatesRequest>(_ => new ListDeployTemplatesResponse { DeployTemplates = { template } });
        conductor.Answer<CreateDeployTemplateRequest>(_ => new CreateDeployTemplateResponse { DeployTemplate = template });
        conductor.Answer<PatchDeployTemplateRequest>(_ => new PatchDeployTemplateResponse { DeployTemplate = template });
        var runbook = new Runbook { Uuid = Samples.Uuid, Name = "CUSTOM_X" };
        conductor.Answer<GetRunbookRequest>(_ => new GetRunbookResponse { Runbook = runbook });
        conductor.Answer<ListRunbooksRequest>(_ => new ListRunbooksResponse { Runbooks = { runbook } });
        conductor.Answer<CreateRunbookRequest>(_ => new CreateRunbookResponse { Runbook = runbook });
        conductor.Answer<PatchRunbookRequest>(_ => new PatchRunbookResponse { Runbook = runbook });
        var rule = new InspectionRule { Uuid = Samples.Uuid, Phase = "main" };
        conductor.Answer<GetInspectionRuleRequest>(_ => new GetInspectionRuleResponse { InspectionRule = rule });
        conductor.Answer<ListInspectionRulesRequest>(_ => new ListInspectionRulesResponse { InspectionRules = { rule } });
        conductor.Answer<CreateInspectionRuleRequest>(_ => new CreateInspectionRuleResponse { InspectionRule = rule });
        conductor.Answer<PatchInspectionRuleRequest>(_ => new PatchInspectionRuleResponse { InspectionRule = rule });
        var connector = new VolumeConnector { Uuid = Samples.Uuid };
        conductor.Answer<GetVolumeRequest>(_ => new GetVolumeResponse { Volume = new Volume() });
        conductor.Answer<GetVolumeConnectorRequest>(_ => new GetVolumeConnectorResponse { Connector = connector });
        conductor.Answer<ListVolumeConnectorsRequest>(_ => new ListVolumeConnectorsResponse { Connectors = { connector } });
        conductor.Answer<CreateVolumeConnectorRequest>(_ => new CreateVolumeConnectorResponse { Connector = connector });
        conductor.Answer<PatchVolumeConnectorRequest>(_ => new PatchVolumeConnectorResponse { Connector = connector });
        var target = new VolumeTarget { Uuid = Samples.Uuid };
        conductor.Answer<GetVolumeTargetRequest>(_ => new GetVolumeTargetResponse { Target = target });
        conductor.Answer<ListVolumeTargetsRequest>(_ => new ListVolumeTargetsResponse { Targets = { target } });
        conductor.Answer<CreateVolumeTargetRequest>(_ => new CreateVolumeTargetResponse { Target = target });
        conductor.Answer<PatchVolumeTargetRequest>(_ => new PatchVolumeTargetResponse { Target = target });
        var entry = new NodeHistoryEvent { Uuid = Samples.Uuid, NodeUuid = Samples.Uuid, Event = new string('e', 300) };
        var setting = new BiosSetting { Name = "ProcTurbo", Value = "on" };
        var component = new FirmwareComponent { Component = "bmc" };
        conductor.Answer<ListNodeHistoryRequest>(_ => new ListNodeHistoryResponse { History = { entry } });
        conductor.Answer<GetNodeHistoryEventRequest>(_ => new GetNodeHistoryEventResponse { Event = entry });
        conductor.Answer<ListNodeBiosSettingsRequest>(_ => new ListNodeBiosSettingsResponse { Bios = { setting } });
        conductor.Answer<GetNodeBiosSettingRequest>(_ => new GetNodeBiosSettingResponse { Settings = { ["ProcTurbo"] = setting } });
        conductor.Answer<ListNodeFirmwareRequest>(_ => new ListNodeFirmwareResponse { Firmware = { component } });
        conductor.Answer<ListNodeChildrenRequest>(_ => new ListNodeChildrenResponse { Uuid = Samples.Uuid });
        var port = new Port { Uuid = Samples.Uuid };
        var portgroup = new Portgroup { Uuid = Samples.Uuid };
        conductor.Answer<GetNodeRequest>(_ => new GetNodeResponse { Node = Samples.Node() });
        conductor.Answer<ListNodesRequest>(_ => new ListNodesResponse { Nodes = { Samples.Node() } });
        conductor.Answer<CreateNodeRequest>(_ => new CreateNodeResponse { Node = Samples.Node() });
        conductor.Answer<PatchNodeRequest>(_ => new PatchNodeResponse { Node = Samples.Node() });
        conductor.Answer<GetDriverRequest>(_ => new GetDriverResponse { Driver = driver });
        conductor.Answer<ListDriversRequest>(_ => new ListDriversResponse { Drivers = { driver } });
        conductor.Answer<GetConductorRequest>(_ => new GetConductorResponse { Conductor = member });
        conductor.Answer<ListConductorsRequest>(_ => new ListConductorsResponse { Conductors = { member } });
        conductor.Answer<GetChassisRequest>(_ => new GetChassisResponse { Chassis = chassis });
        conductor.Answer<ListChassisRequest>(_ => new ListChassisResponse { Chassis = { chassis } });
        conductor.Answer<CreateChassisRequest>(_ => new CreateChassisResponse { Chassis = chassis });
        conductor.Answer<PatchChassisRequest>(_ => new PatchChassisResponse { Chassis = chassis });
        conductor.Answer<GetPortRequest>(_ => new GetPortResponse { Port = port });
        conductor.Answer<ListPortsRequest>(_ => new ListPortsResponse { Ports = { port } });
        conductor.Answer<CreatePortRequest>(_ => new CreatePortResponse { Port = port });
        conductor.Answer<PatchPortRequest>(_ => new PatchPortResponse { Port = port });
        conductor.Answer<GetPortgroupRequest>(_ => new GetPortgroupResponse { Portgroup = portgroup });
        conductor.Answer<ListPortgroupsRequest>(_ => new ListPortgroupsResponse { Portgroups = { portgroup } });
        conductor.Answer<CreatePortgroupRequest>(_ => new CreatePortgroupResponse { Portgroup = portgroup });
        conductor.Answer<PatchPortgroupRequest>(_ => new PatchPortgroupResponse { Portgroup = portgroup });
    }
}
