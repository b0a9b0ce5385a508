using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Machines;
using Ironic.Drivers.Redfish.Tests.Support;
using Ironic.Testing;
using V1 = Ironic.Driver.V1;

namespace Ironic.Drivers.Redfish.Tests.Sim;

/// <summary>Whose certificates are trusted.</summary>
public sealed class TlsTests : IAsyncLifetime
{
    private readonly TestDirectory _directory = new("redfish-tls");
    private TestDriver _driver = null!;

    public async Task InitializeAsync()
    {
        _driver = await TestDriver.StartAsync(new FleetOptions { RedfishServers = 1, Https = true, Timings = MachineTimings.None }, "--Redfish:Attempts=1");
        await File.WriteAllTextAsync(Path.Combine(_directory.FullName, "bmc.pem"), _driver.Fleet.CertificatePem);
    }

    public async Task DisposeAsync()
    {
        await _driver.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task One_that_nobody_vouches_for_is_not()
    {
        var (kind, message) = await TestDriver.FailAsync(() => _driver.ReadPowerAsync());

        Assert.Equal("PERMANENT", kind);
        Assert.Contains("not trusted", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("false", "")]
    [InlineData("\"False\"", "")]
    [InlineData("\"{0}/bmc.pem\"", "")]
    [InlineData("\"{0}\"", "")]
    [InlineData("\"{0}\"", ", \"redfish_tls_minimum_version\": \"1.2\"")]
    [InlineData("\"{0}\"", ", \"redfish_tls_minimum_version\": \"1.3\"")]
    [InlineData("\"{0}\"", ", \"redfish_tls_ciphers\": \"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:TLS_AES_256_GCM_SHA384\"")]
    public async Task One_that_the_operator_vouches_for_is(string verify, string more)
    {
        var node = _driver.Node($"\"redfish_verify_ca\": {verify.Replace("{0}", _directory.FullName, StringComparison.Ordinal)}{more}");

        Assert.Equal(V1.PowerState.Off, await _driver.ReadPowerAsync(node));
    }

    [Fact]
    public async Task A_file_without_certificates_is_told()
    {
        var file = Path.Combine(_directory.FullName, "empty.txt");
        await File.WriteAllTextAsync(file, "nothing");

        Assert.Equal("INVALID_PARAMETER", (await TestDriver.FailAsync(() => _driver.ReadPowerAsync(_driver.Node($"\"redfish_verify_ca\": \"{file}\"")))).Class);
    }
}
