namespace Ironic.Conductor.Storage;

/// <summary>Brings the schema up to date before anything else starts.</summary>
internal sealed class MigrationRunner(Migrations migrations, JournalContinuity journal) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await migrations.ApplyAsync(cancellationToken);
        await journal.CheckAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
