using Ironic.Driver.Sdk;
using Microsoft.Extensions.Options;

namespace Company.Driver;

/// <summary>Switches a machine, and waits until it has got there.</summary>
public sealed class CompanyHwPower(CompanyHwController controller, IOptions<CompanyHwOptions> options) : PowerInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => CompanyHwController.Properties;

    public override IReadOnlyList<PowerTarget> SupportedTargets => [PowerTarget.On, PowerTarget.Off, PowerTarget.Reboot];

    public override async ValueTask<PowerState> GetPowerStateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await controller.ReadAsync(node, "power", cancellationToken) == "on" ? PowerState.On : PowerState.Off;

    public override async Task<PowerState> SetPowerStateAsync(
        NodeContext node, PowerTarget target, TimeSpan? timeout, IOperationProgress progress, CancellationToken cancellationToken)
    {
        // The SDK ends the operation when the timeout has passed.
        if (target == PowerTarget.Reboot)
            await SwitchAsync(node, PowerState.Off, progress, cancellationToken);
        return await SwitchAsync(node, target == PowerTarget.Off ? PowerState.Off : PowerState.On, progress, cancellationToken);
    }

    private async Task<PowerState> SwitchAsync(NodeContext node, PowerState goal, IOperationProgress progress, CancellationToken cancellationToken)
    {
        progress.Report($"Switching to {goal}");
        await controller.WriteAsync(node, "power", goal == PowerState.On ? "on" : "off", cancellationToken);
        while (await GetPowerStateAsync(node, cancellationToken) != goal)
            await Task.Delay(options.Value.PollInterval, cancellationToken);
        return goal;
    }
}
