using Ironic.Conductor.Drivers;
using Ironic.Conductor.Ramdisks;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Tests.Ramdisks;

public sealed class AgentRecordTests
{
    [Fact]
    public void A_token_is_one_that_agents_take_and_only_it_is_right()
    {
        var node = new NodeRow { DriverInternalInfo = """{"big": 12345678901234567890, "a": {"b": 1.50}}""" };
        var record = AgentRecord.Read(node);
        Assert.False(record.HasToken);
        Assert.False(record.IsToken(""));

        var token = record.CreateToken();
        record.Write(node);

        Assert.Matches("^[A-Za-z0-9_-]{43}$", token);
        Assert.NotEqual(token, record.CreateToken());
        var stored = AgentRecord.Read(node);
        Assert.True(stored is { HasToken: true } && stored.IsToken(token));
        Assert.False(stored.IsToken(token[..^1]));
        Assert.Contains("12345678901234567890", node.DriverInternalInfo, StringComparison.Ordinal);
        Assert.Contains("1.50", node.DriverInternalInfo, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(""", "agent_secret_token_pregenerated": true""", true)]
    public void When_the_machine_is_off_only_a_token_of_the_image_stays(string more, bool stays)
    {
        var node = new NodeRow { DriverInternalInfo = $$"""{"agent_url": "https://x", "agent_verify_ca": "c", "agent_version": "9", "agent_secret_token": "t"{{more}}}""" };

        AgentRecord.Forget(node);

        var record = AgentRecord.Read(node);
        Assert.Equal((null, null, stays), (record.Url, record.VerifyCa, record.HasToken));
        Assert.Contains("agent_version", node.DriverInternalInfo, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_agent_nothing_is_rewritten()
    {
        var node = new NodeRow { DriverInternalInfo = """{"a":  1}""" };

        AgentRecord.Forget(node);

        Assert.Equal("""{"a":  1}""", node.DriverInternalInfo);
        Assert.Null(AgentRecord.WithoutToken(null));
    }

    [Fact]
    public void Drivers_are_not_told_the_token()
    {
        var node = new NodeRow { DriverInternalInfo = """{"agent_secret_token": "sesame", "agent_url": "https://x"}""" };

        Assert.Equal("""{"agent_url":"https://x"}""", NodeContexts.From(node).DriverInternalInfo.Text);
    }
}
