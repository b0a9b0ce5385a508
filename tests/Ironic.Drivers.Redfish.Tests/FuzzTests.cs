using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.BmcSimulator;
using Ironic.BmcSimulator.Machines;
using Ironic.BmcSimulator.Redfish;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Interfaces;
using Ironic.Drivers.Redfish.Resources;
using Ironic.Drivers.Redfish.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit.Abstractions;

namespace Ironic.Drivers.Redfish.Tests;

/// <summary>
/// A controller whose answers are damaged: whatever it sends, each operation ends with a result or with an error of a class, and none hangs. The documents
/// are those of a simulated machine; bytes of them are changed, cut and put in, and members of them removed, renamed and replaced.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Documents = 100_000;

    // Few, so that what follows a whole document is reached; many, so that most kinds of damage meet.
    private static readonly int[] DamagedOutOf100 = [15, 40, 80];

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private static readonly JsonNode?[] Replacements =
    [
        null, "", "x", "/redfish/v1/Systems", "https://elsewhere.example/x", 0, -1, 1e300, true, new JsonArray(), new JsonObject(), new JsonArray(null, 1, "x"), new JsonObject { ["@odata.id"] = "/redfish/v1/" },
        new JsonObject { ["@odata.id"] = 7 }, "\u0000", new string('y', 3000),
    ];

    [Fact]
    public async Task Damaged_documents_end_in_errors_of_a_class()
    {
        var documents = await CollectAsync();
        var random = new Random(20260102);
        var (count, answers, share) = (0, 0, 0);
        await using var controller = new TestController(
            request =>
            {
                answers++;
                return Answer(request, documents, random.Next(100) < share, random, ref count);
            },
            options =>
            {
                options.Attempts = 1;
                (options.RequestsPerSecond, options.RequestBurst) = (100_000, 100_000);
                options.RefusedCredentialsPause = TimeSpan.Zero;
                options.TaskPollInterval = options.PollInterval = TimeSpan.FromMilliseconds(10);
            },
            AuthenticationType.Basic);
        await using var services = CreateServices(controller);
        using var limit = new CancellationTokenSource(Limit);
        var outcomes = new Dictionary<string, int>();
        for (var i = 0; count < Documents; i++)
        {
            Assert.False(limit.IsCancellationRequested, $"{count} documents took longer than {Limit}");
            controller.Time.Advance(TimeSpan.FromSeconds(1));
            share = DamagedOutOf100[i % DamagedOutOf100.Length];
            var outcome = await RunAsync(i, services, limit.Token);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        output.WriteLine($"{count} damaged documents of {answers}: {string.Join(", ", outcomes.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} {pair.Value}"))}");
        Assert.True(outcomes.GetValueOrDefault("ok") > 100, "some documents must be whole, or nothing is looked at");
        Assert.True(outcomes.GetValueOrDefault(nameof(ErrorClass.Permanent)) > 100, "some must be damaged");
        Assert.DoesNotContain(outcomes.Keys, outcome => outcome is nameof(ErrorClass.Internal) or nameof(ErrorClass.StaleEpoch));
    }

    private static async Task<string> RunAsync(int number, IServiceProvider services, CancellationToken cancellationToken)
    {
        var node = new NodeContext
        {
            Uuid = "n",
            Interfaces = new Dictionary<string, string> { ["deploy"] = "ramdisk" },
            InstanceInfo = JsonMap.Parse("""{"boot_iso": "http://images.example/x.iso", "capabilities": {"secure_boot": "true"}}"""),
            DriverInfo = JsonMap.Parse("""{"redfish_address": "https://bmc.example", "redfish_username": "admin", "redfish_password": "s3cret", "redfish_auth_type": "basic"}"""),
        };
        var management = services.GetRequiredService<RedfishManagement>();
        try
        {
            Task work = (number % 14) switch
            {
                0 => services.GetRequiredService<RedfishPower>().GetPowerStateAsync(node, cancellationToken).AsTask(),
                1 => management.GetSensorsAsync(node, cancellationToken).AsTask(),
                2 => management.GetIndicatorsAsync(node, cancellationToken).AsTask(),
                3 => management.GetVirtualMediaAsync(node, cancellationToken).AsTask(),
                4 => management.GetMachineStateAsync(node, cancellationToken).AsTask(),
                5 => management.SetBootDeviceAsync(node, "pxe", persistent: number % 2 == 0, cancellationToken),
                6 => services.GetRequiredService<RedfishBios>().GetSettingsAsync(node, cancellationToken).AsTask(),
                7 => services.GetRequiredService<RedfishFirmware>().GetComponentsAsync(node, cancellationToken).AsTask(),
                8 => services.GetRequiredService<RedfishInspect>().InspectAsync(node, NoProgress.Instance, cancellationToken),
                9 => services.GetRequiredService<RedfishVendor>().GetAllSubscriptions(node, new VendorCall { Method = "get_all_subscriptions", HttpMethod = "GET" }, cancellationToken),
                10 => services.GetRequiredService<RaidVolumes>().DescribeAsync(await services.GetRequiredService<RedfishClient>().GetSystemAsync(node, cancellationToken)),
                11 => management.AttachVirtualMediaAsync(node, VirtualMediaType.Cdrom, "http://images.example/x.iso", cancellationToken),
                12 => services.GetRequiredService<VirtualMediaBoot>().PrepareInstanceAsync(node, NoProgress.Instance, cancellationToken),
                _ => management.GetBootDeviceAsync(node, cancellationToken).AsTask(),
            };
            await work;
            return "ok";
        }
        catch (DriverException exception)
        {
            Assert.DoesNotContain("s3cret", exception.Message, StringComparison.Ordinal);
            return exception.Class.ToString();
        }
    }

    private static HttpResponseMessage Answer(SentRequest request, Dictionary<string, string> documents, bool damaged, Random random, ref int count)
    {
        const string refusal = """{"error": {"code": "Base.1.0.GeneralError", "message": "no", "@Message.ExtendedInfo": [{"MessageId": "Base.1.0.X", "Message": "No."}]}}""";
        if (request.Method == "GET" && !documents.ContainsKey(request.Path.TrimEnd('/')))
            return Answers.Empty(HttpStatusCode.NotFound);
        var document = request.Method == "GET" ? documents[request.Path.TrimEnd('/')] : refusal;
        var status = request.Method == "GET" ? HttpStatusCode.OK : (HttpStatusCode)(random.Next(4) == 0 ? 400 : 200);
        if (!damaged)
            return Answers.Json(document, status);
        count++;
        return Answers.Json(Damage(document, random), status);
    }

    private static string Damage(string document, Random random) => random.Next(3) == 0 ? DamageText(document, random) : DamageTree(document, random);

    private static string DamageText(string document, Random random)
    {
        var bytes = new List<byte>(Encoding.UTF8.GetBytes(document));
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Count > 1; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, (byte)"{}[]\",:0\\"[random.Next(9)]);
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.RemoveRange(at, Math.Min(random.Next(200), bytes.Count - at));
                    break;
            }
        }

        return Encoding.Latin1.GetString([.. bytes]);
    }

    private static string DamageTree(string document, Random random)
    {
        var root = JsonNode.Parse(document)!;
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            JsonNode? at = root;
            while (at is JsonObject { Count: > 0 } or JsonArray { Count: > 0 })
            {
                var isLast = random.Next(3) == 0;
                if (at is JsonObject members)
                {
                    var name = members.ElementAt(random.Next(members.Count)).Key;
                    if (isLast)
                    {
                        var value = members[name];
                        members.Remove(name);
                        if (random.Next(2) == 0)
                            members[name] = Replacements[random.Next(Replacements.Length)]?.DeepClone();
                        else if (random.Next(2) == 0)
                            members[name + "X"] = value;
                        break;
                    }

                    at = members[name];
                }
                else if (at is JsonArray items)
                {
                    var index = random.Next(items.Count);
                    if (isLast)
                    {
                        items[index] = Replacements[random.Next(Replacements.Length)]?.DeepClone();
                        break;
                    }

                    at = items[index];
                }
            }
        }

        return root.ToJsonString();
    }

    /// <summary>All resources of a simulated machine, by their paths.</summary>
    private static async Task<Dictionary<string, string>> CollectAsync()
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 1, Timings = MachineTimings.None, Redfish = new RedfishBehaviour { Dell = true } });
        using var client = new HttpClient { BaseAddress = fleet.Servers[0].RedfishUrl };
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("admin:password"u8));
        var found = new Dictionary<string, string>();
        var next = new Queue<string>(["/redfish/v1"]);
        while (next.TryDequeue(out var path))
        {
            if (found.ContainsKey(path))
                continue;
            using var response = await client.GetAsync(new Uri(path == "/redfish/v1" ? "/redfish/v1/" : path, UriKind.Relative));
            if (!response.IsSuccessStatusCode)
                continue;
            found[path] = await response.Content.ReadAsStringAsync();
            foreach (var link in Links(JsonElement.Parse(found[path])))
                next.Enqueue(link.Split('#')[0].TrimEnd('/'));
        }

        Assert.True(found.Count > 40);
        return found;
    }

    private static IEnumerable<string> Links(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.Name is "@odata.id" or "Uri" && member.Value.ValueKind == JsonValueKind.String && member.Value.GetString()!.StartsWith("/redfish", StringComparison.Ordinal) ? [member.Value.GetString()!] : Links(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Links),
        _ => [],
    };

    private static ServiceProvider CreateServices(TestController controller) => new ServiceCollection()
        .AddLogging()
        .AddSingleton<TimeProvider>(controller.Time)
        .AddSingleton<IOptions<RedfishOptions>>(Options.Create(controller.Options))
        .AddSingleton(controller.Pool)
        .AddSingleton<RedfishClient>().AddSingleton<BootDeviceMemory>().AddSingleton<MachinePower>().AddSingleton<TaskWaiter>().AddSingleton<BootModes>()
        .AddSingleton<SecureBoot>().AddSingleton<VirtualMedia>().AddSingleton<FirmwareUpdater>().AddSingleton<RaidVolumes>().AddSingleton<SensorReader>()
        .AddSingleton<RedfishManagement>().AddSingleton<VirtualMediaBoot>().AddSingleton<RedfishPower>().AddSingleton<RedfishBios>().AddSingleton<RedfishFirmware>().AddSingleton<RedfishInspect>().AddSingleton<RedfishVendor>()
        .BuildServiceProvider();
}
