using System.Globalization;
using System.Text.RegularExpressions;

namespace Ironic.Testing.Tests;

public sealed class ServerProcessTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Output_of_both_streams_is_kept_and_awaited()
    {
        await using var process = await ServerProcess.StartAsync(Shell("echo out; echo err >&2; echo ready on 4711; exec sleep 1000"));
        var match = await process.WaitForOutputAsync(new Regex(@"ready on (\d+)"), Limit);
        Assert.Equal("4711", match.Groups[1].Value);
        await Eventually.ThatAsync(() => process.Output.Contains("err", StringComparison.Ordinal), Limit, "standard error is captured");
        Assert.Contains("out", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_ends_before_it_is_ready_fails_with_its_output()
    {
        await using var process = await ServerProcess.StartAsync(Shell("echo the port is taken; exit 7"));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => process.WaitUntilReadyAsync(() => Task.FromResult(false), Limit));
        Assert.Contains("status 7", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the port is taken", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_last_line_before_the_end_is_not_missed()
    {
        await using var process = await ServerProcess.StartAsync(Shell("echo ready"));
        await process.WaitForExitAsync(Limit);
        Assert.True((await process.WaitForOutputAsync(new Regex("ready"), Limit)).Success);
    }

    [Fact]
    public async Task A_server_outlives_the_thread_that_asked_for_it()
    {
        ServerProcess? process = null;
        var thread = new Thread(() => process = ServerProcess.StartAsync(new ServerProcessOptions("sleep", "1000")).GetAwaiter().GetResult());
        thread.Start();
        thread.Join();
        await using (process)
        {
            await Eventually.ThatAsync(() => CommandOf(process!.Id) == "sleep", Limit, "setpriv has become the program");
            // The kernel sends the parent-death signal while the thread ends, which Join has waited for.
            Assert.False(process!.HasExited);
        }
    }

    [Fact]
    public async Task Run_returns_the_output_and_fails_on_a_status()
    {
        Assert.Equal("fine", await ServerProcess.RunAsync(Shell("echo fine"), Limit));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => ServerProcess.RunAsync(Shell("echo broken; exit 3"), Limit));
        Assert.Contains("broken", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TimeoutException>(() => ServerProcess.RunAsync(Shell("exec sleep 1000"), TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task A_process_left_behind_does_not_hold_up_the_end()
    {
        await using var process = await ServerProcess.StartAsync(Shell("sleep 1000 & echo $!"));
        await process.WaitForExitAsync(Limit);
        Assert.True(process.HasExited);
        Assert.True(Signals.Send(int.Parse(process.Output, CultureInfo.InvariantCulture), Signal.Kill));
    }

    [Fact]
    public async Task Stop_asks_first_and_kills_what_does_not_listen()
    {
        await using var polite = await ServerProcess.StartAsync(Shell("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done"));
        await polite.WaitForOutputAsync(new Regex("ready"), Limit);
        Assert.True(await polite.StopAsync());
        Assert.Equal(0, polite.ExitCode);

        var options = Shell("trap '' TERM; echo ready; while :; do sleep 0.05; done") with { StopTimeout = TimeSpan.FromMilliseconds(300) };
        await using var stubborn = await ServerProcess.StartAsync(options);
        await stubborn.WaitForOutputAsync(new Regex("ready"), Limit);
        Assert.False(await stubborn.StopAsync());
        Assert.Equal(128 + (int)Signal.Kill, stubborn.ExitCode);
    }

    [Fact]
    public async Task Pause_freezes_resume_thaws_and_a_paused_process_still_stops()
    {
        await using var process = await ServerProcess.StartAsync(new ServerProcessOptions("sleep", "1000"));
        await Eventually.ThatAsync(() => CommandOf(process.Id) == "sleep", Limit, "setpriv has become the program");
        process.Pause();
        await Eventually.ThatAsync(() => StateOf(process.Id) == 'T', Limit, "the process is stopped");
        process.Resume();
        await Eventually.ThatAsync(() => StateOf(process.Id) == 'S', Limit, "the process sleeps again");
        process.Pause();
        Assert.True(await process.StopAsync());
    }

    [Fact]
    public async Task Signals_to_an_ended_process_reach_no_one()
    {
        await using var process = await ServerProcess.StartAsync(Shell("exit 0"));
        await process.WaitForExitAsync(Limit);
        Assert.False(process.Send(Signal.Terminate));
        Assert.Throws<InvalidOperationException>(process.Pause);
    }

    [Fact]
    public async Task A_child_dies_with_its_parent_however_that_ends()
    {
        // The shell stands for a test process; its child is started as ServerProcess starts every program.
        await using var parent = await ServerProcess.StartAsync(Shell("setpriv --pdeathsig KILL -- sleep 1000 & echo child $!; wait"));
        var match = await parent.WaitForOutputAsync(new Regex(@"child (\d+)"), Limit);
        var child = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        await Eventually.ThatAsync(() => CommandOf(child) == "sleep", Limit, "the child runs");
        await parent.KillAsync();
        await Eventually.ThatAsync(() => StateOf(child) is null or 'Z', Limit, "the child is gone");
    }

    [Fact]
    public async Task The_parent_death_signal_is_set_also_under_another_user()
    {
        var user = Environment.IsPrivilegedProcess ? "daemon" : null;
        var options = new ServerProcessOptions("setpriv", "--dump") { User = user };
        Assert.Contains("Parent death signal: KILL", await ServerProcess.RunAsync(options, Limit), StringComparison.OrdinalIgnoreCase);
    }

    private static ServerProcessOptions Shell(string script) => new("sh", "-c", script);

    private static string? CommandOf(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/comm").Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The letter that ps shows: S sleeping, T stopped, Z zombie; null when there is no such process.</summary>
    private static char? StateOf(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[stat.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
