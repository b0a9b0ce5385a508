using Grpc.Core;
using Grpc.Health.V1;
using Ironic.Hosting.Health;
using Microsoft.Extensions.DependencyInjection;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Ironic.Hosting.Tests;

public sealed class HealthTests
{
    [Theory]
    [InlineData("")]
    [InlineData("ironic.api.v1.NodeService")]
    [InlineData("forwarded.Service")]
    public async Task Every_service_shares_the_health_of_the_process(string service)
    {
        await using var host = await TestHost.StartAsync();
        var health = host.App.Services.GetRequiredService<ServiceHealth>();
        health.AddService("forwarded.Service");
        var client = new Grpc.Health.V1.Health.HealthClient(host.Channel);

        Assert.Equal(ServingStatus.Serving, (await client.CheckAsync(new HealthCheckRequest { Service = service })).Status);
        health.Set("database", false, "down");
        Assert.Equal(ServingStatus.NotServing, (await client.CheckAsync(new HealthCheckRequest { Service = service })).Status);
        health.Set("database", true);
        Assert.Equal(ServingStatus.Serving, (await client.CheckAsync(new HealthCheckRequest { Service = service })).Status);
    }

    [Fact]
    public async Task An_unknown_service_is_not_found()
    {
        await using var host = await TestHost.StartAsync();
        var client = new Grpc.Health.V1.Health.HealthClient(host.Channel);

        var error = await Assert.ThrowsAsync<RpcException>(async () => await client.CheckAsync(new HealthCheckRequest { Service = "no.such.Service" }));
        Assert.Equal(StatusCode.NotFound, error.StatusCode);

        using var watch = client.Watch(new HealthCheckRequest { Service = "no.such.Service" });
        Assert.True(await watch.ResponseStream.MoveNext(default));
        Assert.Equal(ServingStatus.ServiceUnknown, watch.ResponseStream.Current.Status);
    }

    [Fact]
    public async Task A_watch_tells_changes_and_ends_with_the_process()
    {
        await using var host = await TestHost.StartAsync();
        var health = host.App.Services.GetRequiredService<ServiceHealth>();
        using var watch = new Grpc.Health.V1.Health.HealthClient(host.Channel).Watch(new HealthCheckRequest());

        Assert.Equal(ServingStatus.Serving, await NextAsync());
        health.Set("database", false);
        Assert.Equal(ServingStatus.NotServing, await NextAsync());
        health.Set("database", true);
        Assert.Equal(ServingStatus.Serving, await NextAsync());
        var stopped = host.App.StopAsync();
        Assert.Equal(ServingStatus.NotServing, await NextAsync());
        Assert.Null(await NextAsync());
        await stopped.WaitAsync(TestHost.Limit);

        async Task<ServingStatus?> NextAsync() =>
            await watch.ResponseStream.MoveNext(default).WaitAsync(TestHost.Limit) ? watch.ResponseStream.Current.Status : null;
    }

    [Fact]
    public void A_change_is_told_once_and_only_when_it_is_one()
    {
        var health = new ServiceHealth();
        var starting = health.Current;
        Assert.False(starting.IsServing);

        health.Set("host", true);
        Assert.True(starting.Changed.IsCompleted);
        Assert.True(health.Current.IsServing);

        var serving = health.Current;
        health.Set("host", true);
        Assert.False(serving.Changed.IsCompleted);
        Assert.Same(serving, health.Current);
    }
}
