using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ironic.BmcSimulator.Enrolment;
using Ironic.BmcSimulator.Faults;
using Ironic.Testing;

namespace Ironic.BmcSimulator.Tests.Fleet;

/// <summary>The command, as a process.</summary>
public sealed partial class CommandTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task It_starts_a_fleet_enrols_it_says_so_and_stops_cleanly()
    {
        await using var api = new FakeApi();
        await using var process = await ServerProcess.StartAsync(new ServerProcessOptions(
            "dotnet", typeof(SimulatedFleet).Assembly.Location, "--redfish", "3", "--ipmi", "2", "--both", "1", "--redfish-port", "0", "--server-port", "0", "--ipmi-port", "0", "--control-port", "0",
            "--enrol", api.Url, "--fault", "slow,percent=50,delay=0.01,scope=ipmi"));

        var ready = await process.WaitForOutputAsync(Ready(), Limit);

        using var control = new HttpClient { BaseAddress = new Uri(ready.Groups[1].Value) };
        Assert.Equal(6, (await control.GetFromJsonAsync<JsonArray>("/servers"))!.Count);
        Assert.Contains("enrolled 5 nodes, 1 were there", process.Output, StringComparison.Ordinal);
        Assert.Equal(["ipmi", "ipmi", "redfish", "redfish", "redfish", "redfish"], api.Nodes.Select(node => (string?)node["driver"]).Order(StringComparer.Ordinal));
        Assert.Equal(5, api.Ports.Select(port => (string?)port["address"]).Distinct().Count());
        Assert.Equal(["redfish-2"], api.Patched);
        Assert.InRange(api.MostAtOnce, 1, 8);
        Assert.True(await process.StopAsync());
        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData("no servers")]
    [InlineData("try --help", "--redfish", "1", "--nonsense")]
    [InlineData("there is no explosion", "--redfish", "1", "--fault", "explosion")]
    [InlineData("not understood", "--redfish", "1", "--fault", "stall,color=red")]
    [InlineData("there is no slow", "--redfish", "1", "--timings", "slow")]
    public void Wrong_arguments_are_told(string because, params string[] arguments) =>
        Assert.Contains(because, Assert.Throws<FormatException>(() => SimulatorOptions.Parse(arguments)).Message, StringComparison.Ordinal);

    [Fact]
    public void Faults_are_read()
    {
        var argument = FaultArgument.Parse("unavailable,percent=12.5,probability=0.25,times=3,retry-after=30,delay=1.5,path=/Systems,method=POST,scope=redfish");

        Assert.Equal(12.5, argument.Percent);
        Assert.Equal(new Fault(FaultKind.Unavailable) { Probability = 0.25, Times = 3, RetryAfter = 30, Delay = TimeSpan.FromSeconds(1.5), Path = "/Systems", Method = "POST", Scope = FaultScope.Redfish }, argument.Fault);
    }

    [Fact]
    public async Task Nodes_have_what_their_drivers_need()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 1, IpmiServers = 1, Https = true, User = "u", Password = "p" });
        using var enroller = new Enroller(fleet, new Uri("http://127.0.0.1:1"));

        var (redfish, ipmi) = (enroller.Describe(fleet["redfish-1"])["driver_info"]!, enroller.Describe(fleet["ipmi-1"])["driver_info"]!);

        Assert.Equal(
            $$"""{"redfish_address":"{{fleet["redfish-1"].RedfishUrl!.GetLeftPart(UriPartial.Authority)}}","redfish_system_id":"/redfish/v1/Systems/redfish-1","redfish_username":"u","redfish_password":"p","redfish_verify_ca":false}""",
            redfish.ToJsonString());
        Assert.Equal($$"""{"ipmi_address":"127.0.0.1","ipmi_port":{{fleet["ipmi-1"].IpmiPort}},"ipmi_username":"u","ipmi_password":"p"}""", ipmi.ToJsonString());
        await Assert.ThrowsAsync<HttpRequestException>(() => enroller.RunAsync());
    }

    [GeneratedRegex(@"^ready (http://\S+)$", RegexOptions.Multiline)]
    private static partial Regex Ready();

    /// <summary>As much of Ironic's API as enrolling needs; it has a node already that is called redfish-2.</summary>
    private sealed class FakeApi : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Lock _gate = new();
        private readonly Task _serving;
        private int _now;

        public FakeApi()
        {
            Url = $"http://127.0.0.1:{FreePort.Next()}/";
            _listener.Prefixes.Add(Url);
            _listener.Start();
            _serving = ServeAsync();
        }

        public string Url { get; }

        public List<JsonNode> Nodes { get; } = [];

        public List<JsonNode> Ports { get; } = [];

        public List<string> Patched { get; } = [];

        public int MostAtOnce { get; private set; }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
            _listener.Close();
        }

        private async Task ServeAsync()
        {
            var answering = new List<Task>();
            while (_listener.IsListening)
            {
                try
                {
                    answering.Add(AnswerAsync(await _listener.GetContextAsync()));
                }
                catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException && !_listener.IsListening)
                {
                    // The test is over.
                }
            }

            await Task.WhenAll(answering);
        }

        private async Task AnswerAsync(HttpListenerContext context)
        {
            var body = (await JsonNode.ParseAsync(context.Request.InputStream))!;
            lock (_gate)
            {
                MostAtOnce = Math.Max(MostAtOnce, ++_now);
                switch (context.Request.HttpMethod, context.Request.Url!.AbsolutePath)
                {
                    case ("POST", "/v1/nodes"):
                        Nodes.Add(body);
                        context.Response.StatusCode = (string?)body["name"] == "redfish-2" ? 409 : 201;
                        break;
                    case ("POST", "/v1/ports"):
                        Ports.Add(body);
                        context.Response.StatusCode = 201;
                        break;
                    case ("PATCH", var path):
                        Patched.Add(path["/v1/nodes/".Length..]);
                        break;
                    default:
                        context.Response.StatusCode = 404;
                        break;
                }

                _now--;
            }

            await context.Response.OutputStream.WriteAsync("""{"uuid": "c0ffee00-0000-4000-8000-000000000001"}"""u8.ToArray());
            context.Response.Close();
        }
    }
}
