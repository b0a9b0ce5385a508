using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Hosting.Requests;
using Ironic.Protos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ironic.Hosting.Tests;

public sealed class RequestContextTests
{
    [Fact]
    public async Task The_request_id_and_the_version_reach_the_server()
    {
        await using var host = await TestHost.StartAsync();
        RequestContext? seen = null;
        host.Behaviour.GetNode = (_, _) =>
        {
            seen = RequestContext.Current;
            host.App.Services.GetRequiredService<ILogger<RequestContextTests>>().LogInformation("inside");
            return Task.FromResult(new GetNodeResponse());
        };
        var sent = new RequestContext(RequestIds.Create(), new Microversion(82));
        RequestContext.Current = sent;

        await new NodeService.NodeServiceClient(host.Invoker).GetNodeAsync(new GetNodeRequest());

        Assert.Equal(sent.RequestId, seen?.RequestId);
        Assert.Equal(82, seen?.Version.Minor);
        Assert.Equal(sent.RequestId, host.Logs.Entries.Single(entry => entry.Message == "inside").Scope["RequestId"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("req-1")]
    [InlineData("0123456789012345678901234567890123456789")]
    [InlineData("req-00000000-0000-0000-0000-00000000000g")]
    public async Task A_request_without_a_valid_id_gets_a_new_one(string? id)
    {
        await using var host = await TestHost.StartAsync();
        RequestContext? seen = null;
        host.Behaviour.GetNode = (_, _) =>
        {
            seen = RequestContext.Current;
            return Task.FromResult(new GetNodeResponse());
        };
        var headers = new Metadata();
        if (id is not null)
            headers.Add(RequestHeaders.RequestId, id);

        await new NodeService.NodeServiceClient(host.Channel).GetNodeAsync(new GetNodeRequest(), headers);

        Assert.NotEqual(id, seen?.RequestId);
        Assert.True(RequestIds.IsValid(seen?.RequestId));
        Assert.True(seen!.Version.IsNewest);
    }

    [Fact]
    public async Task A_malformed_version_is_refused()
    {
        await using var host = await TestHost.StartAsync();
        var headers = new Metadata { { RequestHeaders.ApiVersion, "2.0" } };

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await new NodeService.NodeServiceClient(host.Channel).GetNodeAsync(new GetNodeRequest(), headers));

        Assert.Equal("NOT_ACCEPTABLE", StatusDetails.FindReason(error, StatusDetails.ApiDomain));
    }

    [Fact]
    public async Task Headers_of_the_call_itself_win_and_are_not_changed()
    {
        await using var host = await TestHost.StartAsync();
        string? seen = null;
        host.Behaviour.GetNode = (_, _) =>
        {
            seen = RequestContext.Current?.RequestId;
            return Task.FromResult(new GetNodeResponse());
        };
        RequestContext.Current = new RequestContext(RequestIds.Create(), new Microversion(50));
        var own = RequestIds.Create();
        var headers = new Metadata { { RequestHeaders.RequestId, own } };

        await new NodeService.NodeServiceClient(host.Invoker).GetNodeAsync(new GetNodeRequest(), headers);

        Assert.Equal(own, seen);
        Assert.Single(headers);
    }

    [Theory]
    [InlineData("1.0", 0)]
    [InlineData("1.82", 82)]
    [InlineData("latest", int.MaxValue)]
    public void A_version_is_read(string text, int minor)
    {
        Assert.True(Microversion.TryParse(text, out var version));
        Assert.Equal(minor, version.Minor);
        Assert.Equal(text, version.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.")]
    [InlineData("1.-1")]
    [InlineData("1.+1")]
    [InlineData("1. 1")]
    [InlineData("2.1")]
    [InlineData("1.99999999999")]
    public void Other_texts_are_no_version(string text) => Assert.False(Microversion.TryParse(text, out _));

    [Fact]
    public void Versions_compare_by_age()
    {
        Assert.True(new Microversion(9) < new Microversion(10));
        Assert.True(Microversion.Newest > new Microversion(1000));
        Assert.Equal(default, Microversion.Newest);
        Assert.NotEqual(new Microversion(0), Microversion.Newest);
    }
}
