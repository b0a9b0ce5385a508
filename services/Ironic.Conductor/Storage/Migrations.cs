using System.Globalization;
using System.Reflection;
using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>
/// Brings the schema up to date when a conductor starts: numbered SQL files, each applied once, all under one lock.
/// Schema changes only add, so that the version before keeps working beside the new one.
/// </summary>
internal sealed partial class Migrations(Database database, TimeProvider time, ILogger<Migrations> logger)
{
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await database.MigrateAsync(async (connection, transaction) =>
        {
            await connection.ExecuteAsync(
                "CREATE TABLE IF NOT EXISTS schema_migrations (version integer PRIMARY KEY, name text NOT NULL, applied_at text NOT NULL)", transaction: transaction);
            var applied = (await connection.QueryAsync<int>("SELECT version FROM schema_migrations", transaction: transaction)).ToHashSet();
            foreach (var (version, name, sql) in Find())
            {
                if (applied.Contains(version))
                    continue;
                // As long as it takes.
                await connection.ExecuteAsync(sql, transaction: transaction, commandTimeout: 0);
                await connection.ExecuteAsync(
                    "INSERT INTO schema_migrations (version, name, applied_at) VALUES (@version, @name, @now)",
                    new { version, name, now = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture) },
                    transaction);
                LogApplied(version, name);
            }
        }, cancellationToken);
    }

    private IEnumerable<(int Version, string Name, string Sql)> Find()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var folder = $".Storage.Migrations.{database.Name}.";
        return from resource in assembly.GetManifestResourceNames()
               let at = resource.IndexOf(folder, StringComparison.Ordinal)
               where at >= 0
               let name = resource[(at + folder.Length)..]
               let version = int.Parse(name.AsSpan(name.StartsWith('_') ? 1 : 0, 4), CultureInfo.InvariantCulture)
               orderby version
               select (version, name, Read(assembly, resource));
    }

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    [LoggerMessage(EventId = 1101, EventName = "MigrationApplied", Level = LogLevel.Information, Message = "Applied migration {Version} ({Name})")]
    private partial void LogApplied(int version, string name);
}
