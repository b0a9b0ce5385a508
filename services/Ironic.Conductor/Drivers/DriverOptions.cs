using System.ComponentModel.DataAnnotations;
using Ironic.Hosting.Channels;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Drivers;

/// <summary>How the conductor treats driver processes: configuration section <c>Drivers</c>.</summary>
public sealed class DriverOptions
{
    public const string Section = "Drivers";

    /// <summary>
    /// Where drivers are that do not register themselves: <c>http://HOST:PORT</c>, <c>https://HOST:PORT</c> or <c>unix:/PATH</c>. They are asked at a
    /// third of the lease's duration.
    /// </summary>
    public IList<string> Known { get; } = [];

    /// <summary>
    /// DNS names by hardware type (or <c>unix:/PATH</c>). Only drivers that are called at one of them, over https, and show a certificate under one of them when they register, may serve
    /// the hardware type. A hardware type that is not here may be served by any driver that is let in.
    /// </summary>
    public Dictionary<string, List<string>> Identities { get; } = [];

    /// <summary>How long a registration lasts without being renewed.</summary>
    [Range(typeof(TimeSpan), "00:00:03", "00:10:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often registrations made with other conductors are looked for.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a short call to a driver may take: reading a state, validating, a boot device.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a power action may take when its caller does not say.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PowerTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a phase of a flow may take that is no step: the preparation of a deployment, an inspection, a rescue.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PhaseTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a step may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan StepTimeout { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How often consoles that are on are looked for whose driver was restarted; zero: never.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ConsoleInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a vendor method may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan VendorTimeout { get; set; } = TimeSpan.FromMinutes(30);
}

/// <summary>Says at start what is wrong with the options.</summary>
internal sealed class DriverOptionsValidator : IValidateOptions<DriverOptions>
{
    public ValidateOptionsResult Validate(string? name, DriverOptions options)
    {
        var failures = new List<string>();
        foreach (var (index, endpoint) in options.Known.Index())
        {
            // The endpoint is stored and logged.
            if (Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0)
                failures.Add($"Drivers:Known:{index}: an address has no user name and no password");
            else if (GrpcChannels.FindMistake(endpoint) is { } mistake)
                failures.Add($"Drivers:Known:{index}: {mistake}");
        }

        failures.AddRange(options.Identities.Where(bound => bound.Value.Count == 0).Select(bound => $"Drivers:Identities:{bound.Key} has no names"));
        foreach (var (hardwareType, names) in options.Identities)
        {
            failures.AddRange(names
                .Where(name => !name.StartsWith("unix:/", StringComparison.Ordinal) && Uri.CheckHostName(name) is UriHostNameType.Unknown)
                .Select(name => $"Drivers:Identities:{hardwareType}: '{name}' is neither a host's name nor unix:/PATH"));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
