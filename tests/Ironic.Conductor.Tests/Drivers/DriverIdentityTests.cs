using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Services;
using Ironic.Conductor.Tests.Storage;
using Ironic.Driver.V1;
using Ironic.Hosting;
using Ironic.Hosting.Channels;
using Ironic.Hosting.Endpoints;
using Ironic.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Drivers;

/// <summary>A hardware type that is bound to a name, at a conductor that takes callers of an authority alone.</summary>
public sealed class DriverIdentityTests : IAsyncLifetime
{
    private readonly TestDirectory _directory = new("driver-identity");
    private readonly DriverOptions _options = new();
    private TestAuthority _authority = null!;
    private TestStorage _storage = null!;
    private DriverRegistry _registry = null!;
    private WebApplication _conductor = null!;
    private TestDriver _driver = null!;

    public async Task InitializeAsync()
    {
        _authority = new TestAuthority(_directory, "authority");
        _storage = await TestStorage.SqliteAsync();
        _options.Identities["thing"] = ["localhost"];
        var (certificate, key) = _authority.Issue("localhost");
        _driver = await TestDriver.StartAsync(X509Certificate2.CreateFromPemFile(certificate, key));
        _registry = new DriverRegistry(
            _storage.Drivers,
            new DriverConnector(TimeProvider.System, TestMetrics.Create(), NullLoggerFactory.Instance, NullLogger<DriverConnector>.Instance, Tls("conductor")),
            new ConductorIdentity("test-conductor", "", "https://localhost"),
            Options.Create(_options),
            _storage.Clock,
            NullLogger<DriverRegistry>.Instance);
        var builder = IronicHost.CreateBuilder("ironic-test", [$"--Tls:CertificatePath={certificate}", $"--Tls:KeyPath={key}", $"--Tls:ClientAuthorityPath={_authority.Path}"]);
        builder.Services.AddSingleton(_registry);
        builder.Services.AddSingleton(Options.Create(_options));
        builder.Services.AddSingleton(new ConductorIdentity("test-conductor", "", "https://localhost"));
        builder.AddIronicGrpc();
        builder.ListenHttp2(_ => "https://127.0.0.1:0");
        _conductor = builder.Build();
        _conductor.MapGrpcService<DriverRegistryGrpcService>();
        await _conductor.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _conductor.DisposeAsync();
        await _driver.DisposeAsync();
        _registry.Dispose();
        await _storage.DisposeAsync();
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_driver_with_the_name_serves_it()
    {
        await RegisterAsync("localhost", AtName(_driver.Endpoint));
        Assert.Equal("thing", Assert.Single(_registry.HardwareTypes.Keys));
    }

    [Fact]
    public async Task A_driver_that_shows_another_name_does_not()
    {
        var refused = await RefusedAsync("other", AtName(_driver.Endpoint));
        Assert.Contains("certificate has none of them", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_driver_that_is_called_elsewhere_does_not()
    {
        Assert.Contains("none of them over https", await RefusedAsync("localhost", _driver.Endpoint), StringComparison.Ordinal);
        Assert.Contains("none of them over https", await RefusedAsync("localhost", "http://localhost:1"), StringComparison.Ordinal);
        Assert.Contains("none of them over https", await RefusedAsync("localhost", "unix:/run/thing.sock"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_hardware_types_are_free()
    {
        _driver.Info.HardwareTypes[0].Name = "another";
        await RegisterAsync("other", _driver.Endpoint);
        Assert.Equal("another", Assert.Single(_registry.HardwareTypes.Keys));
    }

    [Fact]
    public void A_socket_of_the_file_system_is_a_name_and_needs_no_certificate()
    {
        _options.Identities["thing"] = ["unix:/run/thing.sock"];
        var identities = new DriverIdentities(Options.Create(_options));
        identities.CheckEndpoint(_driver.Info, "unix:/run/thing.sock");
        identities.CheckCaller(_driver.Info, null);
    }

    [Theory]
    [InlineData("ipmi.example.org", true)]
    [InlineData("unix:/run/ipmi.sock", true)]
    [InlineData("https://ipmi.example.org", false)]
    [InlineData("unix:ipmi.sock", false)]
    public void A_name_that_cannot_be_one_is_told_at_start(string name, bool isValid)
    {
        var options = new DriverOptions { Identities = { ["ipmi"] = [name] } };
        Assert.Equal(isValid, new DriverOptionsValidator().Validate(null, options).Succeeded);
    }

    private static string AtName(string endpoint) => endpoint.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    private async Task<string> RefusedAsync(string name, string endpoint)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => RegisterAsync(name, endpoint));
        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
        Assert.Empty(_registry.HardwareTypes);
        return refused.Status.Detail;
    }

    private async Task RegisterAsync(string name, string endpoint)
    {
        var url = _conductor.Services.GetRequiredService<ListeningAddresses>().Urls[0];
        using GrpcChannel channel = GrpcChannels.Create(AtName(url), NullLoggerFactory.Instance, Tls(name));
        await new DriverRegistryService.DriverRegistryServiceClient(channel).RegisterDriverAsync(new RegisterDriverRequest { Info = _driver.Info, Endpoint = endpoint });
    }

    private ChannelTls Tls(string name)
    {
        var (certificate, key) = _authority.Issue(name);
        return new ChannelTls(
            Options.Create(new ChannelTlsOptions { CertificatePath = certificate, KeyPath = key, AuthorityPath = _authority.Path }), TimeProvider.System, NullLogger<ChannelTls>.Instance);
    }
}
