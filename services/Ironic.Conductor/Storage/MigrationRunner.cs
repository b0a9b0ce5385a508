namespace Ironic.Conductor.Storage;

/// <summary>Brings the schema up to date before anything else starts.</summary>
internal sealed class MigrationRunner(Migrations migrations) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => migrations.ApplyAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
