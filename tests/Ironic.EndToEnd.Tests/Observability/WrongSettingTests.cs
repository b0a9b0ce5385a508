using Ironic.Stack;
using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.Observability;

/// <summary>A process with a wrong setting says at start, in one line, which one it is, and ends with status 1.</summary>
public sealed class WrongSettingTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("api", "--Api:RestUrl=6385", "ironic-api: Api:RestUrl: '6385' is no address")]
    [InlineData("api", "--Api:Conductors:0=conductor", "ironic-api: Api:Conductors:0: 'conductor' is no address")]
    [InlineData("api", "--Api:MaximumVersion=999", "ironic-api: Api:MaximumVersion must be")]
    [InlineData("api", "--Api:ConductorTimeout=soon", "ironic-api: Failed to convert configuration value 'soon' at 'Api:ConductorTimeout'")]
    [InlineData("api", "--Api:NoSuchSetting=1", "ironic-api: unknown settings for ApiOptions: 'NoSuchSetting'")]
    [InlineData("conductor", "--Conductor:Url=6390", "ironic-conductor: Conductor:Url: '6390' is no address")]
    [InlineData("conductor", "--Conductor:Hostname=", "ironic-conductor: Conductor:Hostname is required")]
    [InlineData("conductor", "--Database:Provider=mysql", "ironic-conductor: Database:Provider must be sqlite or postgresql")]
    [InlineData("conductor", "--Lanes:ActionConcurrency=0", "ironic-conductor: The field Lanes:ActionConcurrency must be between 1 and 10000")]
    [InlineData("conductor", "--Locks:Ttl=00:01:00", "ironic-conductor: Locks:Ttl is")]
    [InlineData("conductor", "--Sla:Limits:sleeping=00:10:00", "ironic-conductor: Sla:Limits:sleeping: there is no such provisioning state")]
    [InlineData("fake", "--Driver:Url=7101", "ironic-driver: Driver:Url: '7101' is no address")]
    [InlineData("fake", "--Fake:Delays:power=long", "ironic-driver: Fake:Delays:power 'long'")]
    public async Task It_is_named(string program, string argument, string expected)
    {
        var (status, output) = await RunAsync(program, argument);

        Assert.Equal(1, status);
        Assert.StartsWith(expected, Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    // Nobody listens on port 1, and nothing answers to a name under .invalid.
    [InlineData("Host=127.0.0.1;Port=1;Username=ironic;Password=s3cr3t", "ironic-conductor: the database cannot be used: ")]
    [InlineData("Host=no-such-host.invalid;Username=ironic;Password=s3cr3t", "ironic-conductor: ")]
    [InlineData("Host=127.0.0.1;Pasword=s3cr3t", "ironic-conductor: Database:ConnectionString is no connection string of postgresql")]
    [InlineData("Host=127.0.0.1;Password=x;s3cr3t=y", "ironic-conductor: Database:ConnectionString is no connection string of postgresql")]
    public async Task A_database_that_cannot_be_used_is_told_without_its_password(string connection, string expected)
    {
        var (status, output) = await RunAsync("conductor", "--Database:Provider=postgresql", $"--Database:ConnectionString={connection}");

        Assert.Equal(1, status);
        Assert.StartsWith(expected, Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", output, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Output)> RunAsync(string program, params string[] arguments)
    {
        var programs = StackPrograms.FromRepository();
        var path = program switch
        {
            "api" => programs.Api,
            "conductor" => programs.Conductor,
            _ => programs.Drivers[program],
        };
        using var directory = new TestDirectory("settings");
        await using var process = await ServerProcess.StartAsync(new ServerProcessOptions("dotnet", [path, .. arguments]) { WorkingDirectory = directory.FullName });
        await process.WaitForExitAsync(Limit);
        return (process.ExitCode, process.Output);
    }
}
