using Ironic.Hosting.Endpoints;
using Microsoft.Extensions.Options;

namespace Ironic.Hosting.Management;

/// <summary>The port for operators and their tools: section <c>Management</c>.</summary>
public sealed class ManagementOptions
{
    /// <summary>Where <c>/metrics</c> and <c>/healthcheck</c> are served, plain HTTP: <c>http://127.0.0.1:9090</c>. Null: nowhere.</summary>
    public string? Url { get; set; }
}

internal sealed class ManagementOptionsValidator : IValidateOptions<ManagementOptions>
{
    public ValidateOptionsResult Validate(string? name, ManagementOptions options)
    {
        if (options.Url is null)
            return ValidateOptionsResult.Success;
        try
        {
            return ListenAddress.Parse(options.Url).IsSecure
                ? ValidateOptionsResult.Fail("Management:Url: TLS is not supported on the management port")
                : ValidateOptionsResult.Success;
        }
        catch (FormatException e)
        {
            return ValidateOptionsResult.Fail($"Management:Url: {e.Message}");
        }
    }
}
