using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ironic.Driver.Sdk.Tests.Support;
using Ironic.Testing;

namespace Ironic.Driver.Sdk.Tests.Registration;

/// <summary>SPEC.md 4: how a driver gets into a running system and stays there.</summary>
public sealed class RegistrationTests : IAsyncLifetime
{
    private RegistryServer _first = null!;
    private RegistryServer _second = null!;

    private RegistryBehaviour First => _first.Behaviour;

    private RegistryBehaviour Second => _second.Behaviour;

    public async Task InitializeAsync()
    {
        _first = await RegistryServer.StartAsync("first");
        _second = await RegistryServer.StartAsync("second");
    }

    public async Task DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task R030_R032_a_driver_registers_where_it_already_listens()
    {
        await using var host = await StartAsync();
        var registration = await RegisteredAsync(First);
        Assert.Equal(host.Url, registration.Endpoint);
        Assert.Equal(await host.GetInfoAsync(), registration.Info);
        var probe = await host.Driver.ProbeAsync(new V1.ProbeRequest());
        Assert.Equal((true, registration.Info.InstanceId, ""), (probe.Ready, probe.InstanceId, probe.Reason));
    }

    [Theory]
    [InlineData("http://driver.example.org:7101", "http://driver.example.org:7101")]
    [InlineData("http://driver.example.org:0", "http://driver.example.org:{port}")]
    [InlineData("https://10.0.0.7", "https://10.0.0.7")]
    [InlineData("unix:/run/driver.sock", "unix:/run/driver.sock")]
    public async Task R032_a_driver_may_advertise_another_address(string advertise, string expected)
    {
        await using var host = await StartAsync($"--Driver:Advertise={advertise}");
        var registration = await RegisteredAsync(First);
        Assert.Equal(expected.Replace("{port}", new Uri(host.Url).Port.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal), registration.Endpoint);
    }

