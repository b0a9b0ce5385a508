using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Client.Tests.Support;
using Ironic.Testing;

namespace Ironic.Client.Tests;

public sealed class ConnectionTests
{
    [Fact]
    public async Task A_client_connects_without_tls()
    {
        await using var server = await StartAsync(TestServer.StartAsync());
        using var client = server.Connect();

        Assert.Equal("n", (await client.GetNodeAsync("n")).Uuid);
    }

    [Fact]
    public async Task A_client_connects_over_a_unix_socket()
    {
        using var directory = new TestDirectory("client");
        var path = directory.Combine("api.sock");
        await using var server = await StartAsync(TestServer.StartAsync(path));
        using var client = IronicClient.Connect($"unix:{path}");
        using var same = IronicClient.Connect($"unix://{path}");

        Assert.Equal("n", (await client.GetNodeAsync("n")).Uuid);
        Assert.Equal("m", (await same.GetNodeAsync("m")).Uuid);
    }

    [Fact]
    public async Task A_client_trusts_the_authorities_that_it_is_given()
    {
        using var certificate = CreateCertificate();
        await using var server = await StartAsync(TestServer.StartAsync(certificate));
        using var client = server.Connect(new IronicClientOptions { TrustedCertificates = [certificate] });

        Assert.StartsWith("https://", server.Address, StringComparison.Ordinal);
        Assert.Equal("n", (await client.GetNodeAsync("n")).Uuid);
    }

    [Fact]
    public async Task A_client_trusts_no_other_certificate()
    {
        using var certificate = CreateCertificate();
        await using var server = await StartAsync(TestServer.StartAsync(certificate));
        using var client = server.Connect(new IronicClientOptions { MaxReadAttempts = 1 });

        var error = await Assert.ThrowsAsync<IronicApiException>(() => client.GetNodeAsync("n"));

        Assert.NotEqual(StatusCode.OK, error.StatusCode);
        Assert.Contains("SSL", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Calls);
    }

    [Theory]
    [InlineData("127.0.0.1:6386")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("unix:relative")]
    public void An_address_of_another_form_is_refused(string address) =>
        Assert.Contains(address, Assert.Throws<FormatException>(() => IronicClient.Connect(address)).Message, StringComparison.Ordinal);

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Refuse(new IronicClientOptions { PollInterval = TimeSpan.Zero }, "PollInterval");
        Refuse(new IronicClientOptions { CallTimeout = TimeSpan.Zero }, "CallTimeout");
        Refuse(new IronicClientOptions { MaxReadAttempts = 0 }, "MaxReadAttempts");
        Refuse(new IronicClientOptions { MaxReadAttempts = 6 }, "MaxReadAttempts");

        static void Refuse(IronicClientOptions options, string name) =>
            Assert.Contains(name, Assert.Throws<ArgumentException>(() => IronicClient.Connect("http://127.0.0.1:1", options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_are_repeated_while_the_server_is_unavailable()
    {
        await using var server = await TestServer.StartAsync();
        var attempts = 0;
        server.Answer<GetNodeRequest>(request => ++attempts < 3
            ? throw new RpcException(new Status(StatusCode.Unavailable, "not yet"))
            : new GetNodeResponse { Node = new Node { Uuid = request.Node } });
        using var client = server.Connect();

        Assert.Equal("n", (await client.GetNodeAsync("n")).Uuid);

        // All of them are one request in the logs.
        Assert.Equal(3, server.Calls.Count);
        Assert.Single(server.Calls.Select(call => call.RequestId).Distinct());
    }

    [Fact]
    public async Task What_changes_something_is_not_repeated()
    {
        await using var server = await TestServer.StartAsync();
        server.Answer<PatchNodeRequest>(_ => throw new RpcException(new Status(StatusCode.Unavailable, "not now")));
        server.Answer<CallNodeVendorMethodRequest>(_ => throw new RpcException(new Status(StatusCode.Unavailable, "not now")));
        using var client = server.Connect();

        var patch = await Assert.ThrowsAsync<IronicApiException>(() => client.PatchNodeAsync("n", new NodePatch().Set("/name", "m")));
        await Assert.ThrowsAsync<IronicApiException>(() => client.CallNodeVendorMethodAsync("n", "read_sensor", httpMethod: "GET"));

        Assert.True(patch.IsTransient);
        Assert.Equal(2, server.Calls.Count);
    }

    private static async Task<TestServer> StartAsync(Task<TestServer> starting)
    {
        var server = await starting;
        server.Answer<GetNodeRequest>(request => new GetNodeResponse { Node = new Node { Uuid = request.Node } });
        return server;
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
