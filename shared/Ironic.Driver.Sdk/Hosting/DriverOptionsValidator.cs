using System.Net;
using System.Text.RegularExpressions;
using Ironic.Hosting.Endpoints;
using Microsoft.Extensions.Options;

namespace Ironic.Driver.Sdk;

/// <summary>Finds an operator's mistakes at start.</summary>
internal sealed partial class DriverOptionsValidator : IValidateOptions<DriverOptions>
{
    public ValidateOptionsResult Validate(string? name, DriverOptions options)
    {
        var failures = new List<string>();
        CheckUrl(options, failures);
        for (var i = 0; i < options.Conductors.Count; i++)
        {
            if (FindProblem(options.Conductors[i]) is { } problem)
                failures.Add($"Driver:Conductors:{i}: {problem}");
        }

        for (var i = 0; i < options.ConductorGroups.Count; i++)
        {
            if (!ConductorGroup().IsMatch(options.ConductorGroups[i]))
                failures.Add($"Driver:ConductorGroups:{i} has letters, digits, '_', '-' and '.' only, 255 at most");
        }

        if (options.ConductorGroups.Distinct(StringComparer.OrdinalIgnoreCase).Count() < options.ConductorGroups.Count)
            failures.Add("Driver:ConductorGroups names a group twice");
        if (options.DrainTimeout < TimeSpan.Zero)
            failures.Add("Driver:DrainTimeout must not be negative");
        if (options.MaximumRegistrationBackoff <= TimeSpan.Zero)
            failures.Add("Driver:MaximumRegistrationBackoff must be positive");
        var operations = options.Operations;
        if (operations.Retention <= TimeSpan.Zero || operations.ResumeWindow <= TimeSpan.Zero)
            failures.Add("Driver:Operations:Retention and Driver:Operations:ResumeWindow must be positive");
        if (operations.MaximumOutcomes <= 0 || operations.MaximumOutcomeBytes <= 0 || operations.MaximumFences <= 0)
            failures.Add("Driver:Operations: MaximumOutcomes, MaximumOutcomeBytes and MaximumFences must be positive");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void CheckUrl(DriverOptions options, List<string> failures)
    {
        try
        {
            var listens = ListenAddress.Parse(options.Url);
            var everywhere = listens.EndPoint is IPEndPoint { Address: var address } && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
            if (everywhere && options.Advertise is null && options.Conductors.Count > 0)
                failures.Add($"Driver:Url '{options.Url}' names all addresses; Driver:Advertise has to say by which one conductors reach the driver");
        }
        catch (FormatException exception)
        {
            failures.Add($"Driver:Url: {exception.Message}");
        }

        if (options.Advertise is { } advertise && FindProblem(advertise) is { } problem)
            failures.Add($"Driver:Advertise: {problem}");
    }

    /// <summary>What is wrong with an address to connect to; unlike one to listen on it may have a name as its host.</summary>
    private static string? FindProblem(string address)
    {
        if (!address.StartsWith("unix:", StringComparison.Ordinal))
        {
            return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                ? null
                : $"'{address}' is no address; it begins with http://, https:// or unix:";
        }

        try
        {
            ListenAddress.Parse(address);
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_.-]{0,255}\z")]
    private static partial Regex ConductorGroup();
}
