using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Tests.Configuration;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("--Redfish:CircuitPause=00:10:00", "Redfish:MaximumCircuitPause must not be below Redfish:CircuitPause")]
    [InlineData("--Redfish:ConnectTimeout=00:05:00", "Redfish:ConnectTimeout must not be above Redfish:RequestTimeout")]
    [InlineData("--Redfish:AuthType=7", "Redfish:AuthType must be Auto, Basic or Session")]
    [InlineData("--Redfish:Attempts=0", "Attempts")]
    [InlineData("--Redfish:MaximumResponseBytes=10", "MaximumResponseBytes")]
    public async Task A_setting_that_cannot_be_is_told_at_start(string setting, string expected)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => DriverTestHost.StartAsync(RedfishDriver.Configure, setting));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_are_valid() => Assert.True(new RedfishOptionsValidator().Validate(null, new RedfishOptions()).Succeeded);
}
