using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Ironic.Testing;

namespace Ironic.Stack.Tests;

public sealed class IronicStackTests : IDisposable
{
    private readonly TestDirectory _directory = new("stack");
    private readonly HttpClient _http = new();

    [Fact]
    public async Task A_stack_starts_serves_and_stops_cleanly()
    {
        await using var stack = await IronicStack.StartAsync(StandInStack.Options(_directory));

        Assert.Equal(["conductor-1", "api", "driver-fake"], stack.Processes.Select(process => process.Name));
        Assert.All(stack.Processes, process => Assert.True(process.IsRunning));
        Assert.Equal("{}", await _http.GetStringAsync(stack.RestUrl));
        Assert.All(stack.Processes, process => Assert.Contains($"listening on {process.Url.OriginalString}", File.ReadAllText(process.LogPath), StringComparison.Ordinal));

        await stack.StopAsync();

        Assert.All(stack.Processes, process => Assert.Equal(0, process.ExitCode));
        Assert.False(stack.Deaths.TryRead(out _));
    }

    [Fact]
    public async Task Each_process_is_told_what_it_needs_and_the_profile_does_not_override_it()
    {
        var options = StandInStack.Options(_directory) with
        {
            Profile = StackProfile.Empty.With("all", "Test:Everywhere", "yes").With("conductor", "Test:Kind", "conductor").With("api", "Api:RestUrl", "http://127.0.0.1:1"),
        };
        await using var stack = await IronicStack.StartAsync(options);

        var api = await SettingsAsync(stack.RestUrl);

        Assert.Equal(stack.RestUrl.OriginalString, api["Api:RestUrl"]);
        Assert.Equal(stack.GrpcUrl.OriginalString, api["Api:GrpcUrl"]);
        Assert.Equal(stack.Conductors[0].Url.OriginalString, api["Api:Conductors:0"]);
        Assert.Equal("yes", api["Test:Everywhere"]);
        Assert.DoesNotContain("Test:Kind", api.Keys);
        Assert.Equal(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), api["Hosting:ExitWithParent"]);
    }

    [Fact]
    public async Task A_conductor_is_where_it_was_asked_for()
    {
        var port = FreePort.Next();
        await using var stack = await IronicStack.StartAsync(StandInStack.Options(_directory) with { ConductorPort = port });

        Assert.Equal(new Uri($"http://127.0.0.1:{port}"), stack.Conductors[0].Url);
        var taken = Assert.Throws<StackException>(() => IronicStack.Create(StandInStack.Options(_directory) with { ConductorPort = port }));
        Assert.StartsWith($"port {port} is in use; ", taken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_string_is_not_on_a_command_line()
    {
        var options = StandInStack.Options(_directory) with { Postgres = "Host=127.0.0.1;Password=hunter2", Redis = "127.0.0.1:1,password=hunter2" };
        await using var stack = await IronicStack.StartAsync(options);
        var conductor = stack.Conductors[0];

        Assert.DoesNotContain("hunter2", await File.ReadAllTextAsync($"/proc/{conductor.Id}/cmdline"), StringComparison.Ordinal);
        var environment = await File.ReadAllTextAsync($"/proc/{conductor.Id}/environ");
        Assert.Contains("Database__ConnectionString=Host=127.0.0.1;Password=hunter2\0", environment, StringComparison.Ordinal);
        Assert.Contains("Locks__RedisConfiguration=127.0.0.1:1,password=hunter2\0", environment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_process_comes_back_on_its_port()
    {
        await using var stack = await IronicStack.StartAsync(StandInStack.Options(_directory));
        var before = (stack.Api.Id, stack.Api.Url);

        await stack.Api.KillAsync();
        Assert.Equal(137, stack.Api.ExitCode);
        Assert.False(stack.Api.IsRunning);
        await Assert.ThrowsAsync<HttpRequestException>(() => _http.GetStringAsync(stack.RestUrl));
        await stack.Api.StartAsync();

        Assert.NotEqual(before.Id, stack.Api.Id);
        Assert.Equal(before.Url, stack.Api.Url);
        Assert.Equal("{}", await _http.GetStringAsync(stack.RestUrl));
        Assert.False(stack.Deaths.TryRead(out _), "a kill that was asked for is no death");
    }

    [Fact]
    public async Task A_paused_process_answers_only_after_it_is_resumed()
    {
        await using var stack = await IronicStack.StartAsync(StandInStack.Options(_directory));
        stack.Api.Pause();
        using (var impatient = new CancellationTokenSource(TimeSpan.FromSeconds(1)))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _http.GetStringAsync(stack.RestUrl, impatient.Token));

        stack.Api.Resume();

        Assert.Equal("{}", await _http.GetStringAsync(stack.RestUrl));
    }

    [Fact]
    public async Task A_process_that_dies_is_told()
    {
        await using var stack = await IronicStack.StartAsync(StandInStack.Options(_directory));
        using var limit = new CancellationTokenSource(StandInStack.Limit);

        Signals.Send(stack.Drivers[0].Id, Signal.Kill);

        Assert.Same(stack.Drivers[0], await stack.Deaths.ReadAsync(limit.Token));
        Assert.Equal(137, stack.Drivers[0].ExitCode);
    }

    [Fact]
    public async Task A_failed_start_says_why_and_leaves_nothing_running()
    {
        var options = StandInStack.Options(_directory) with { Profile = StackProfile.Empty.With("driver", "StandIn:Refuse", "no such BMC") };

        var error = await Assert.ThrowsAsync<StackException>(() => IronicStack.StartAsync(options));

        Assert.StartsWith("driver-fake ended with status 1 before it was ready:", error.Message, StringComparison.Ordinal);
        Assert.Contains("no such BMC", error.Message, StringComparison.Ordinal);
        Assert.Empty(ProcessesOf(options));
    }

    [Fact]
    public async Task A_start_waits_until_the_drivers_are_known()
    {
        var options = StandInStack.Options(_directory) with { Profile = StackProfile.Empty.With("api", "StandIn:UnknownDrivers", "3") };
        await using var stack = await IronicStack.StartAsync(options);

        using var response = await _http.GetAsync(new Uri(stack.RestUrl, "/v1/drivers/stand-in"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Drivers_that_nobody_knows_are_a_failed_start()
    {
        var options = StandInStack.Options(_directory) with
        {
            Profile = StackProfile.Empty.With("api", "StandIn:UnknownDrivers", "1000000"),
            StartTimeout = TimeSpan.FromSeconds(5),
        };

        var error = await Assert.ThrowsAsync<StackException>(() => IronicStack.StartAsync(options));

        Assert.Contains("stand-in", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_does_not_stop_is_killed()
    {
        var options = StandInStack.Options(_directory) with
        {
            Profile = StackProfile.Empty.With("driver-fake", "StandIn:IgnoreStop", "true"),
            StopTimeout = TimeSpan.FromSeconds(1),
        };
        await using var stack = await IronicStack.StartAsync(options);
        var clock = Stopwatch.StartNew();

        Assert.Equal(137, await stack.Drivers[0].StopAsync());

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_driver_joins_a_running_stack()
    {
        await using var stack = await IronicStack.StartAsync(StandInStack.Options(_directory));

        var driver = await stack.AddDriverAsync("other");

        Assert.True(driver.IsRunning);
        Assert.Equal(["driver-fake", "driver-other"], stack.Drivers.Select(process => process.Name));
        await Assert.ThrowsAsync<StackException>(() => stack.AddDriverAsync("other"));
    }

    [Fact]
    public async Task Errors_of_the_processes_are_passed_on()
    {
        var options = StandInStack.Options(_directory) with { Profile = StackProfile.Empty.With("driver", "StandIn:LogError", "on fire") };
        using var stack = new DisposableStack(IronicStack.Create(options));
        var lines = new List<string>();
        stack.Value.ErrorLogged += (process, line) =>
        {
            lock (lines)
                lines.Add($"{process.Name}: {line}");
        };

        await stack.Value.StartAsync(default);

        var line = Assert.Single(lines);
        Assert.StartsWith("driver-fake: ", line, StringComparison.Ordinal);
        Assert.EndsWith(": on fire", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_serves_one_stack_at_a_time_and_another_lives_beside()
    {
        var options = StandInStack.Options(_directory);
        await using var first = await IronicStack.StartAsync(options);

        var error = Assert.Throws<StackException>(() => IronicStack.Create(options));
        Assert.Contains("another stack uses", error.Message, StringComparison.Ordinal);

        await using var second = await IronicStack.StartAsync(options with { DataDirectory = _directory.Combine("second") });
        Assert.Equal("{}", await _http.GetStringAsync(first.RestUrl));
        Assert.Equal("{}", await _http.GetStringAsync(second.RestUrl));
    }

    [Fact]
    public async Task A_port_in_use_is_refused_before_anything_starts()
    {
        await using var stack = await IronicStack.StartAsync(StandInStack.Options(_directory));

        var error = Assert.Throws<StackException>(() =>
            IronicStack.Create(StandInStack.Options(_directory) with { DataDirectory = _directory.Combine("second"), RestPort = stack.RestUrl.Port }));

        Assert.Contains($"port {stack.RestUrl.Port} is in use", error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _http.Dispose();
        _directory.Dispose();
    }

    // Every process of the stack names its data directory or is started inside of it.
    private static IEnumerable<int> ProcessesOf(StackOptions options) => Process.GetProcesses().Select(process => process.Id).Where(id =>
    {
        try
        {
            return Directory.ResolveLinkTarget($"/proc/{id}/cwd", returnFinalTarget: true)?.FullName == Path.GetFullPath(options.DataDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    private async Task<Dictionary<string, string>> SettingsAsync(Uri url) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(await _http.GetStringAsync(new Uri(url, "/settings")))!;

    private sealed class DisposableStack(IronicStack value) : IDisposable
    {
        public IronicStack Value => value;

        public void Dispose() => value.DisposeAsync().AsTask().Wait(StandInStack.Limit);
    }
}
