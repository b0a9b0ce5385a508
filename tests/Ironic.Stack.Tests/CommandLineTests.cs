namespace Ironic.Stack.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void Nothing_asked_for_is_the_embedded_default()
    {
        var (options, strict) = CommandLine.Parse([]);

        Assert.Equal((6385, 6386, 0, 1), (options.RestPort, options.GrpcPort, options.ConductorPort, options.Conductors));
        Assert.Equal(["fake", "example"], options.Drivers);
        Assert.Null(options.Postgres);
        Assert.Null(options.Redis);
        Assert.False(strict);
        Assert.EndsWith(Path.Combine("data", "6385"), options.DataDirectory, StringComparison.Ordinal);
        Assert.Contains(Path.Combine("bin", "Debug"), CommandLine.Parse([]).Options.Programs!.Api.Replace("Release", "Debug", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_is_understood()
    {
        var (options, strict) = CommandLine.Parse(
        [
            "--port", "7000", "--grpc-port", "7005", "--conductor-port", "7010", "--data", "/d", "--postgres", "Host=x", "--redis", "x:1", "--conductors", "2", "--drivers", "fake, example",
            "--profile", "golden", "--strict", "--release", "--no-build",
        ]);

        Assert.Equal((7000, 7005, 7010, 2), (options.RestPort, options.GrpcPort, options.ConductorPort, options.Conductors));
        Assert.Equal(("/d", "Host=x", "x:1"), (options.DataDirectory, options.Postgres, options.Redis));
        Assert.Equal(["fake", "example"], options.Drivers);
        Assert.Contains(Path.Combine("bin", "Release"), options.Programs!.Conductor, StringComparison.Ordinal);
        Assert.True(strict);
    }

    [Fact]
    public void The_grpc_port_follows_the_rest_port()
    {
        Assert.Equal(7001, CommandLine.Parse(["--port", "7000"]).Options.GrpcPort);
        Assert.Equal(0, CommandLine.Parse(["--port", "0"]).Options.GrpcPort);
    }

    [Theory]
    [InlineData("--nosuch")]
    [InlineData("--port")]
    [InlineData("--port", "x")]
    [InlineData("--conductors", "-1")]
    public void A_wrong_argument_is_refused_by_name(params string[] args) =>
        Assert.Contains(args[0], Assert.Throws<StackException>(() => CommandLine.Parse(args)).Message, StringComparison.Ordinal);
}
