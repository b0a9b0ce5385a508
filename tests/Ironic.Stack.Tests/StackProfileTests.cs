using Ironic.Testing;

namespace Ironic.Stack.Tests;

public sealed class StackProfileTests : IDisposable
{
    private readonly TestDirectory _directory = new("profile");

    [Fact]
    public void The_narrower_group_wins()
    {
        var profile = Load("""
            {
              "all": { "A": { "X": "all", "Y": "all", "Z": "all" } },
              "driver": { "A": { "Y": "driver", "Z": "driver" } },
              "driver-fake": { "a": { "z": "driver-fake" } }
            }
            """);

        var settings = profile.GetSettings(ProcessKind.Driver, "driver-fake");

        Assert.Equal("all", settings["A:X"]);
        Assert.Equal("driver", settings["A:Y"]);
        Assert.Equal("driver-fake", settings["A:Z"]);
        Assert.Equal("all", profile.GetSettings(ProcessKind.Api, "api")["A:Z"]);
    }

    [Fact]
    public void Values_become_what_the_configuration_reads()
    {
        var settings = Load("""{ "api": { "S": { "Flag": false, "Number": 1.5, "List": ["a", { "B": 2 }] } } }""").GetSettings(ProcessKind.Api, "api");

        Assert.Equal("false", settings["S:Flag"]);
        Assert.Equal("1.5", settings["S:Number"]);
        Assert.Equal("a", settings["S:List:0"]);
        Assert.Equal("2", settings["S:List:1:B"]);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{ "api": { "A": null } }""")]
    public void A_malformed_file_is_refused_by_its_name(string text) =>
        Assert.Contains("profile.json", Assert.Throws<StackException>(() => Load(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_group_for_no_process_is_refused()
    {
        var options = StandInStack.Options(_directory) with { Profile = StackProfile.Empty.With("driver-fike", "A:B", "1") };

        Assert.Contains("driver-fike", Assert.Throws<StackException>(() => IronicStack.Create(options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("golden")]
    public void The_profiles_of_the_repository_can_be_read(string name) => Assert.NotNull(StackProfile.LoadNamed(name));

    [Fact]
    public void An_unknown_profile_is_refused_with_those_that_exist() =>
        Assert.Equal("there is no profile nosuch; there are: default, golden", Assert.Throws<StackException>(() => StackProfile.LoadNamed("nosuch")).Message);

    public void Dispose() => _directory.Dispose();

    private StackProfile Load(string json)
    {
        var path = _directory.Combine("profile.json");
        File.WriteAllText(path, json);
        return StackProfile.Load(path);
    }
}
