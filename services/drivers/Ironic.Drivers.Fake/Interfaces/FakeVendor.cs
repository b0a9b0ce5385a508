using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

/// <summary>The vendor methods that Ironic's fake hardware has: they compare their argument with a word.</summary>
internal class FakeVendor(FakeBehaviour behaviour) : VendorInterface
{
    private static readonly string[] MethodsWithBar = ["second_method", "third_method_sync", "fourth_method_shared_lock"];

    protected FakeBehaviour Behaviour { get; } = behaviour;

    public override IReadOnlyList<DriverProperty> GetProperties() =>
        [new("B1", "B1 description. Required."), new("B2", "B2 description. Required.")];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await Behaviour.ApplyAsync(node.DriverInfo, "vendor.validate", cancellationToken);

    public override async ValueTask ValidateAsync(NodeContext node, VendorCall call, CancellationToken cancellationToken)
    {
        await Behaviour.ValidateAsync(node, call, cancellationToken);
        if (MethodsWithBar.Contains(call.Method) && !(call.Parameters.TryGet("bar", out var bar) && IsTruthy(bar)))
            throw new MissingParameterException($"Parameter 'bar' not passed to method '{call.Method}'.");
    }

    public override ValueTask ValidateDriverMethodAsync(DriverContext context, VendorCall call, CancellationToken cancellationToken) =>
        Behaviour.ValidateAsync(context, call, cancellationToken);

    [Passthru("POST", Description = "Test if the value of bar is kazoo")]
    public Task<bool> SecondMethod(NodeContext node, JsonElement bar, CancellationToken cancellationToken) =>
        CompareAsync(node, "second_method", bar, "kazoo", cancellationToken);

    [Passthru("POST", Async = false, Description = "Test if the value of bar is meow")]
    public Task<bool> ThirdMethodSync(NodeContext node, JsonElement bar, CancellationToken cancellationToken) =>
        CompareAsync(node, "third_method_sync", bar, "meow", cancellationToken);

    [Passthru("POST", RequireExclusiveLock = false, Description = "Test if the value of bar is woof")]
    public Task<bool> FourthMethodSharedLock(NodeContext node, JsonElement bar, CancellationToken cancellationToken) =>
        CompareAsync(node, "fourth_method_shared_lock", bar, "woof", cancellationToken);

    [Passthru("POST", Description = "Take any arguments and do nothing with them")]
    public Task LogPassthrough(NodeContext node, JsonObject parameters, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(node, "vendor.log_passthrough", () => Task.FromResult(parameters.Count), cancellationToken);

    [Step(StepKinds.Clean, Name = "log_passthrough", Priority = 1, Description = "Does nothing")]
    public Task<StepResult> LogPassthroughWhileCleaning(NodeContext node, JsonObject parameters, CancellationToken cancellationToken) =>
        Behaviour.RunStepAsync(node, "vendor.step.log_passthrough", cancellationToken);

    [Step(StepKinds.Service, Name = "trigger_servicewait", Description = "Waits for the agent")]
    public Task<StepResult> TriggerServiceWait(NodeContext node, JsonObject parameters, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(node, "vendor.step.trigger_servicewait", () => Task.FromResult(new StepResult(WorkOutcome.Wait)), cancellationToken);

    private Task<bool> CompareAsync(NodeContext node, string method, JsonElement bar, string word, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(
            node, $"vendor.{method}", () => Task.FromResult(bar.ValueKind == JsonValueKind.String && bar.ValueEquals(word)), cancellationToken);

    /// <summary>What Python takes for true: that is how Ironic's fake finds out whether bar was given.</summary>
    private static bool IsTruthy(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.String => !value.ValueEquals(""u8),
        JsonValueKind.Number => !value.TryGetDouble(out var number) || number != 0,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => false,
    };
}
