namespace Ironic.Stack.Tests;

public sealed class StackOptionsTests
{
    private static readonly StackOptions Valid = new() { DataDirectory = "data" };

    [Theory]
    [InlineData(null, null)]
    [InlineData("Host=x", null)]
    [InlineData(null, "x:1")]
    public void More_than_one_conductor_needs_postgresql_and_redis(string? postgres, string? redis)
    {
        var error = Assert.Throws<StackException>(() => Validate(Valid with { Conductors = 2, Postgres = postgres, Redis = redis }));

        Assert.Contains("needs PostgreSQL and Redis", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_both_there_may_be_several() => Validate(Valid with { Conductors = 3, Postgres = "Host=x", Redis = "x:1" });

    [Fact]
    public void An_unknown_driver_is_refused_with_those_that_exist()
    {
        var error = Assert.Throws<StackException>(() => Validate(Valid with { Drivers = ["nosuch"] }));

        Assert.Equal("there is no driver nosuch; there are: example, fake, other", error.Message);
    }

    [Fact]
    public void Other_contradictions_are_refused()
    {
        Assert.Throws<StackException>(() => Validate(Valid with { Conductors = 0 }));
        Assert.Throws<StackException>(() => Validate(Valid with { Drivers = ["fake", "FAKE"] }));
        Assert.Throws<StackException>(() => Validate(Valid with { RestPort = 5, GrpcPort = 5 }));
        Assert.Throws<StackException>(() => Validate(Valid with { RestPort = 70000 }));
    }

    [Theory]
    [InlineData(7001, "gRPC and conductor-1 cannot share the port 7001")]
    [InlineData(65535, "65536 is no port for conductor-2; ports are 0 to 65535")]
    [InlineData(6999, "REST and conductor-2 cannot share the port 7000")]
    public void Conductors_have_the_ports_from_the_first_one_on_to_themselves(int conductorPort, string message)
    {
        var options = Valid with { RestPort = 7000, GrpcPort = 7001, Conductors = 2, ConductorPort = conductorPort, Postgres = "Host=x", Redis = "x:1" };

        Assert.Equal(message, Assert.Throws<StackException>(() => Validate(options)).Message);
    }

    private static void Validate(StackOptions options) => options.Validate(StandInStack.Programs);
}
