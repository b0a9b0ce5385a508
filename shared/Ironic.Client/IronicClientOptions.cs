using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;

namespace Ironic.Client;

/// <summary>How an <see cref="IronicClient"/> connects and waits.</summary>
public sealed class IronicClientOptions
{
    /// <summary>
    /// The longest time that a call without a deadline of its own may take. Null: as long as the server lets it, which is a minute unless
    /// it is configured otherwise.
    /// </summary>
    public TimeSpan? CallTimeout { get; set; }

    /// <summary>The pause between two looks at a node that is waited for; positive.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a call that only reads is tried when no server can be reached; 1 for once. Calls that change something are never repeated.</summary>
    public int MaxReadAttempts { get; set; } = 5;

    /// <summary>The authorities that a server's certificate may come from, instead of the system's. For https only.</summary>
    public X509Certificate2Collection? TrustedCertificates { get; set; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where the channel logs.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Has the last word on connections: client certificates, proxies (none by default), keep-alive.</summary>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; set; }

    /// <summary>Has the last word on the channel: call credentials, message sizes, compression.</summary>
    public Action<GrpcChannelOptions>? ConfigureChannel { get; set; }

    internal void Validate()
    {
        if (CallTimeout <= TimeSpan.Zero)
            throw new ArgumentException($"{nameof(CallTimeout)} must be positive.");
        if (PollInterval <= TimeSpan.Zero)
            throw new ArgumentException($"{nameof(PollInterval)} must be positive.");
        // The limit is gRPC's.
        if (MaxReadAttempts is < 1 or > 5)
            throw new ArgumentException($"{nameof(MaxReadAttempts)} must be from 1 to 5.");
    }
}
