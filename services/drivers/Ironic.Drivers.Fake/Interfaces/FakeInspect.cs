using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

/// <summary>Inspection that finds what the node's driver_info says, in <c>fake_inventory</c>, and otherwise nothing.</summary>
internal sealed class FakeInspect(FakeBehaviour behaviour) : InspectInterface
{
    private const string InventoryKey = "fake_inventory";

    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "inspect.validate", cancellationToken);

    public override async Task<Inspection> InspectAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var outcome = await behaviour.RunPhaseAsync(node, "inspect.inspect_hardware", cancellationToken);
        if (outcome == WorkOutcome.Wait || !node.DriverInfo.TryGet(InventoryKey, out var given))
            return new Inspection(outcome);
        if (given.ValueKind != JsonValueKind.Object)
            throw new InvalidParameterException($"'{InventoryKey}' of driver_info must be an object.");
        return new Inspection { Inventory = JsonObject.Create(given), Ports = [.. FindPorts(given)] };
    }

    public override Task AbortAsync(NodeContext node, CancellationToken cancellationToken) => behaviour.RunPhaseAsync(node, "inspect.abort", cancellationToken);

    private static IEnumerable<InspectedPort> FindPorts(JsonElement inventory)
    {
        if (!inventory.TryGetProperty("interfaces", out var interfaces) || interfaces.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (var each in interfaces.EnumerateArray())
        {
            if (each.ValueKind == JsonValueKind.Object && each.TryGetProperty("mac_address", out var mac) && mac.ValueKind == JsonValueKind.String)
                yield return new InspectedPort(mac.GetString()!);
        }
    }
}
