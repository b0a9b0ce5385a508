namespace Grpc.Core;

/// <summary>How a channel is secured, and the call credentials of all its calls.</summary>
public abstract class ChannelCredentials
{
    /// <summary>A channel without TLS.</summary>
    public static ChannelCredentials Insecure { get; } = new InsecureCredentials();

    /// <summary>A channel with TLS and the system's trusted roots.</summary>
    public static ChannelCredentials SecureSsl { get; } = new SslCredentials();

    /// <summary>
    /// Channel credentials with call credentials for every call. A client engine refuses call credentials without TLS unless told otherwise.
    /// </summary>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentException"><paramref name="channelCredentials"/> carry call credentials already.</exception>
    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        ArgumentNullException.ThrowIfNull(channelCredentials);
        ArgumentNullException.ThrowIfNull(callCredentials);
        if (channelCredentials is CompositeCredentials)
        {
            throw new ArgumentException("The channel credentials carry call credentials already.", nameof(channelCredentials));
        }

        return new CompositeCredentials(channelCredentials, callCredentials);
    }

    /// <summary>Tells a client engine what the credentials consist of; called by engines only.</summary>
    public abstract void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object? state);

    private sealed class InsecureCredentials : ChannelCredentials
    {
        public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object? state) =>
            configurator.SetInsecureCredentials(state);
    }

    private sealed class CompositeCredentials(ChannelCredentials channelCredentials, CallCredentials callCredentials) : ChannelCredentials
    {
        public override void InternalPopulateConfiguration(ChannelCredentialsConfiguratorBase configurator, object? state) =>
            configurator.SetCompositeCredentials(state, channelCredentials, callCredentials);
    }
}

/// <summary>How a client engine learns what <see cref="ChannelCredentials"/> consist of.</summary>
public abstract class ChannelCredentialsConfiguratorBase
{
    /// <summary>The channel has no TLS.</summary>
    public abstract void SetInsecureCredentials(object? state);

    /// <summary>The channel has TLS.</summary>
    /// <param name="state">What the engine handed in.</param>
    /// <param name="rootCertificates">Trusted roots in PEM; <see langword="null"/> for the system's.</param>
    /// <param name="keyCertificatePair">The client's certificate, or <see langword="null"/>.</param>
    /// <param name="verifyPeerCallback">An additional check of the server, or <see langword="null"/>.</param>
    public abstract void SetSslCredentials(
        object? state,
        string? rootCertificates,
        KeyCertificatePair? keyCertificatePair,
        VerifyPeerCallback? verifyPeerCallback);

    /// <summary>The channel is secured by the first, its calls carry the second.</summary>
    public abstract void SetCompositeCredentials(object? state, ChannelCredentials channelCredentials, CallCredentials callCredentials);
}
