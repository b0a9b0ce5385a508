using Ironic.Driver.Sdk;
using Ironic.Driver.V1;
using Ironic.Types.V1;

namespace Company.Driver.Tests;

/// <summary>The vendor methods, called as a conductor calls them.</summary>
public sealed class VendorTests : IAsyncLifetime
{
    private SimulatedController _controller = null!;
    private DriverTestHost _driver = null!;

    public async Task InitializeAsync()
    {
        _controller = await SimulatedController.StartAsync();
        _driver = await DriverTestHost.StartAsync(CompanyHwDriver.Declare);
    }

    public async Task DisposeAsync()
    {
        await _driver.DisposeAsync();
        await _controller.DisposeAsync();
    }

    [Fact]
    public async Task Identify_lights_the_led()
    {
        Assert.Equal("""{"seconds":30}""", await IdentifyAsync("""{"seconds": 30}"""));
        Assert.Equal("30", _controller.Find("settings/identify"));
    }

    [Fact]
    public async Task Identify_refuses_what_the_controller_cannot_count()
    {
        var refused = await Assert.ThrowsAsync<Grpc.Core.RpcException>(() => IdentifyAsync("""{"seconds": 256}"""));
        Assert.Equal(("seconds must be 0 to 255.", Grpc.Core.StatusCode.InvalidArgument), (refused.Status.Detail, refused.StatusCode));
        Assert.Null(_controller.Find("settings/identify"));
    }

    private async Task<string> IdentifyAsync(string parameters)
    {
        var vendor = new VendorPassthruService.VendorPassthruServiceClient(_driver.Channel);
        var answer = await vendor.CallNodeMethodAsync(new CallNodeMethodRequest
        {
            Context = new CallContext { OperationId = Guid.NewGuid().ToString() },
            Node = new Ironic.Driver.V1.NodeContext
            {
                Uuid = Guid.NewGuid().ToString(),
                Driver = "company-hw",
                DriverInfo = new Json { Text = $$"""{"company_hw_address": "{{_controller.Address}}", "company_hw_password": "{{SimulatedController.Password}}"}""" },
            },
            Call = new Ironic.Driver.V1.VendorCall { Interface = "company-hw", Method = "identify", HttpMethod = "POST", Parameters = new Json { Text = parameters } },
        });
        return answer.Result.Json.Text;
    }
}
