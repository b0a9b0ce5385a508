using Ironic.Driver.Sdk.Tests.Support;
using Ironic.Testing;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace Ironic.Driver.Sdk.Tests.Registration;

/// <summary>R-038: how a driver leaves.</summary>
public sealed class DrainTests : IAsyncLifetime
{
    private readonly Gate _gate = new();
    private RegistryServer _registry = null!;
    private DriverHost _host = null!;

    public async Task InitializeAsync()
    {
        _registry = await RegistryServer.StartAsync();
        _host = await DriverHost.StartAsync(null, $"--Driver:Conductors:0={_registry.Url}", "--Driver:DrainTimeout=00:01:00");
        _host.TestVendor.OnRun = async (_, body, cancellationToken) =>
        {
            if (body.ContainsKey("slow"))
                await _gate.PassAsync(cancellationToken);
            return "done";
        };
        await _host.Time.WaitForWaitAsync(1);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task R038_a_driver_that_has_to_leave_deregisters_and_lets_end_what_runs()
    {
        var running = Slow("op-1");
        await _gate.Entered;
        var stopped = await BeginStopAsync();

        var probe = await _host.Driver.ProbeAsync(new V1.ProbeRequest());
        Assert.Equal((false, "draining"), (probe.Ready, probe.Reason));
        Assert.Equal(ServingStatus.NotServing, (await _host.Health.CheckAsync(new Grpc.Health.V1.HealthCheckRequest())).Status);
        Assert.Equal(["conductor-1"], _registry.Behaviour.Departures);
        Assert.False(stopped.IsCompleted);

        _gate.Open();
        Assert.Equal("\"done\"", (await running).Result.Json.Text);
        await stopped.WaitAsync(DriverHost.Limit);
        Assert.False(_gate.IsCancelled);
    }

    [Fact]
    public async Task R038_R055_a_new_operation_is_refused_and_a_known_one_is_joined()
    {
        await _host.Run("before");
        var running = Slow("op-1");
        await _gate.Entered;
        var stopped = await BeginStopAsync();

        for (var i = 0; i < 2; i++)
        {
            var exception = await Failures.FailsAsync(V1.ErrorClass.Retryable, () => _host.Run("new").ResponseAsync);
            Assert.Equal("The driver shuts down and takes no new operations.", exception.Status.Detail);
        }

        await Failures.FailsAsync(V1.ErrorClass.Retryable, async () => await _host.Management.SetBootDeviceAsync(Requests.SetBootDevice("new")));
        Assert.Equal("\"done\"", (await _host.Run("before")).Result.Json.Text);
        var joined = Slow("op-1");
        await Eventually.ThatAsync(() => _host.Logs.Lines.Count(line => line.Event.Id == 7110) == 2, DriverHost.Limit, "the second call has joined the first");
        _gate.Open();
        await running;
        await joined;
        await stopped.WaitAsync(DriverHost.Limit);
        Assert.Equal(1, _gate.Count);
    }

    [Fact]
    public async Task R038_what_comes_before_the_conductor_knows_is_done()
    {
        var told = new Gate();
        _registry.Behaviour.Departing = () => told.PassAsync(CancellationToken.None);
        var stopped = _host.App.StopAsync();
        await told.Entered;

        Assert.Equal("\"done\"", (await _host.Run("just in time")).Result.Json.Text);

        told.Open();
        await stopped.WaitAsync(DriverHost.Limit);
    }

    [Fact]
    public async Task R038_what_has_not_ended_within_the_limit_is_stopped()
    {
        var reads = new Gate();
        _host.TestPower.OnGet = async (_, cancellationToken) =>
        {
            await reads.PassAsync(cancellationToken);
            return PowerState.On;
        };
        var running = Slow("op-1");
        var read = _host.Power.GetPowerStateAsync(Requests.GetPower()).ResponseAsync;
        await _gate.Entered;
        await reads.Entered;
        var stopped = await BeginStopAsync();
        await Eventually.ThatAsync(() => _host.Time.Waits.Contains(TimeSpan.FromMinutes(1)), DriverHost.Limit, "the drain waits for its limit");
        _host.Time.Advance(TimeSpan.FromMinutes(1));

        var exception = await Failures.FailsAsync(V1.ErrorClass.Retryable, () => running);
        Assert.Equal("vendor.run was stopped: the driver shuts down.", exception.Status.Detail);
        await Failures.FailsAsync(V1.ErrorClass.Retryable, () => read);
        await stopped.WaitAsync(DriverHost.Limit);
        Assert.True(_gate.IsCancelled);
        Assert.True(reads.IsCancelled);
    }

    [Fact]
    public async Task R038_an_idle_driver_leaves_at_once()
    {
        await _host.App.StopAsync().WaitAsync(DriverHost.Limit);
        Assert.Equal(["conductor-1"], _registry.Behaviour.Departures);
        Assert.Single(_registry.Behaviour.Registrations);
    }

    [Fact]
    public async Task A_conductor_that_cannot_be_told_does_not_hold_the_driver()
    {
        await _registry.DisposeAsync();
        await _host.App.StopAsync().WaitAsync(DriverHost.Limit);
        Assert.Contains(_host.Logs.Lines, line => line.Event.Id == 7146);
    }

    private Task<V1.CallNodeMethodResponse> Slow(string operationId) => _host.Run(operationId, body: """{"slow": true}""").ResponseAsync;

    private async Task<Task> BeginStopAsync()
    {
        var stopped = _host.App.StopAsync();
        await Eventually.ThatAsync(() => _host.Logs.Lines.Any(line => line.Event.Id == 7130), DriverHost.Limit, "the driver has deregistered and drains");
        return stopped;
    }
}
