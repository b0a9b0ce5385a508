using System.ComponentModel.DataAnnotations;
using Ironic.Hosting.Endpoints;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor;

/// <summary>Who this conductor is and where it listens: configuration section <c>Conductor</c>.</summary>
public sealed class ConductorOptions
{
    public const string Section = "Conductor";

    /// <summary>Its name in the cluster, unique; default: the machine's name.</summary>
    [Required(AllowEmptyStrings = false, ErrorMessage = "Conductor:Hostname is required.")]
    [MaxLength(255)]
    public string Hostname { get; set; } = Environment.MachineName;

    /// <summary>Where it listens for gRPC.</summary>
    public string Url { get; set; } = "http://127.0.0.1:6390";

    /// <summary>The conductor group: it serves the nodes of the same group.</summary>
    [RegularExpression("^[A-Za-z0-9_.-]*$", ErrorMessage = "Conductor:Group has letters, digits, '_', '-' and '.' only.")]
    public string Group { get; set; } = "";
}

internal sealed class ConductorOptionsValidator : IValidateOptions<ConductorOptions>
{
    public ValidateOptionsResult Validate(string? name, ConductorOptions options) =>
        ListenAddress.FindMistake(options.Url) is { } mistake ? ValidateOptionsResult.Fail($"Conductor:Url: {mistake}") : ValidateOptionsResult.Success;
}
