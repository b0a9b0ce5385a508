using Grpc.Net.Client;
using Ironic.Driver.V1;
using Ironic.Stack;
using Ironic.Testing;
using Ironic.Testing.Stack;

namespace Ironic.Conformance.Tests;

/// <summary>A driver of this repository as a process that registers nowhere.</summary>
internal sealed class DriverProcess : IAsyncDisposable
{
    private readonly ServerProcessOptions _options;
    private ServerProcess _process;

    private DriverProcess(ServerProcessOptions options, ServerProcess process, Uri url) => (_options, _process, Url) = (options, process, url);

    public Uri Url { get; }

    public static async Task<DriverProcess> StartAsync(string name, params string[] settings)
    {
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var options = new ServerProcessOptions("dotnet", [StackPrograms.FromRepository().Drivers[name], $"--Driver:Url={url.OriginalString}", .. settings]) { Name = name };
        var driver = new DriverProcess(options, await ServerProcess.StartAsync(options), url);
        try
        {
            await driver.WaitAsync();
            return driver;
        }
        catch
        {
            await driver.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Kills it and starts it again.</summary>
    public async Task RestartAsync()
    {
        await _process.KillAsync();
        await _process.DisposeAsync();
        _process = await ServerProcess.StartAsync(_options);
        await WaitAsync();
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task WaitAsync()
    {
        using var channel = GrpcChannel.ForAddress(Url);
        var probe = new DriverService.DriverServiceClient(channel);
        await Eventually.SucceedsAsync(() => probe.ProbeAsync(new ProbeRequest(), deadline: DateTime.UtcNow.AddSeconds(5)).ResponseAsync, TestStack.Limit, "the driver answers");
    }
}
