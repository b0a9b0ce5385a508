using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Ironic.Conductor.Locks;

/// <summary>Where locks are kept and how long they outlive a holder that dies: section <c>Locks</c>.</summary>
public sealed class LockOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Locks";

    /// <summary>
    /// Where Redis is, as StackExchange.Redis reads it: <c>HOST:PORT[,password=…][,ssl=true]…</c>. Null: locks are kept in this process' memory,
    /// which is right for a single conductor only. May hold a password.
    /// </summary>
    public string? RedisConfiguration { get; set; }

    /// <summary>
    /// How long a lock outlives a holder that dies or is cut off, 3 to 30 s. It is renewed at a third of this. A short one frees a dead conductor's
    /// nodes sooner; a long one forgives longer interruptions of Redis.
    /// </summary>
    public TimeSpan Ttl { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>What all names in Redis begin with. Conductors of one system use the same.</summary>
    public string KeyPrefix { get; set; } = "ironic:lock:";
}

internal sealed class LockOptionsValidator : IValidateOptions<LockOptions>
{
    private static readonly TimeSpan ShortestTtl = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestTtl = TimeSpan.FromSeconds(30);

    public ValidateOptionsResult Validate(string? name, LockOptions options)
    {
        var failures = new List<string>();
        if (options.Ttl < ShortestTtl || options.Ttl > LongestTtl)
            failures.Add($"Locks:Ttl is {options.Ttl}; it must be from {ShortestTtl} to {LongestTtl}");
        if (string.IsNullOrEmpty(options.KeyPrefix) || options.KeyPrefix.Any(character => char.IsWhiteSpace(character) || char.IsControl(character)))
            failures.Add("Locks:KeyPrefix must not be empty or contain white space");
        if (options.RedisConfiguration is { } configuration && !IsRedisConfiguration(configuration))
            failures.Add("Locks:RedisConfiguration is not HOST:PORT[,option=value]..."); // Not quoted: it may hold a password.
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static bool IsRedisConfiguration(string configuration)
    {
        try
        {
            return ConfigurationOptions.Parse(configuration).EndPoints.Count > 0;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            return false;
        }
    }
}
