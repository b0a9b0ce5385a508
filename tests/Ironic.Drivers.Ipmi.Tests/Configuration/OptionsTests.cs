using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Configuration;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Ipmi.Tests.Configuration;

public sealed class OptionsTests
{
    [Theory]
    [InlineData("--Ipmi:CipherSuites:0=2", "Ipmi:CipherSuites: 2 is none of 17, 3")]
    [InlineData("--Ipmi:RetransmitAfter=00:00:05", "Ipmi:MaximumRetransmitAfter must not be below Ipmi:RetransmitAfter")]
    [InlineData("--Ipmi:CircuitPause=00:10:00", "Ipmi:MaximumCircuitPause must not be below Ipmi:CircuitPause")]
    [InlineData("--Ipmi:Attempts=0", "Attempts")]
    [InlineData("--Ipmi:SessionIdleTimeout=00:02:00", "SessionIdleTimeout")]
    public async Task A_setting_that_cannot_be_is_told_at_start(string setting, string expected)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => DriverTestHost.StartAsync(IpmiDriver.Configure, setting));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_are_valid() => Assert.True(new IpmiOptionsValidator().Validate(null, new IpmiOptions()).Succeeded);
}
