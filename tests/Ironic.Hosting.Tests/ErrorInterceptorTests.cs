using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Ironic.Protos;
using Microsoft.Extensions.Logging;

namespace Ironic.Hosting.Tests;

public sealed class ErrorInterceptorTests
{
    [Fact]
    public async Task An_ironic_exception_becomes_its_status_with_details()
    {
        await using var host = await TestHost.StartAsync();
        host.Behaviour.GetNode = (_, _) => throw new IronicException(ErrorReason.NodeLocked, "Node é is locked.");

        var error = await CallAndFailAsync(host);

        Assert.Equal(StatusCode.Aborted, error.StatusCode);
        Assert.Equal("Node é is locked.", error.Status.Detail);
        Assert.Equal("NODE_LOCKED", StatusDetails.FindReason(error, StatusDetails.ApiDomain));
        Assert.DoesNotContain(host.Logs.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task An_unexpected_exception_is_logged_and_leaks_nothing_but_the_request_id()
    {
        await using var host = await TestHost.StartAsync();
        host.Behaviour.GetNode = (_, _) => throw new InvalidOperationException("password=hunter2");
        var context = RequestContext.CreateNew();
        RequestContext.Current = context;

        var error = await CallAndFailAsync(host);

        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.Equal("INTERNAL", StatusDetails.FindReason(error, StatusDetails.ApiDomain));
        Assert.Equal($"Internal error. The log has the details of request {context.RequestId}.", error.Status.Detail);
        var entry = Assert.Single(host.Logs.Entries, entry => entry.Level == LogLevel.Error);
        Assert.Equal("UnhandledException", entry.Event.Name);
        Assert.IsType<InvalidOperationException>(entry.Exception);
        Assert.Equal(context.RequestId, entry.Scope["RequestId"]);
    }

    [Fact]
    public async Task A_server_side_failure_is_logged_with_its_cause()
    {
        await using var host = await TestHost.StartAsync();
        host.Behaviour.GetNode = (_, _) => throw new IronicException(ErrorReason.BackendUnavailable, "The database does not answer.", new TimeoutException("inner"));

        var error = await CallAndFailAsync(host);

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        var entry = Assert.Single(host.Logs.Entries, entry => entry.Level == LogLevel.Warning);
        Assert.IsType<TimeoutException>(entry.Exception?.InnerException);
    }

    [Fact]
    public async Task An_rpc_exception_stays_as_it_is()
    {
        await using var host = await TestHost.StartAsync();
        host.Behaviour.GetNode = (_, _) => throw new RpcException(new Status(StatusCode.DataLoss, "as thrown"));

        var error = await CallAndFailAsync(host);

        Assert.Equal(StatusCode.DataLoss, error.StatusCode);
        Assert.Equal("as thrown", error.Status.Detail);
    }

    [Fact]
    public async Task A_call_that_its_caller_cancels_is_no_error_of_the_server()
    {
        await using var host = await TestHost.StartAsync();
        var started = new TaskCompletionSource();
        var seen = new TaskCompletionSource<Exception>();
        host.Behaviour.GetNode = async (_, context) =>
        {
            started.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
            catch (OperationCanceledException e)
            {
                seen.SetResult(e);
                throw;
            }

            return new GetNodeResponse();
        };
        using var cancel = new CancellationTokenSource();
        var call = new NodeService.NodeServiceClient(host.Invoker).GetNodeAsync(new GetNodeRequest(), cancellationToken: cancel.Token).ResponseAsync;
        await started.Task.WaitAsync(TimeSpan.FromSeconds(10));

        await cancel.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode);
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await host.App.StopAsync();
        Assert.DoesNotContain(host.Logs.Entries, entry => entry.Event.Name == "UnhandledException");
    }

    [Fact]
    public async Task A_cancellation_inside_of_the_server_is_not_the_callers()
    {
        await using var host = await TestHost.StartAsync();
        host.Behaviour.GetNode = (_, _) => throw new TaskCanceledException("a timeout of our own");

        var error = await CallAndFailAsync(host);

        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.Contains(host.Logs.Entries, entry => entry.Event.Name == "UnhandledException");
    }

    private static async Task<RpcException> CallAndFailAsync(TestHost host) =>
        await Assert.ThrowsAsync<RpcException>(async () => await new NodeService.NodeServiceClient(host.Invoker).GetNodeAsync(new GetNodeRequest { Node = "n" }));
}
