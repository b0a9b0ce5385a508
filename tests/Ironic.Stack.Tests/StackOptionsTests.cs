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

    private static void Validate(StackOptions options) => options.Validate(StandInStack.Programs);
}
