using Ironic.Driver.Sdk.Tests.Support;
using Microsoft.Extensions.Options;

namespace Ironic.Driver.Sdk.Tests.Registration;

/// <summary>An operator's mistakes are told at start.</summary>
public sealed class OptionsTests
{
    [Theory]
    [InlineData("--Driver:Url=tcp://127.0.0.1:0", "Driver:Url: 'tcp://127.0.0.1:0' is no address")]
    [InlineData("--Driver:Conductors:0=conductor:6390", "Driver:Conductors:0: 'conductor:6390' is no address")]
    [InlineData("--Driver:Conductors:0=unix:relative.sock", "Driver:Conductors:0: 'unix:relative.sock' needs an absolute path")]
    [InlineData("--Driver:Advertise=ftp://x", "Driver:Advertise: 'ftp://x' is no address")]
    [InlineData("--Driver:ConductorGroups:0=the edge", "Driver:ConductorGroups:0 has letters")]
    [InlineData("--Driver:DrainTimeout=-00:00:01", "Driver:DrainTimeout must not be negative")]
    [InlineData("--Driver:MaximumRegistrationBackoff=0", "Driver:MaximumRegistrationBackoff must be positive")]
    [InlineData("--Driver:Operations:Retention=0", "Driver:Operations:Retention")]
    [InlineData("--Driver:Operations:ResumeWindow=0", "Driver:Operations:ResumeWindow")]
    [InlineData("--Driver:Operations:MaximumOutcomes=0", "MaximumOutcomes")]
    [InlineData("--Driver:Operations:MaximumOutcomeBytes=0", "MaximumOutcomeBytes")]
    [InlineData("--Driver:Operations:MaximumFences=0", "MaximumFences")]
    public void A_setting_that_makes_no_sense_is_refused(string setting, string message) =>
        Assert.Contains(Validate(setting), failure => failure.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void A_driver_that_listens_everywhere_has_to_say_where_it_is()
    {
        Assert.Contains(Validate("--Driver:Url=http://*:0", "--Driver:Conductors:0=http://c:1"), failure => failure.Contains("Driver:Advertise has to say", StringComparison.Ordinal));
        Assert.Empty(Validate("--Driver:Url=http://*:0"));
        Assert.Empty(Validate("--Driver:Url=http://*:0", "--Driver:Conductors:0=http://c:1", "--Driver:Advertise=http://driver:0"));
    }

    [Fact]
    public void The_defaults_and_names_of_hosts_are_fine() =>
        Assert.Empty(Validate("--Driver:Conductors:0=http://conductor.example.org:6390", "--Driver:Conductors:1=unix:/run/conductor.sock"));

    [Fact]
    public void A_conductor_group_is_named_once() =>
        Assert.Equal(["Driver:ConductorGroups names a group twice"], Validate("--Driver:ConductorGroups:0=edge", "--Driver:ConductorGroups:1=Edge"));

    private static IEnumerable<string> Validate(params string[] args)
    {
        try
        {
            var (app, _, _) = DriverHost.Build(DriverHost.DeclareTestDriver, args);
            ((IDisposable)app).Dispose();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return exception.Failures;
        }
    }
}