    [Fact]
    public async Task R033_a_lease_is_renewed_at_a_third_of_its_duration_and_the_last_answer_counts()
    {
        await using var host = await StartAsync();
        await RegisteredAsync(First);
        Assert.Equal(TimeSpan.FromSeconds(5), await host.Time.WaitForWaitAsync(1));

        First.LeaseDuration = Duration.FromTimeSpan(TimeSpan.FromSeconds(60));
        host.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(20), await host.Time.WaitForWaitAsync(2));
        First.LeaseDuration = Duration.FromTimeSpan(TimeSpan.FromSeconds(3));
        host.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(1), await host.Time.WaitForWaitAsync(3));

        Assert.Equal([("first-1", true), ("first-1", true)], First.Renewals.Select(renewal => (renewal.LeaseId, renewal.Ready)));
        Assert.Single(First.Registrations);
        Assert.Empty(Second.Registrations);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(-5L)]
    [InlineData(long.MaxValue)]
    public async Task A_renewal_that_names_no_sound_duration_leaves_the_former(long? seconds)
    {
        await using var host = await StartAsync();
        await host.Time.WaitForWaitAsync(1);
        First.LeaseDuration = seconds is { } given ? new Duration { Seconds = given } : null;
        host.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(5), await host.Time.WaitForWaitAsync(2));
    }

    [Fact]
    public async Task R034_a_forgotten_lease_is_registered_again_at_once_with_the_same_conductor()
    {
        await using var host = await StartAsync();
        await host.Time.WaitForWaitAsync(1);
        First.RenewFails = StatusCode.NotFound;
        host.Time.Advance(TimeSpan.FromSeconds(5));

        await RegisteredAsync(First, times: 2);
        Assert.Equal(First.Registrations.First(), First.Registrations.Last());
        Assert.Equal(TimeSpan.FromSeconds(5), await host.Time.WaitForWaitAsync(2));
        Assert.Empty(Second.Registrations);
        First.RenewFails = null;
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await host.Time.WaitForWaitAsync(3);
        Assert.Equal("first-2", First.Renewals.Last().LeaseId);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.DeadlineExceeded)]
    public async Task R034_when_a_renewal_fails_otherwise_the_next_conductor_gets_the_driver(StatusCode code)
    {
        await using var host = await StartAsync();
        await host.Time.WaitForWaitAsync(1);
        First.RenewFails = code;
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await RegisteredAsync(Second);
        Assert.Equal(TimeSpan.FromSeconds(5), await host.Time.WaitForWaitAsync(2));
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await host.Time.WaitForWaitAsync(3);
        Assert.Equal("second-1", Second.Renewals.Single().LeaseId);
    }

    [Fact]
    public async Task R034_when_the_conductor_is_gone_the_next_one_gets_the_driver()
    {
        await using var host = await StartAsync();
        await host.Time.WaitForWaitAsync(1);
        await _first.DisposeAsync();
        host.Time.Advance(TimeSpan.FromSeconds(5));
        await RegisteredAsync(Second);
    }

    [Fact]
    public async Task R031_a_conductor_that_refuses_is_followed_by_the_next_without_a_pause()
    {
        First.RegisterFails = StatusCode.AlreadyExists;
        await using var host = await StartAsync();
        await RegisteredAsync(Second);
        Assert.Equal(TimeSpan.FromSeconds(5), await host.Time.WaitForWaitAsync(1));
        Assert.Single(First.Registrations);
    }

    [Fact]
    public async Task R031_after_each_round_the_pause_grows_and_the_driver_does_not_give_up()
    {
        First.RegisterFails = Second.RegisterFails = StatusCode.Unavailable;
        await using var host = await StartAsync();
        var limits = new[] { 0.5, 1, 2, 4, 8, 15, 15, 15 };
        for (var round = 1; round <= limits.Length; round++)
        {
            var pause = await host.Time.WaitForWaitAsync(round);
            Assert.InRange(pause.TotalSeconds, limits[round - 1] / 2, limits[round - 1]);
            Assert.Equal((round, round), (First.Registrations.Count, Second.Registrations.Count));
            host.Time.Advance(pause);
        }

        await host.Time.WaitForWaitAsync(limits.Length + 1);
        Second.RegisterFails = null;
        host.Time.Advance(TimeSpan.FromSeconds(15));
        await RegisteredAsync(Second, times: limits.Length + 2);
        Assert.Equal(TimeSpan.FromSeconds(5), await host.Time.WaitForWaitAsync(limits.Length + 2));
    }

    [Fact]
    public async Task R031_a_conductor_that_starts_later_is_found()
    {
        var port = FreePort.Next();
        await using var host = await DriverHost.StartAsync(null, $"--Driver:Conductors:0=http://127.0.0.1:{port}", $"--Driver:Conductors:1={_second.Url}");
        await RegisteredAsync(Second);
        Assert.True((await host.Driver.ProbeAsync(new V1.ProbeRequest())).Ready);
    }

    [Theory]
    [InlineData(0L, 0)]
    [InlineData(0L, 999_999_999)]
    [InlineData(-1L, 0)]
    [InlineData(long.MaxValue, 0)]
    public async Task A_lease_that_cannot_be_kept_is_no_registration(long seconds, int nanos)
    {
        First.LeaseDuration = new Duration { Seconds = seconds, Nanos = nanos };
        await using var host = await StartAsync();
        await RegisteredAsync(Second);
    }

    [Theory]
    [InlineData("v2")]
    [InlineData("")]
    public async Task R116_a_version_that_the_driver_does_not_speak_is_no_registration(string version)
    {
        First.ContractVersion = version;
        await using var host = await StartAsync();
        await RegisteredAsync(Second);
        Assert.Equal(["first-1"], First.Departures);
        Assert.Empty(First.Renewals);
    }

    [Fact]
    public async Task R039_a_driver_without_conductors_waits_to_be_called()
    {
        await using var host = await DriverHost.StartAsync();
        Assert.True((await host.Driver.ProbeAsync(new V1.ProbeRequest())).Ready);
        Assert.Contains(host.Logs.Lines, line => line.Event.Id == 7140);
        await host.App.StopAsync();
    }

    [Fact]
    public async Task R002_the_health_service_says_that_the_driver_serves()
    {
        await using var host = await DriverHost.StartAsync();
        foreach (var service in new[] { "", "ironic.driver.v1.DriverService", "ironic.driver.v1.PowerService" })
        {
            var health = await host.Health.CheckAsync(new Grpc.Health.V1.HealthCheckRequest { Service = service });
            Assert.Equal(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
        }
    }

    private Task<DriverHost> StartAsync(params string[] args) =>
        DriverHost.StartAsync(null, [$"--Driver:Conductors:0={_first.Url}", $"--Driver:Conductors:1={_second.Url}", .. args]);

    private static async Task<V1.RegisterDriverRequest> RegisteredAsync(RegistryBehaviour registry, int times = 1)
    {
        await Eventually.ThatAsync(() => registry.Registrations.Count >= times, DriverHost.Limit, $"the driver has registered {times} times");
        return registry.Registrations.Last();
    }
}
