namespace Ironic.StandIn;

/// <summary>What a test wants to go wrong.</summary>
internal sealed class Misbehaviour(IConfiguration configuration, ILogger<Misbehaviour> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration["StandIn:LogError"] is { } message)
            logger.LogError("{Message}", message);
        return Task.CompletedTask;
    }

    // Longer than the launcher waits.
    public Task StopAsync(CancellationToken cancellationToken) =>
        configuration.GetValue("StandIn:IgnoreStop", false) ? Task.Delay(TimeSpan.FromMinutes(1), CancellationToken.None) : Task.CompletedTask;
}
