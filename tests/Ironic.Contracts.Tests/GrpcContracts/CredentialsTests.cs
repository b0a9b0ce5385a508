using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Ironic.Contracts.Tests.GrpcContracts.Probe;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Ironic.Contracts.Tests.GrpcContracts;

/// <summary>Credentials of calls and channels, and what a server knows of its peer.</summary>
public sealed class CredentialsTests
{
    [Fact]
    public async Task Call_credentials_of_a_channel_and_of_a_call_add_their_headers_in_order()
    {
        var contexts = new List<AuthInterceptorContext>();
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers
        {
            Unary = (_, context) => Task.FromResult(context.RequestHeaders.GetValue("token") ?? ""),
        });
        using var plain = server.CreateChannel(new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true });
        using var composite = server.CreateChannel(new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, CallCredentials.Compose(Token("first"), Token("second"))),
            UnsafeUseInsecureChannelCallCredentials = true,
        });
        var ofCall = new CallOptions(credentials: CallCredentials.Compose(Token("third"), Token("fourth")));

        Assert.Equal("first, second", await new ProbeClient(composite).UnaryAsync("").ResponseAsync.WithinLimit());
        Assert.Equal("third, fourth", await new ProbeClient(plain).UnaryAsync("", ofCall).ResponseAsync.WithinLimit());
        Assert.Equal(4, contexts.Count);
        Assert.All(contexts, context => Assert.Equal("Unary", context.MethodName));
        Assert.All(contexts, context => Assert.Equal(new Uri(server.Address, ProbeServiceBase.ServiceName).ToString(), context.ServiceUrl));

        CallCredentials Token(string value) => CallCredentials.FromInterceptor((context, metadata) =>
        {
            contexts.Add(context);
            metadata.Add("token", value);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task A_channel_refuses_call_credentials_without_tls()
    {
        await using var server = await ProbeServer.StartAsync(new ProbeHandlers());
        var options = new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, CallCredentials.FromInterceptor((_, _) => Task.CompletedTask)),
        };

        Assert.Throws<InvalidOperationException>(() => server.CreateChannel(options));
    }

    [Fact]
    public async Task A_client_certificate_is_the_identity_of_the_peer()
    {
        using var serverCertificate = SelfSigned("localhost");
        using var clientCertificate = SelfSigned("conductor-1");
        var seen = new List<AuthContext>();
        await using var server = await ProbeServer.StartAsync(
            new ProbeHandlers
            {
                Unary = (request, context) =>
                {
                    seen.Add(context.AuthContext);
                    return Task.FromResult(request);
                },
            },
            https: https =>
            {
                https.ServerCertificate = serverCertificate;
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.ClientCertificateValidation = (certificate, _, _) => certificate.Thumbprint == clientCertificate.Thumbprint;
            });

        using (var channel = server.CreateChannel(Tls(serverCertificate, clientCertificate)))
        {
            await new ProbeClient(channel).UnaryAsync("").ResponseAsync.WithinLimit();
        }

        using (var channel = server.CreateChannel(Tls(serverCertificate, null)))
        {
            await new ProbeClient(channel).UnaryAsync("").ResponseAsync.WithinLimit();
        }

        Assert.True(seen[0].IsPeerAuthenticated);
        Assert.Equal("conductor-1", Assert.Single(seen[0].PeerIdentity).Value);
        Assert.Equal(seen[0].PeerIdentity, seen[0].FindPropertiesByName(seen[0].PeerIdentityPropertyName!));
        Assert.False(seen[1].IsPeerAuthenticated);
        Assert.Empty(seen[1].PeerIdentity);
    }

    [Fact]
    public void Credentials_that_make_no_sense_are_refused()
    {
        var call = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

        Assert.Throws<ArgumentException>(() => CallCredentials.Compose(call));
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose(call, null!));
        var composite = ChannelCredentials.Create(ChannelCredentials.SecureSsl, call);
        Assert.Throws<ArgumentException>(() => ChannelCredentials.Create(composite, call));
    }

    [Fact]
    public void An_auth_property_keeps_its_own_copy_of_the_value()
    {
        var value = "größe"u8.ToArray();
        var property = AuthProperty.Create("name", value);
        value[0] = 0;
        property.ValueBytes[0] = 0;

        Assert.Equal("größe", property.Value);
    }

    private static GrpcChannelOptions Tls(X509Certificate2 trusted, X509Certificate2? own) => new()
    {
        Credentials = new SslCredentials(),
        HttpHandler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = own is null ? [] : [own],
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == trusted.GetCertHashString(),
            },
        },
        DisposeHttpClient = true,
    };

    private static X509Certificate2 SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var subject = new SubjectAlternativeNameBuilder();
        subject.AddDnsName(name);
        request.CertificateExtensions.Add(subject.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
    }
}
