using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Commands;
using Ironic.Drivers.Ipmi.Protocol;
using Ironic.Drivers.Ipmi.Tests.Support;
using Ironic.Testing;

namespace Ironic.Drivers.Ipmi.Tests.Sessions;

/// <summary>Sessions, retransmissions and what goes wrong with them, against the tests' own BMC.</summary>
public sealed class SessionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(new[] { 3, 17 }, true)]
    [InlineData(new[] { 17 }, true)]
    [InlineData(new[] { 3 }, true)]
    [InlineData(new[] { 17 }, false)]
    [InlineData(new[] { 3 }, false)]
    public async Task The_cipher_suite_is_one_that_both_speak(int[] suites, bool tells)
    {
        await using var bmc = new SimulatedBmc { Suites = suites, TellsSuites = tells, PowerIsOn = true };
        await using var pool = new TestPool();

        Assert.Equal(PowerState.On, await ReadAsync(pool, bmc));
        Assert.Equal(1, bmc.SessionsOpened);
    }

    [Fact]
    public async Task A_suite_that_the_controller_does_not_speak_fails_for_good()
    {
        await using var bmc = new SimulatedBmc { Suites = [3] };
        await using var pool = new TestPool();

        await Assert.ThrowsAsync<PermanentFailureException>(() => ReadAsync(pool, bmc, "\"ipmi_cipher_suite\": 17"));
    }

    [Fact]
    public async Task The_group_key_is_part_of_the_keys()
    {
        await using var bmc = new SimulatedBmc { GroupKey = [1, 2, 0xAB], PowerIsOn = true };
        await using var pool = new TestPool();

        Assert.Equal(PowerState.On, await ReadAsync(pool, bmc, "\"ipmi_hex_kg_key\": \"0102aB\""));
        var wrong = await Assert.ThrowsAsync<BmcAuthenticationException>(() => ReadAsync(pool, bmc, "\"ipmi_hex_kg_key\": \"0102ff\""));
        Assert.DoesNotContain("0102ff", wrong.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task One_session_serves_many_calls_one_after_the_other()
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool();

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => ReadAsync(pool, bmc)));

        Assert.Equal((1, 1, 100), (bmc.SessionsOpened, bmc.MostInFlight, bmc.Commands.Count));
    }

    [Fact]
    public async Task A_slow_controller_has_one_request_at_a_time()
    {
        await using var bmc = new SimulatedBmc { AnswerDelay = TimeSpan.FromMilliseconds(100) };
        await using var pool = new TestPool(options =>
        {
            options.RetransmitAfter = TimeSpan.FromMilliseconds(40);
            options.Attempts = 20;
        });

        // With the suite given, since the question for it is asked once only: who does not wait for that answer has two requests there.
        await ReadAsync(pool, bmc, "\"ipmi_cipher_suite\": 17");

        Assert.Equal((1, 1, 1), (bmc.SessionsOpened, bmc.MostInFlight, bmc.Commands.Count));
        const int requests = 6;
        Assert.True(bmc.Packets > requests, "nothing was sent again");
    }

    [Fact]
    public async Task Another_user_gets_a_session_in_place_of_the_first()
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool();

        await ReadAsync(pool, bmc);
        await ReadAsync(pool, bmc, "\"ipmi_priv_level\": \"OPERATOR\"");

        Assert.Equal((2, 1, 1), (bmc.SessionsOpened, bmc.MostSessions, bmc.OpenSessions));
    }

    [Fact]
    public async Task Sessions_are_closed_at_the_end()
    {
        await using var bmc = new SimulatedBmc();
        await using (var pool = new TestPool())
        {
            await ReadAsync(pool, bmc);
            Assert.Equal(1, bmc.OpenSessions);
        }

        Assert.Equal(0, bmc.OpenSessions);
    }

    [Fact]
    public async Task Nothing_is_begun_after_the_end()
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool();
        await pool.Pool.StopAsync(CancellationToken.None);

        await Assert.ThrowsAsync<RetryableException>(() => ReadAsync(pool, bmc));
    }

    [Fact]
    public async Task A_session_that_nobody_uses_is_closed_after_a_while()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool(time: time);
        await ReadAsync(pool, bmc);

        time.Advance(pool.Options.SessionIdleTimeout - TimeSpan.FromMilliseconds(1));
        await pool.Pool.SweepOnceAsync();
        Assert.Equal(1, bmc.OpenSessions);

        time.Advance(TimeSpan.FromMilliseconds(1));
        await pool.Pool.SweepOnceAsync();
        Assert.Equal((0, 1), (bmc.OpenSessions, pool.Pool.Count));

        time.Advance(TimeSpan.FromMinutes(10));
        await pool.Pool.SweepOnceAsync();
        Assert.Equal(0, pool.Pool.Count);
        await ReadAsync(pool, bmc);
        Assert.Equal(2, bmc.SessionsOpened);
    }

    [Fact]
    public async Task Lost_packets_are_sent_again_and_done_once()
    {
        await using var bmc = new SimulatedBmc { PowerIsOn = true, Loses = number => number % 2 == 1 };
        await using var pool = new TestPool(options => options.RetransmitAfter = TimeSpan.FromMilliseconds(30));

        await pool.Client.UseAsync(TestNodes.Create(bmc.Port), channel => channel.ControlAsync(ChassisAction.HardReset), CancellationToken.None);

        Assert.Equal(["00 02 03"], bmc.Commands);
    }

    [Fact]
    public async Task Answers_that_come_twice_or_late_or_changed_are_not_taken()
    {
        var last = Array.Empty<byte>();
        await using var bmc = new SimulatedBmc();
        bmc.Sends = packet =>
        {
            // The opening of a session has nothing yet by which a change could be told from a wrong password.
            var sent = new[] { last, IsInSession(packet) ? Changed(packet) : [], packet, packet };
            last = packet;
            return sent.Where(bytes => bytes.Length > 0);
        };
        await using var pool = new TestPool();

        for (var i = 0; i < 20; i++)
        {
            bmc.PowerIsOn = i % 2 == 0;
            Assert.Equal(i % 2 == 0 ? PowerState.On : PowerState.Off, await ReadAsync(pool, bmc));
        }

        Assert.Equal(1, bmc.SessionsOpened);
    }

    [Fact]
    public async Task A_controller_that_was_restarted_gets_a_new_session()
    {
        await using var bmc = new SimulatedBmc { PowerIsOn = true };
        await using var pool = new TestPool();
        await ReadAsync(pool, bmc);
        bmc.Forget();

        Assert.Equal(PowerState.On, await ReadAsync(pool, bmc));
        Assert.Equal(2, bmc.SessionsOpened);
    }

    [Fact]
    public async Task What_must_not_be_done_twice_is_not_sent_in_another_session()
    {
        await using var bmc = new SimulatedBmc { PowerIsOn = true };
        await using var pool = new TestPool();
        await ReadAsync(pool, bmc);
        bmc.Forget();

        await Assert.ThrowsAsync<BmcUnreachableException>(
            () => pool.Client.UseAsync(TestNodes.Create(bmc.Port), channel => channel.ControlAsync(ChassisAction.PowerCycle), CancellationToken.None));
        Assert.Equal(1, bmc.SessionsOpened);
    }

    [Fact]
    public async Task No_free_session_is_worth_another_try()
    {
        await using var bmc = new SimulatedBmc { Slots = 0 };
        await using var pool = new TestPool();

        var exception = await Assert.ThrowsAsync<RetryableException>(() => ReadAsync(pool, bmc));
        Assert.Contains("insufficient resources", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_becomes_free_is_waited_for()
    {
        await using var bmc = new SimulatedBmc { Slots = 0 };
        await using var pool = new TestPool(options => options.Attempts = 20);
        var call = ReadAsync(pool, bmc);
        await Eventually.ThatAsync(() => bmc.Packets >= 3, Limit, "a session was asked for");

        bmc.Slots = 1;

        await call;
        Assert.Equal(1, bmc.SessionsOpened);
    }

    [Fact]
    public async Task A_privilege_level_that_the_user_has_not_is_refused_and_the_session_closed()
    {
        await using var bmc = new SimulatedBmc { MaximumPrivilege = PrivilegeLevel.Operator };
        await using var pool = new TestPool();

        await Assert.ThrowsAsync<BmcAuthenticationException>(() => ReadAsync(pool, bmc));

        Assert.Equal(0, bmc.OpenSessions);
    }

    [Fact]
    public async Task A_wrong_password_leaves_no_half_of_a_session()
    {
        await using var bmc = new SimulatedBmc { Password = "another" };
        await using var pool = new TestPool();

        await Assert.ThrowsAsync<BmcAuthenticationException>(() => ReadAsync(pool, bmc));
        var packets = bmc.Packets;
        await Assert.ThrowsAsync<BmcAuthenticationException>(() => ReadAsync(pool, bmc));

        Assert.Equal((0, 0, packets), (bmc.OpenSessions, bmc.SessionsOpened, bmc.Packets));
    }

    [Theory]
    [InlineData(0xC0)]
    [InlineData(0xD2)]
    public async Task A_busy_controller_is_asked_again(byte busy)
    {
        var asked = 0;
        await using var bmc = new SimulatedBmc { PowerIsOn = true, Answers = _ => ++asked < 3 ? [busy] : null };
        await using var pool = new TestPool(options => options.RetransmitAfter = TimeSpan.FromMilliseconds(150));

        Assert.Equal(PowerState.On, await ReadAsync(pool, bmc));
        Assert.Equal(3, asked);
    }

    [Theory]
    [InlineData(0xC0, ErrorClass.Retryable)]
    [InlineData(0xD4, ErrorClass.Authentication)]
    [InlineData(0xD5, ErrorClass.Precondition)]
    [InlineData(0xC1, ErrorClass.Permanent)]
    [InlineData(0xD3, ErrorClass.BmcUnreachable)]
    [InlineData(0x80, ErrorClass.Permanent)]
    public async Task Refusals_have_their_classes(byte code, ErrorClass expected)
    {
        await using var bmc = new SimulatedBmc { Answers = _ => [code] };
        await using var pool = new TestPool(options => options.RetransmitAfter = TimeSpan.FromMilliseconds(10));

        var exception = await Assert.ThrowsAnyAsync<DriverException>(() => ReadAsync(pool, bmc));

        Assert.Equal(expected, exception.Class);
        Assert.Contains($"0x{code:x2}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_too_short_is_a_failure_that_lasts()
    {
        await using var bmc = new SimulatedBmc { Answers = _ => [0] };
        await using var pool = new TestPool();

        await Assert.ThrowsAsync<PermanentFailureException>(() => ReadAsync(pool, bmc));
    }

    [Fact]
    public async Task Who_does_not_answer_is_left_alone_for_a_while()
    {
        await using var bmc = new SimulatedBmc { Loses = _ => true };
        await using var pool = new TestPool(options =>
        {
            options.RetransmitAfter = options.MaximumRetransmitAfter = TimeSpan.FromMilliseconds(10);
            options.CircuitThreshold = 2;
            options.CircuitPause = TimeSpan.FromMinutes(1);
        });

        for (var i = 0; i < 2; i++)
            await Assert.ThrowsAsync<BmcUnreachableException>(() => ReadAsync(pool, bmc));
        var packets = bmc.Packets;
        var exception = await Assert.ThrowsAsync<BmcUnreachableException>(() => ReadAsync(pool, bmc));

        Assert.Contains("asked again in", exception.Message, StringComparison.Ordinal);
        Assert.Equal(packets, bmc.Packets);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_let_go_and_the_next_is_served()
    {
        await using var bmc = new SimulatedBmc { PowerIsOn = true };
        await using var pool = new TestPool(options => options.RetransmitAfter = options.MaximumRetransmitAfter = TimeSpan.FromSeconds(30));
        await ReadAsync(pool, bmc);
        var sent = new TaskCompletionSource();
        bmc.Loses = _ => sent.TrySetResult();
        using var patience = new CancellationTokenSource();
        var call = pool.Power.GetPowerStateAsync(TestNodes.Create(bmc.Port), patience.Token).AsTask();
        await sent.Task.WaitAsync(Limit);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(PowerState.On, await ReadAsync(pool, bmc));
    }

    [Theory]
    [InlineData(true, "06 03")]
    [InlineData(false, "06 02")]
    public async Task A_reset_ends_the_session(bool warm, string expected)
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool();

        await pool.Vendor.BmcReset(TestNodes.Create(bmc.Port), CancellationToken.None, System.Text.Json.JsonElement.Parse(warm ? "true" : "false"));

        Assert.Equal(["06 01", expected], bmc.Commands);
        Assert.Equal(0, pool.Pool.SessionCount);
    }

    private static bool IsInSession(byte[] packet) => packet[4] == Rmcp.Format20 && (packet[5] & 0x40) != 0;

    private static byte[] Changed(byte[] packet)
    {
        var changed = (byte[])packet.Clone();
        changed[^1] ^= 0x10;
        return changed;
    }

    private static Task<PowerState> ReadAsync(TestPool pool, SimulatedBmc bmc, string more = "") =>
        pool.Power.GetPowerStateAsync(TestNodes.Create(bmc.Port, more: more), CancellationToken.None).AsTask();
}
