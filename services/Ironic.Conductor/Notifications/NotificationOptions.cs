using System.ComponentModel.DataAnnotations;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Ironic.Conductor.Notifications;

/// <summary>Who is told of the journal's events: configuration section <c>Notifications</c>. The same for all conductors of a system.</summary>
public sealed class NotificationOptions
{
    public const string Section = "Notifications";

    /// <summary>Where each event is posted to as a CloudEvent. Null: nowhere.</summary>
    public string? WebhookUrl { get; set; }

    /// <summary>The header <c>Authorization</c> of these requests: <c>Bearer …</c>. A secret.</summary>
    public string? WebhookAuthorization { get; set; }

    /// <summary>How long the webhook may take to answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan WebhookTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The Redis in which each event is added to a stream, as StackExchange.Redis reads it: <c>HOST:PORT[,password=…][,ssl=true]…</c>. Null: in
    /// none. May hold a password.
    /// </summary>
    public string? RedisConfiguration { get; set; }

    /// <summary>The stream's key.</summary>
    [Required(AllowEmptyStrings = false)]
    public string RedisStream { get; set; } = "ironic:notifications";

    /// <summary>About how many events the stream keeps.</summary>
    [Range(1, long.MaxValue)]
    public long RedisMaxLength { get; set; } = 100_000;

    /// <summary>How long Redis may take to answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    public TimeSpan RedisTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after a conductor's death another one goes on with its deliveries. It is renewed at a third of this.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest pause between two attempts to deliver an event.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>Says at start what is wrong with the options. Values that may hold a secret are not quoted.</summary>
internal sealed class NotificationOptionsValidator : IValidateOptions<NotificationOptions>
{
    public ValidateOptionsResult Validate(string? name, NotificationOptions options)
    {
        var failures = new List<string>();
        if (options.WebhookUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0))
            failures.Add("Notifications:WebhookUrl must be an http or https URL without a user's name; credentials belong into Notifications:WebhookAuthorization");
        if (options.WebhookAuthorization is { } authorization && !AuthenticationHeaderValue.TryParse(authorization, out _))
            failures.Add("Notifications:WebhookAuthorization is no value of the header Authorization: SCHEME CREDENTIALS");
        if (options.RedisConfiguration is { } redis && !IsRedisConfiguration(redis))
            failures.Add("Notifications:RedisConfiguration is not HOST:PORT[,option=value]...");
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
