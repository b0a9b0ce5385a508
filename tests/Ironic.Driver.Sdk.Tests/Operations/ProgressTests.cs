using System.Text.Json.Nodes;
using Grpc.Core;
using Ironic.Driver.Sdk.Tests.Support;

namespace Ironic.Driver.Sdk.Tests.Operations;

/// <summary>SPEC.md 5.3: long operations tell how far they have got, and can be taken up again.</summary>
public sealed class ProgressTests : IAsyncLifetime
{
    private DriverHost _host = null!;

    public async Task InitializeAsync() => _host = await DriverHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task R070_R071_messages_count_from_one_and_the_last_one_alone_completes()
    {
        _host.TestPower.OnSet = (_, _, _, progress, _) =>
        {
            progress.Report("first");
            progress.Report("second", percent: 50, new JsonObject { ["lastPort"] = 7, ["gone"] = null });
            return Task.FromResult(PowerState.On);
        };
        var messages = await SetPowerAsync();

        Assert.Equal([1, 2, 3], messages.Select(message => (int)message.Progress.Sequence));
        Assert.Equal([false, false, true], messages.Select(message => message.Progress.Completed));
        Assert.Equal([V1.PowerState.Unspecified, V1.PowerState.Unspecified, V1.PowerState.On], messages.Select(message => message.State));
        Assert.Equal(("first", false), (messages[0].Progress.Message, messages[0].Progress.HasPercent));
        Assert.Equal(("second", 50u), (messages[1].Progress.Message, messages[1].Progress.Percent));
        Assert.Equal("""{"lastPort":7,"gone":null}""", messages[1].Progress.DriverInternalInfo.Text);
    }

    [Fact]
    public async Task R071_an_operation_that_reports_nothing_completes_with_its_first_message()
    {
        var message = Assert.Single(await SetPowerAsync());
        Assert.Equal((1ul, true, V1.PowerState.On), (message.Progress.Sequence, message.Progress.Completed, message.State));
    }

