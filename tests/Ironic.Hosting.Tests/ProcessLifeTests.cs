using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Hosting.Endpoints;
using Ironic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ironic.Hosting.Tests;

public sealed class ProcessLifeTests
{
    [Fact]
    public async Task The_process_stops_when_its_parent_is_killed()
    {
        using var parent = Process.Start("sleep", "1000");
        await using var host = await TestHost.StartAsync(args: $"--Hosting:ExitWithParent={parent.Id}");
        var stopping = host.App.Lifetime.ApplicationStopping;
        Assert.False(stopping.IsCancellationRequested);

        parent.Kill();

        await Eventually.ThatAsync(() => stopping.IsCancellationRequested, TestHost.Limit, "the process stops");
    }

    [Fact]
    public async Task A_parent_that_was_gone_before_the_start_stops_the_process()
    {
        using var parent = Process.Start("true");
        await parent.WaitForExitAsync();

        var code = await IronicHost.RunAsync(
            "ironic-test", [$"--Hosting:ExitWithParent={parent.Id}"], builder => builder.ListenHttp2(_ => "http://127.0.0.1:0"), _ => { }).WaitAsync(TestHost.Limit);

        Assert.Equal(0, code);
    }

    [Fact]
    public async Task A_process_that_nobody_reaps_is_gone_too()
    {
        // The inner shell's child ends; sleep, which replaces the shell, never reaps it.
        using var outer = Process.Start(new ProcessStartInfo("sh", ["-c", "sh -c 'sleep 0.01' & echo $!; exec sleep 1000"]) { RedirectStandardOutput = true })!;
        var zombie = int.Parse((await outer.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        try
        {
            await Eventually.ThatAsync(
                async () => (await File.ReadAllTextAsync($"/proc/{zombie}/stat")).Contains(") Z ", StringComparison.Ordinal), TestHost.Limit, "the process is a zombie");
            Assert.Null(ParentWatcher.ReadStartTime(zombie));
            Assert.NotNull(ParentWatcher.ReadStartTime(outer.Id));
        }
        finally
        {
            outer.Kill();
        }
    }

    [Fact]
    public async Task A_call_that_runs_is_answered_before_the_process_ends()
    {
        await using var host = await TestHost.StartAsync();
        var started = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        host.Behaviour.GetNode = async (_, _) =>
        {
            started.SetResult();
            await release.Task;
            return new GetNodeResponse { Node = new Node { Uuid = "late" } };
        };
        var call = new NodeService.NodeServiceClient(host.Invoker).GetNodeAsync(new GetNodeRequest()).ResponseAsync;
        await started.Task.WaitAsync(TestHost.Limit);

        var stopped = host.App.StopAsync();
        Assert.True(host.App.Lifetime.ApplicationStopping.IsCancellationRequested);
        release.SetResult();

        Assert.Equal("late", (await call).Node.Uuid);
        await stopped.WaitAsync(TestHost.Limit);
    }

    [Fact]
    public async Task Work_that_ends_because_the_process_stops_can_be_tried_again()
    {
        await using var host = await TestHost.StartAsync();
        var started = new TaskCompletionSource();
        host.Behaviour.GetNode = async (_, _) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, host.App.Lifetime.ApplicationStopping);
            return new GetNodeResponse();
        };
        var call = new NodeService.NodeServiceClient(host.Invoker).GetNodeAsync(new GetNodeRequest()).ResponseAsync;
        await started.Task.WaitAsync(TestHost.Limit);

        var stopped = host.App.StopAsync();

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode);
        await stopped.WaitAsync(TestHost.Limit);
    }

    [Theory]
    [InlineData("--Hosting:ShutdownTimeout=-1", "ShutdownTimeout")]
    [InlineData("--Hosting:ShutdownTimeout=soon", "Hosting:ShutdownTimeout")]
    [InlineData("--Hosting:NoSuchSetting=1", "NoSuchSetting")]
    [InlineData("--Management:Url=9090", "Management:Url")]
    [InlineData("--Telemetry:SampleRatio=2", "Telemetry:SampleRatio")]
    [InlineData("--Tls:KeyPath=/x", "Tls:CertificatePath")]
    [InlineData("--Tls:CertificatePath=/no/such/file", "/no/such/file")]
    public async Task A_wrong_setting_is_explained_in_one_line(string setting, string expected)
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => TestHost.StartAsync(args: setting));

        var line = IronicHost.Explain(exception);
        Assert.NotNull(line);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.Equal(1, await IronicHost.RunAsync("ironic-test", [setting], builder => builder.AddIronicGrpc(), _ => { }));
    }

    [Fact]
    public async Task A_defect_keeps_its_stack() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            IronicHost.RunAsync("ironic-test", [], _ => throw new InvalidOperationException("a defect"), _ => { }));

    [Fact]
    public async Task A_failed_background_service_ends_the_process_with_an_error()
    {
        var code = await IronicHost.RunAsync(
            "ironic-test", [], builder => builder.Services.AddHostedService<FailingService>(), _ => { }).WaitAsync(TestHost.Limit);

        Assert.Equal(1, code);
    }

    [Fact]
    public async Task A_stop_that_was_asked_for_is_a_success()
    {
        var code = await IronicHost.RunAsync(
            "ironic-test", [], _ => { }, app => app.Lifetime.ApplicationStarted.Register(app.Lifetime.StopApplication)).WaitAsync(TestHost.Limit);

        Assert.Equal(0, code);
    }

    private sealed class FailingService : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("failed in the background");
        }
    }
}
