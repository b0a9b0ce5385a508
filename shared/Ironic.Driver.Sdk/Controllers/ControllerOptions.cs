using System.ComponentModel.DataAnnotations;

namespace Ironic.Driver.Sdk;

/// <summary>What drivers that talk to management controllers over a network have to be told of them; a driver's own options derive from it.</summary>
public abstract class ControllerOptions
{
    /// <summary>How many times in a row a controller may not answer before it is left alone for a while.</summary>
    [Range(1, 1000)]
    public int CircuitThreshold { get; set; } = 3;

    /// <summary>For how long at first; each time it is twice as long.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan CircuitPause { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>For how long at most.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan MaximumCircuitPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>For how long credentials that a controller has refused are not tried there again: controllers lock accounts.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan RefusedCredentialsPause { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a machine may take to switch when the caller says nothing.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PowerTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an operating system may take to shut down when the caller says nothing.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "06:00:00")]
    public TimeSpan SoftPowerTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>What contradicts itself in them, for the options' validator.</summary>
    /// <param name="section">The configuration section of the options.</param>
    public IEnumerable<string> FindMistakes(string section)
    {
        if (MaximumCircuitPause < CircuitPause)
            yield return $"{section}:MaximumCircuitPause must not be below {section}:CircuitPause";
    }
}
