using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using DriverIndicatorState = Ironic.Driver.V1.IndicatorState;
using IndicatorState = Ironic.Api.V1.IndicatorState;

namespace Ironic.Conductor.Nodes;

/// <summary>The lights of nodes. Callers name one NAME@COMPONENT.</summary>
internal sealed class NodeIndicators(TaskManager tasks, DriverCalls calls, ManagementCalls management)
{
    private static readonly InterfaceKind Management = InterfaceTypes.Get(InterfaceType.Management);

    /// <exception cref="IronicException">NODE_NOT_FOUND, NO_VALID_HOST, UNSUPPORTED_DRIVER_EXTENSION and what the driver's validation finds.</exception>
    public async Task<IEnumerable<NodeIndicator>> ListAsync(string ident, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenSharedAsync(ident, cancellationToken);
        await PrepareAsync(task, cancellationToken);
        return (await management.ListIndicatorsAsync(task, cancellationToken)).Select(ToApi);
    }

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, NODE_LOCKED and as <see cref="ListAsync"/>.</exception>
    public async Task<IndicatorState> GetAsync(string ident, string indicator, CancellationToken cancellationToken)
    {
        var (name, component) = Parse(indicator);
        await using var task = await tasks.OpenExclusiveAsync(ident, cancellationToken);
        await PrepareAsync(task, cancellationToken);
        return ToApi(await management.GetIndicatorAsync(task, component, name, cancellationToken));
    }

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, NODE_LOCKED and as <see cref="ListAsync"/>.</exception>
    public async Task SetAsync(string ident, string indicator, IndicatorState state, CancellationToken cancellationToken)
    {
        var (name, component) = Parse(indicator);
        await using var task = await tasks.OpenExclusiveAsync(ident, cancellationToken);
        await PrepareAsync(task, cancellationToken);
        await management.SetIndicatorAsync(task, component, name, ToDriver(state), task.Lost);
        await task.SaveAndReleaseAsync(CancellationToken.None, new JournalEntry("indicator", $"{indicator}: {state}"));
    }

    private static (string Name, string Component) Parse(string indicator) =>
        indicator.Split('@', 2) is [{ Length: > 0 } name, { Length: > 0 } component]
            ? (name, component)
            : throw new IronicException(ErrorReason.InvalidParameterValue, $"Malformed indicator name \"{indicator}\": it must be NAME@COMPONENT.");

    private static NodeIndicator ToApi(Indicator indicator) => new()
    {
        Name = $"{indicator.Name}@{indicator.Component}",
        Component = indicator.Component,
        Readonly = indicator.ReadOnly,
        States = { indicator.States.Select(ToApi) },
    };

    private static IndicatorState ToApi(DriverIndicatorState state) => state switch
    {
        DriverIndicatorState.Off => IndicatorState.Off,
        DriverIndicatorState.On => IndicatorState.On,
        DriverIndicatorState.Blinking => IndicatorState.Blinking,
        // A state of a later contract is one that callers do not know either.
        _ => IndicatorState.Unknown,
    };

    private static DriverIndicatorState ToDriver(IndicatorState state) => state switch
    {
        IndicatorState.Off => DriverIndicatorState.Off,
        IndicatorState.On => DriverIndicatorState.On,
        IndicatorState.Blinking => DriverIndicatorState.Blinking,
        _ => throw new IronicException(ErrorReason.InvalidParameterValue, "An indicator can be set to on, off or blinking."),
    };

    private async Task PrepareAsync(NodeTask task, CancellationToken cancellationToken)
    {
        await task.LoadDriverAsync(cancellationToken);
        await calls.ValidateAsync(task, Management, cancellationToken);
    }
}
