using Ironic.Driver.Sdk.Tests.Support;

namespace Ironic.Driver.Sdk.Tests.Services;

public sealed class ProbeTests
{
    [Fact]
    public async Task R030_the_probe_answers_while_everything_else_is_busy()
    {
        await using var host = await DriverHost.StartAsync();
        // An author's code may block, and each call then holds a thread.
        const int calls = 100;
        using var release = new ManualResetEventSlim();
        using var blocked = new CountdownEvent(calls);
        host.TestVendor.OnBlock = () =>
        {
            blocked.Signal();
            release.Wait();
        };
        var running = Enumerable.Range(0, calls).Select(i => host.Vendor.CallNodeMethodAsync(Requests.NodeMethod("block", operationId: $"op-{i}")).ResponseAsync).ToList();
        try
        {
            // The limit of the contract is a second; this is a machine with other work. Without threads in reserve it takes half a minute.
            var probe = await host.Driver.ProbeAsync(new V1.ProbeRequest(), deadline: DateTime.UtcNow.AddSeconds(10));
            Assert.True(probe.Ready);
            Assert.True(blocked.Wait(TimeSpan.FromSeconds(10)));
        }
        finally
        {
            release.Set();
        }

        await Task.WhenAll(running);
    }
}
