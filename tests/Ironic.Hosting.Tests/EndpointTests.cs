using System.Net;
using Grpc.Health.V1;
using Ironic.Hosting.Channels;
using Ironic.Hosting.Endpoints;
using Ironic.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ironic.Hosting.Tests;

public sealed class EndpointTests : IDisposable
{
    private readonly TestDirectory _directory = new("endpoints");

    [Theory]
    [InlineData("http://127.0.0.1:6385", "127.0.0.1", 6385, false)]
    [InlineData("http://localhost:80/", "127.0.0.1", 80, false)]
    [InlineData("https://0.0.0.0:0", "0.0.0.0", 0, true)]
    [InlineData("http://[::1]:7", "::1", 7, false)]
    public void An_address_is_read(string text, string host, int port, bool secure)
    {
        var address = ListenAddress.Parse(text);

        Assert.Equal(new IPEndPoint(IPAddress.Parse(host), port), address.EndPoint);
        Assert.Equal(secure, address.IsSecure);
        Assert.Null(address.SocketPath);
    }

    [Theory]
    [InlineData("unix:/run/x.sock")]
    [InlineData("unix:///run/x.sock")]
    public void A_socket_address_is_read(string text) => Assert.Equal("/run/x.sock", ListenAddress.Parse(text).SocketPath);

    [Fact]
    public void A_star_is_every_address() =>
        Assert.Contains(((IPEndPoint)ListenAddress.Parse("http://*:1").EndPoint).Address, new[] { IPAddress.IPv6Any, IPAddress.Any });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("127.0.0.1:80")]
    [InlineData("ftp://127.0.0.1:80")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://127.0.0.1:65536")]
    [InlineData("http://127.0.0.1:-1")]
    [InlineData("http://::1")]
    [InlineData("http://example.org:80")]
    [InlineData("unix:relative.sock")]
    public void What_is_no_address_is_refused(string? text) => Assert.Throws<FormatException>(() => ListenAddress.Parse(text));

    [Fact]
    public async Task The_port_that_the_system_chose_is_known_and_logged()
    {
        await using var host = await TestHost.StartAsync("http://127.0.0.1:0");

        Assert.NotEqual(0, new Uri(host.Url).Port);
        Assert.Equal([host.Url], host.App.Services.GetRequiredService<ListeningAddresses>().Urls);
        Assert.Contains(host.Logs.Entries, entry => entry.Message == $"listening on {host.Url}");
        await CheckAsync(host);
    }

    [Fact]
    public async Task A_unix_socket_serves_also_after_a_kill_left_its_file_behind()
    {
        var path = _directory.Combine("api.sock");
        await LeaveSocketBehindAsync(path);
        Assert.True(File.Exists(path));

        await using var host = await TestHost.StartAsync($"unix:{path}");

        await CheckAsync(host);
    }

    [Fact]
    public async Task A_unix_socket_in_use_is_not_taken_away()
    {
        var path = _directory.Combine("api.sock");
        await using var first = await TestHost.StartAsync($"unix:{path}");

        await Assert.ThrowsAnyAsync<IOException>(() => TestHost.StartAsync($"unix:{path}"));

        await CheckAsync(first);
    }

    [Fact]
    public async Task Http1_and_http2_endpoints_live_side_by_side()
    {
        await using var host = await TestHost.StartAsync(configure: builder => builder.ListenHttp1(_ => "http://localhost:0"));
        host.App.MapGet("/hello", () => Results.Text("hello"));
        using var client = new HttpClient();

        var url = host.App.Services.GetRequiredService<ListeningAddresses>().GetUrl("http://localhost:0");

        Assert.Equal("hello", await client.GetStringAsync(new Uri(url + "/hello")));
        await CheckAsync(host);
    }

    [Fact]
    public async Task A_restarted_server_is_reached_again_within_seconds()
    {
        string address;
        await using (var first = await TestHost.StartAsync())
            address = first.Url;
        using var channel = GrpcChannels.Create(address);
        var client = new Grpc.Health.V1.Health.HealthClient(channel);
        for (var i = 0; i < 20; i++)
            Assert.Equal(Grpc.Core.StatusCode.Unavailable, (await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await client.CheckAsync(new HealthCheckRequest()))).StatusCode);

        await using var second = await TestHost.StartAsync(address);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await Eventually.ThatAsync(
            async () =>
            {
                try
                {
                    await client.CheckAsync(new HealthCheckRequest());
                    return true;
                }
                catch (Grpc.Core.RpcException e) when (e.StatusCode == Grpc.Core.StatusCode.Unavailable)
                {
                    return false;
                }
            },
            TestHost.Limit,
            "the restarted server is reached");
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    public void Dispose() => _directory.Dispose();

    private static async Task CheckAsync(TestHost host) =>
        Assert.Equal(
            HealthCheckResponse.Types.ServingStatus.Serving,
            (await new Grpc.Health.V1.Health.HealthClient(host.Channel).CheckAsync(new HealthCheckRequest())).Status);

    // .NET removes the file of a socket that it closes; a process that is killed leaves it, and so does Python.
    private static async Task LeaveSocketBehindAsync(string path)
    {
        using var process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("python3", ["-c", "import socket,sys; s=socket.socket(socket.AF_UNIX); s.bind(sys.argv[1])", path]))!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
