using Grpc.Core;
using Ironic.Driver.Sdk;
using Ironic.Types.V1;
using Microsoft.Extensions.DependencyInjection;
using V1 = Ironic.Driver.V1;

namespace Ironic.Drivers.Example.Tests;

/// <summary>The driver as a conductor sees it: over gRPC, by the contract.</summary>
public sealed class ExampleDriverTests : IAsyncLifetime
{
    private const string Node = "1be26c0b-03f2-4d2e-ae87-c02d7f33c123";

    private DriverTestHost _host = null!;
    private V1.VendorPassthruService.VendorPassthruServiceClient _vendor = null!;

    public async Task InitializeAsync()
    {
        _host = await DriverTestHost.StartAsync(driver =>
        {
            driver.Name = "example";
            driver.Services.AddSingleton<ExampleMachines>();
            driver.AddHardwareType<ExampleHardware>();
            driver.AddInterface<ExamplePower>("example");
            driver.AddInterface<ExampleManagement>("example");
            driver.AddInterface<ExampleVendor>("example");
        });
        _vendor = new V1.VendorPassthruService.VendorPassthruServiceClient(_host.Channel);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task It_says_what_it_offers()
    {
        var info = (await new V1.DriverService.DriverServiceClient(_host.Channel).GetInfoAsync(new V1.GetInfoRequest())).Info;

        Assert.Equal("example", Assert.Single(info.HardwareTypes).Name);
        var vendor = info.Interfaces.Single(implementation => implementation.Type == V1.InterfaceType.Vendor);
        Assert.Equal(["send_raw", "sent_raw"], vendor.NodeMethods.Select(method => method.Name).Order(StringComparer.Ordinal));
        Assert.Equal("authentication_types", Assert.Single(vendor.DriverMethods).Name);
    }

    [Fact]
    public async Task A_repeated_operation_is_done_once()
    {
        await SendRawAsync("operation-1", epoch: 1, "0x01");
        await SendRawAsync("operation-1", epoch: 1, "0x01");
        await SendRawAsync("operation-2", epoch: 1, "0x02");

        Assert.Equal("""{"sent":["01","02"]}""", await SentRawAsync());
    }

    [Fact]
    public async Task Who_has_lost_the_node_sends_nothing()
    {
        await SendRawAsync("operation-1", epoch: 2, "0x01");

        var refused = await Assert.ThrowsAsync<RpcException>(() => SendRawAsync("operation-2", epoch: 1, "0x02"));

        Assert.Equal(StatusCode.Aborted, refused.StatusCode);
        Assert.Equal("""{"sent":["01"]}""", await SentRawAsync());
    }

    private async Task SendRawAsync(string operation, ulong epoch, string bytes) => await _vendor.CallNodeMethodAsync(new V1.CallNodeMethodRequest
    {
        Context = new V1.CallContext { OperationId = operation, Epoch = epoch },
        Node = new V1.NodeContext { Uuid = Node },
        Call = new V1.VendorCall { Interface = "example", Method = "send_raw", HttpMethod = "POST", Parameters = new Json { Text = $$"""{"raw_bytes": "{{bytes}}"}""" } },
    });

    private async Task<string> SentRawAsync() => (await _vendor.CallNodeMethodAsync(new V1.CallNodeMethodRequest
    {
        Node = new V1.NodeContext { Uuid = Node },
        Call = new V1.VendorCall { Interface = "example", Method = "sent_raw", HttpMethod = "GET" },
    })).Result.Json.Text;
}
