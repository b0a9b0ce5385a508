using Ironic.Driver.Sdk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Ironic.Driver.Sdk.Tests.Services;

public sealed class ConsoleServiceTests : IAsyncLifetime
{
    private DriverHost _host = null!;

    private TestConsole Console => _host.App.Services.GetRequiredService<TestConsole>();

    public async Task InitializeAsync() => _host = await FullDriver.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_console_is_started_and_stopped()
    {
        await _host.Console.StartConsoleAsync(new V1.StartConsoleRequest { Context = Requests.Context("op-1"), Node = Requests.NodeContext(), Interface = "test" });
        Assert.True(Console.IsStarted);

        await _host.Console.StopConsoleAsync(new V1.StopConsoleRequest { Context = Requests.Context("op-2"), Node = Requests.NodeContext(), Interface = "test" });
        Assert.False(Console.IsStarted);
    }

    [Fact]
    public async Task Its_address_is_told()
    {
        var address = await GetAsync();
        Assert.Equal(("socat", "tcp://127.0.0.1:8023"), (address.Type, address.Url));

        Console.Address = new ConsoleAddress(null, null);
        address = await GetAsync();
        Assert.Equal((false, false), (address.HasType, address.HasUrl));
    }

    [Fact]
    public async Task R051_switching_needs_an_operation_id()
    {
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, async () => await _host.Console.StartConsoleAsync(
            new V1.StartConsoleRequest { Context = Requests.Context(), Node = Requests.NodeContext(), Interface = "test" }));
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, async () => await _host.Console.StopConsoleAsync(
            new V1.StopConsoleRequest { Context = Requests.Context(), Node = Requests.NodeContext(), Interface = "test" }));
        Assert.False(Console.IsStarted);
    }

    private async Task<V1.GetConsoleResponse> GetAsync() =>
        await _host.Console.GetConsoleAsync(new V1.GetConsoleRequest { Node = Requests.NodeContext(), Interface = "test" });
}