    [Fact]
    public async Task R071_a_failure_ends_the_stream_after_what_was_reported()
    {
        _host.TestPower.OnSet = (_, _, _, progress, _) =>
        {
            progress.Report("trying");
            throw new BmcUnreachableException("no answer");
        };
        using var call = _host.Power.SetPowerState(Requests.SetPower("op-1"));
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal("trying", call.ResponseStream.Current.Progress.Message);
        await Failures.FailsAsync(V1.ErrorClass.BmcUnreachable, () => call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task R070_progress_arrives_while_the_operation_runs()
    {
        var gate = new Gate();
        _host.TestPower.OnSet = async (_, _, _, progress, cancellationToken) =>
        {
            progress.Report("before");
            await gate.PassAsync(cancellationToken);
            progress.Report("after");
            return PowerState.On;
        };
        using var call = _host.Power.SetPowerState(Requests.SetPower("op-1"));
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal("before", call.ResponseStream.Current.Progress.Message);
        gate.Open();
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal("after", call.ResponseStream.Current.Progress.Message);
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.True(call.ResponseStream.Current.Progress.Completed);
    }

    [Fact]
    public async Task R072_a_stream_whose_connection_broke_is_taken_up_after_the_last_message()
    {
        var gate = new Gate();
        _host.TestPower.OnSet = async (_, _, _, progress, cancellationToken) =>
        {
            progress.Report("one");
            progress.Report("two");
            await gate.PassAsync(cancellationToken);
            progress.Report("three");
            return PowerState.On;
        };
        using (var channel = new BreakableChannel(_host.Url))
        {
            using var call = channel.Power.SetPowerState(Requests.SetPower("op-1"));
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal("one", call.ResponseStream.Current.Progress.Message);
            await gate.Entered;
            channel.Break();
            await Assert.ThrowsAsync<RpcException>(async () =>
            {
                while (await call.ResponseStream.MoveNext())
                {
                }
            });
        }

        using var again = _host.Power.SetPowerState(Requests.SetPower("op-1", resumeAfter: 1));
        Assert.True(await again.ResponseStream.MoveNext());
        Assert.Equal((2ul, "two"), (again.ResponseStream.Current.Progress.Sequence, again.ResponseStream.Current.Progress.Message));
        gate.Open();
        Assert.True(await again.ResponseStream.MoveNext());
        Assert.Equal("three", again.ResponseStream.Current.Progress.Message);
        Assert.True(await again.ResponseStream.MoveNext());
        Assert.True(again.ResponseStream.Current.Progress.Completed);
        Assert.Equal(1, gate.Count);
    }

    [Theory]
    [InlineData(0ul, 3)]
    [InlineData(1ul, 2)]
    [InlineData(2ul, 1)]
    [InlineData(3ul, 1)]
    [InlineData(99ul, 1)]
    public async Task R072_after_the_end_the_rest_is_told_and_the_last_message_in_any_case(ulong resumeAfter, int expected)
    {
        _host.TestPower.OnSet = (_, _, _, progress, _) =>
        {
            progress.Report("one");
            progress.Report("two");
            return Task.FromResult(PowerState.On);
        };
        await SetPowerAsync();
        var messages = await SetPowerAsync(resumeAfter);
        Assert.Equal(expected, messages.Count);
        Assert.Equal((3ul, true, V1.PowerState.On), (messages[^1].Progress.Sequence, messages[^1].Progress.Completed, messages[^1].State));
    }

    [Fact]
    public async Task R073_only_old_messages_without_changes_are_dropped()
    {
        _host.TestPower.OnSet = (_, _, _, progress, _) =>
        {
            for (var i = 1; i <= 1_500; i++)
                progress.Report($"{i}", driverInternalInfo: i == 3 ? new JsonObject { ["kept"] = true } : null);
            return Task.FromResult(PowerState.On);
        };
        await SetPowerAsync();
        var messages = await SetPowerAsync();
        Assert.Equal(1_001, messages.Count);
        Assert.Equal([3, 502, 503], messages.Take(3).Select(message => (int)message.Progress.Sequence));
        Assert.Equal(1_501ul, messages[^1].Progress.Sequence);
    }

    [Fact]
    public async Task R070_no_message_is_lost_between_the_last_report_and_the_end()
    {
        _host.TestPower.OnSet = async (_, _, _, progress, _) =>
        {
            for (var i = 1; i <= 20; i++)
            {
                progress.Report($"{i}");
                await Task.Yield();
            }

            return PowerState.On;
        };
        for (var round = 0; round < 100; round++)
        {
            var messages = await SetPowerAsync(operationId: $"op-{round}");
            Assert.Equal(Enumerable.Range(1, 21), messages.Select(message => (int)message.Progress.Sequence));
        }
    }

    [Fact]
    public async Task R074_with_a_timeout_the_driver_gives_up_in_time()
    {
        var gate = new Gate();
        TimeSpan? given = null;
        _host.TestPower.OnSet = async (_, _, timeout, _, cancellationToken) =>
        {
            given = timeout;
            await gate.PassAsync(cancellationToken);
            return PowerState.On;
        };
        using var call = _host.Power.SetPowerState(Requests.SetPower("op-1", timeout: TimeSpan.FromSeconds(90)));
        await gate.Entered;
        Assert.Equal(TimeSpan.FromSeconds(90), given);
        _host.Time.Advance(TimeSpan.FromSeconds(90));
        var exception = await Failures.FailsAsync(V1.ErrorClass.Retryable, () => call.ResponseStream.MoveNext());
        Assert.Equal("The power target 'on' was not reached within 90 seconds.", exception.Status.Detail);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(1, -1)]
    [InlineData(1, 1_000_000_000)]
    public async Task R074_a_timeout_that_is_none_is_refused(long seconds, int nanos)
    {
        var request = Requests.SetPower("op-1");
        request.Timeout = new Google.Protobuf.WellKnownTypes.Duration { Seconds = seconds, Nanos = nanos };
        using var call = _host.Power.SetPowerState(request);
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, () => call.ResponseStream.MoveNext());
    }

    [Theory]
    [InlineData(365L * 24 * 3600)]
    [InlineData(315_576_000_000)]
    [InlineData(long.MaxValue)]
    public async Task R074_a_timeout_of_years_is_one(long seconds)
    {
        var request = Requests.SetPower("op-1");
        request.Timeout = new Google.Protobuf.WellKnownTypes.Duration { Seconds = seconds };
        using var call = _host.Power.SetPowerState(request);
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.True(call.ResponseStream.Current.Progress.Completed);
    }

    private async Task<List<V1.SetPowerStateResponse>> SetPowerAsync(ulong resumeAfter = 0, string operationId = "op-1")
    {
        using var call = _host.Power.SetPowerState(Requests.SetPower(operationId, resumeAfter: resumeAfter));
        var messages = new List<V1.SetPowerStateResponse>();
        while (await call.ResponseStream.MoveNext())
            messages.Add(call.ResponseStream.Current);
        return messages;
    }
}
