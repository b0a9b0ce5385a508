using System.ComponentModel.DataAnnotations;

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
