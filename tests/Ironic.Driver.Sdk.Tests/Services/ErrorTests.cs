using System.Text;
using Grpc.Core;
using Ironic.Driver.Sdk.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Ironic.Driver.Sdk.Tests.Services;

/// <summary>SPEC.md 6: failures have a class, and say nothing secret.</summary>
public sealed class ErrorTests : IAsyncLifetime
{
    private DriverHost _host = null!;

    public async Task InitializeAsync() => _host = await DriverHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public static TheoryData<string, V1.ErrorClass> Exceptions => new()
    {
        { nameof(InvalidParameterException), V1.ErrorClass.InvalidParameter },
        { nameof(MissingParameterException), V1.ErrorClass.MissingParameter },
        { nameof(UnsupportedOperationException), V1.ErrorClass.Unsupported },
        { nameof(RetryableException), V1.ErrorClass.Retryable },
        { nameof(BmcUnreachableException), V1.ErrorClass.BmcUnreachable },
        { nameof(BmcAuthenticationException), V1.ErrorClass.Authentication },
        { nameof(HardwarePreconditionException), V1.ErrorClass.Precondition },
        { nameof(PermanentFailureException), V1.ErrorClass.Permanent },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public async Task R090_each_exception_travels_with_its_class_and_message(string name, V1.ErrorClass expected)
    {
        var type = typeof(DriverException).Assembly.GetType($"Ironic.Driver.Sdk.{name}", throwOnError: true)!;
        var thrown = (Exception)Activator.CreateInstance(type, "Schläft 💤", null)!;
        _host.TestPower.OnGet = (_, _) => throw thrown;
        _host.TestPower.OnSet = (_, _, _, _, _) => throw thrown;
        _host.TestVendor.OnRun = (_, _, _) => throw thrown;

        var read = await Failures.FailsAsync(expected, async () => await _host.Power.GetPowerStateAsync(Requests.GetPower()));
        var streamed = await Failures.FailsAsync(expected, async () =>
        {
            using var call = _host.Power.SetPowerState(Requests.SetPower("op-1"));
            await call.ResponseStream.MoveNext();
        });
        var changed = await Failures.FailsAsync(expected, () => _host.Run("op-2").ResponseAsync);
        Assert.Equal(["Schläft 💤", "Schläft 💤", "Schläft 💤"], new[] { read, streamed, changed }.Select(failure => failure.Status.Detail));
    }

    [Fact]
    public async Task R090_any_other_exception_is_a_defect_of_the_driver_and_logged_as_such()
    {
        _host.TestVendor.OnRun = (_, _, _) => throw new InvalidOperationException("sequence contains no elements");
        var exception = await Failures.FailsAsync(V1.ErrorClass.Internal, () => _host.Run("op-1").ResponseAsync);
        Assert.Equal("InvalidOperationException: sequence contains no elements", exception.Status.Detail);
        var line = Assert.Single(_host.Logs.Lines, line => line.Level == LogLevel.Error);
        Assert.Contains(nameof(ErrorTests), line.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task R090_a_cancellation_that_nobody_asked_for_is_a_defect_too()
    {
        _host.TestVendor.OnRun = (_, _, _) => throw new TaskCanceledException("the HTTP client gave up");
        await Failures.FailsAsync(V1.ErrorClass.Internal, () => _host.Run("op-1").ResponseAsync);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("ü")]
    [InlineData("💤")]
    public async Task R091_a_message_has_at_most_4096_characters(string character)
    {
        _host.TestVendor.OnRun = (_, _, _) => throw new PermanentFailureException("+" + string.Concat(Enumerable.Repeat(character, 10_000)));
        var exception = await Failures.FailsAsync(V1.ErrorClass.Permanent, () => _host.Run("op-1").ResponseAsync);
        Assert.InRange(exception.Status.Detail.Length, 4_090, 4_096);
        Assert.EndsWith($"{character}...", exception.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hunter2")]
    [InlineData("p\"q\\r<s>")]
    [InlineData("ünter zwei/&")]
    public async Task R042_R091_secrets_are_masked_wherever_a_text_leaves_the_driver(string secret)
    {
        var info = new System.Text.Json.Nodes.JsonObject { ["test_address"] = "10.0.0.1", ["admin_password"] = secret, ["test_community"] = $"c-{secret}" }.ToJsonString();
        _host.TestPower.OnSet = (node, _, _, progress, _) =>
        {
            progress.Report($"Logging in with {secret} at {node.DriverInfo.Require<string>("test_address")}");
            throw new BmcAuthenticationException($"10.0.0.1 refused {secret}, c-{secret}, {Uri.EscapeDataString(secret)} and {info}");
        };
        _host.TestPower.OnGet = (_, _) => throw new InvalidOperationException($"defect {secret}", new IOException(secret));

        var request = Requests.SetPower("op-1");
        request.Node.DriverInfo.Text = info;
        using var call = _host.Power.SetPowerState(request);
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal("Logging in with ****** at 10.0.0.1", call.ResponseStream.Current.Progress.Message);
        var refused = await Failures.FailsAsync(V1.ErrorClass.Authentication, () => call.ResponseStream.MoveNext());
        Assert.Equal(
            """10.0.0.1 refused ******, ******, ****** and {"test_address":"10.0.0.1","admin_password":"******","test_community":"******"}""", refused.Status.Detail);

        var read = Requests.GetPower();
        read.Node.DriverInfo.Text = info;
        var defect = await Failures.FailsAsync(V1.ErrorClass.Internal, async () => await _host.Power.GetPowerStateAsync(read));
        Assert.Equal("InvalidOperationException: defect ******", defect.Status.Detail);
        Assert.Contains(_host.Logs.Lines, line => line.Text.Contains("defect ******", StringComparison.Ordinal));
        Assert.DoesNotContain(_host.Logs.Lines, line => line.Text.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(secret, Encoding.UTF8.GetString(refused.Trailers.GetValueBytes("grpc-status-details-bin")!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task R042_the_parameters_of_vendor_methods_may_be_secret_too()
    {
        _host.TestVendor.OnRun = (_, body, _) => throw new PermanentFailureException($"Cannot log in with {body.ToJsonString()}");
        var exception = await Failures.FailsAsync(
            V1.ErrorClass.Permanent,
            () => _host.Run("op-1", body: """{"user": "root", "login": {"Password": "hunter2", "pins": [1]}, "auth_token": 4711, "secrets": ["a1b2", {"x": "c3d4"}]}""").ResponseAsync);
        Assert.Equal(
            """Cannot log in with {"user":"root","login":{"Password":"******","pins":[1]},"auth_token":******,"secrets":["******",{"x":"******"}]}""",
            exception.Status.Detail);
    }
}
