using System.ComponentModel.DataAnnotations;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Ironic.Conductor.Storage;

/// <summary>Where the conductor keeps its state: configuration section <c>Database</c>.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    /// <summary><c>sqlite</c> (one conductor, one machine) or <c>postgresql</c>.</summary>
    [Required]
    [RegularExpression("^(sqlite|postgresql)$", ErrorMessage = "Database:Provider must be sqlite or postgresql.")]
    public string Provider { get; set; } = "sqlite";

    /// <summary>As the provider takes it: <c>Data Source=/path/ironic.db</c> or <c>Host=...;Database=...</c>.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "Database:ConnectionString is required.")]
    public string ConnectionString { get; set; } = "Data Source=ironic.db";
}

internal sealed class DatabaseOptionsValidator : IValidateOptions<DatabaseOptions>
{
    public ValidateOptionsResult Validate(string? name, DatabaseOptions options)
    {
        try
        {
            DbConnectionStringBuilder settings = options.Provider == "postgresql" ? new NpgsqlConnectionStringBuilder() : new SqliteConnectionStringBuilder();
            settings.ConnectionString = options.ConnectionString;
            return ValidateOptionsResult.Success;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            // Neither the text nor the reason is quoted: both may hold a part of a password.
            return ValidateOptionsResult.Fail($"Database:ConnectionString is no connection string of {options.Provider}: KEY=VALUE;KEY=VALUE...");
        }
    }
}
