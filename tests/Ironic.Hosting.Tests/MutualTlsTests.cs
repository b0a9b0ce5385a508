using Grpc.Core;
using Grpc.Health.V1;
using Ironic.Hosting.Channels;
using Ironic.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ironic.Hosting.Tests;

/// <summary>Processes that trust each other by an authority of the operator's own, and nobody else.</summary>
public sealed class MutualTlsTests : IDisposable
{
    private readonly TestDirectory _directory = new("mutual-tls");
    private readonly ManualTimeProvider _time = new();
    private readonly TestAuthority _authority;
    private readonly TestAuthority _stranger;

    public MutualTlsTests()
    {
        _authority = new TestAuthority(_directory, "authority");
        _stranger = new TestAuthority(_directory, "stranger");
    }

    [Fact]
    public async Task A_client_with_a_certificate_of_the_authority_is_served()
    {
        await using var host = await StartAsync();
        await CheckAsync(host, Client(_authority.Issue("conductor")));
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_refused()
    {
        await using var host = await StartAsync();
        await IsRefusedAsync(host, Client(certificate: null));
    }

    [Fact]
    public async Task A_client_of_another_authority_is_refused()
    {
        await using var host = await StartAsync();
        await IsRefusedAsync(host, Client(_stranger.Issue("conductor")));
    }

    [Fact]
    public async Task A_client_under_another_name_is_refused_where_names_are_listed()
    {
        await using var host = await StartAsync("--Tls:ClientNames:0=conductor", "--Tls:ClientNames:1=conductor-2");
        await CheckAsync(host, Client(_authority.Issue("conductor-2")));
        await IsRefusedAsync(host, Client(_authority.Issue("driver")));
        Assert.Contains(host.Logs.Entries, entry => entry.Event.Id == 202 && entry.Message.Contains("none of the allowed names", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_of_another_authority_is_not_trusted()
    {
        await using var host = await StartAsync();
        await IsRefusedAsync(host, Client(_authority.Issue("conductor"), _stranger.Path));
        await IsRefusedAsync(host, Client(_authority.Issue("conductor"), authorityPath: null));
    }

    [Fact]
    public async Task A_replaced_client_certificate_is_shown_without_a_restart()
    {
        await using var host = await StartAsync("--Tls:ClientNames:0=new");
        var tls = Client(_authority.Issue("old", "client"));
        await IsRefusedAsync(host, tls);

        _authority.Issue("new", "client");
        _time.Advance(TimeSpan.FromSeconds(6));

        await CheckAsync(host, tls);
    }

    [Theory]
    [InlineData("--Tls:ClientAuthorityPath=/nowhere", "Tls:ClientAuthorityPath: there is no file /nowhere")]
    [InlineData("--Tls:ClientNames:0=conductor", "Tls:ClientNames is set but Tls:ClientAuthorityPath is not")]
    [InlineData("--Channels:AuthorityPath=/nowhere", "Channels:AuthorityPath: there is no file /nowhere")]
    [InlineData("--Channels:CertificatePath=/nowhere", "Channels:CertificatePath: there is no file /nowhere")]
    [InlineData("--Channels:KeyPath=/dev/null", "Channels:KeyPath is set but Channels:CertificatePath is not")]
    public async Task Settings_that_would_protect_nothing_are_refused(string setting, string message)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => TestHost.StartAsync(args: setting));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_holds_no_certificate_is_refused()
    {
        var path = _directory.Combine("empty.crt");
        File.WriteAllText(path, "nothing");
        Assert.Contains("holds no certificate", Assert.Throws<FormatException>(() => Client(certificate: null, path)).Message, StringComparison.Ordinal);
        var (certificate, _) = _authority.Issue("conductor");
        Assert.Contains("cannot be used", Assert.Throws<FormatException>(() => Client((certificate, _authority.Path))).Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _directory.Dispose();
    }

    private Task<TestHost> StartAsync(params string[] args)
    {
        var (certificate, key) = _authority.Issue("server");
        return TestHost.StartAsync(
            "https://127.0.0.1:0",
            args: [$"--Tls:CertificatePath={certificate}", $"--Tls:KeyPath={key}", $"--Tls:ClientAuthorityPath={_authority.Path}", .. args]);
    }

    private ChannelTls Client((string Certificate, string Key)? certificate) => Client(certificate, _authority.Path);

    private ChannelTls Client((string Certificate, string Key)? certificate, string? authorityPath) => new(
        Options.Create(new ChannelTlsOptions { AuthorityPath = authorityPath, CertificatePath = certificate?.Certificate, KeyPath = certificate?.Key }),
        _time,
        NullLogger<ChannelTls>.Instance);

    private static async Task CheckAsync(TestHost host, ChannelTls tls)
    {
        using var channel = GrpcChannels.Create(host.Url, tls: tls);
        var answer = await new Grpc.Health.V1.Health.HealthClient(channel).CheckAsync(new HealthCheckRequest(), deadline: DateTime.UtcNow + TestHost.Limit);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, answer.Status);
    }

    private static async Task IsRefusedAsync(TestHost host, ChannelTls tls)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(host, tls));
        Assert.True(error.StatusCode is StatusCode.Unavailable or StatusCode.Internal, error.ToString());
    }
}
