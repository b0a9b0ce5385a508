using System.Net;
using System.Net.Sockets;

namespace Ironic.Testing.Tests;

public sealed class IsolationTests
{
    [Fact]
    public void Directories_are_distinct_empty_and_gone_after_dispose()
    {
        using var other = new TestDirectory();
        var directory = new TestDirectory("mine");
        Assert.NotEqual(other.FullName, directory.FullName);
        Assert.Empty(Directory.GetFileSystemEntries(directory.FullName));

        Directory.CreateDirectory(directory.Combine("a", "b"));
        File.WriteAllText(directory.Combine("a", "b", "file"), "text");
        directory.Dispose();
        Assert.False(Directory.Exists(directory.FullName));
        directory.Dispose();
    }

    [Fact]
    public async Task Ports_are_distinct_also_when_many_ask_at_once()
    {
        var ports = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(FreePort.Next)));
        Assert.Equal(200, ports.Distinct().Count());
    }

    [Fact]
    public void A_port_can_be_listened_on()
    {
        using var listener = new TcpListener(IPAddress.Loopback, FreePort.Next());
        listener.Start();
        Assert.True(listener.Server.IsBound);
    }

    [Fact]
    public void A_missing_program_fails_with_the_sentence_that_helps()
    {
        var failure = Assert.Throws<ProgramNotFoundException>(() => Programs.Find("no-such-program"));
        Assert.Contains("no-such-program is not installed. Run tools/test", failure.Message, StringComparison.Ordinal);
    }
}
