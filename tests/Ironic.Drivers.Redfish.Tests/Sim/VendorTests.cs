using System.Text.Json;
using Ironic.Drivers.Redfish.Tests.Support;
using Ironic.Types.V1;
using V1 = Ironic.Driver.V1;

namespace Ironic.Drivers.Redfish.Tests.Sim;

/// <summary>Vendor methods: as Ironic's users call them.</summary>
public sealed class VendorTests
{
    [Fact]
    public async Task Subscriptions_are_made_read_and_ended()
    {
        await using var driver = await TestDriver.StartAsync();

        var made = JsonElement.Parse(await driver.CallAsync("create_subscription", "POST", """{"Destination": "https://collector.example/events", "Context": "mine"}"""));
        var id = made.GetProperty("Id").GetString()!;
        Assert.Equal(["Context", "Destination", "EventTypes", "Id", "Protocol"], made.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal(("mine", "https://collector.example/events", "Redfish"), (made.GetProperty("Context").GetString(), made.GetProperty("Destination").GetString(), made.GetProperty("Protocol").GetString()));

        var all = JsonElement.Parse(await driver.CallAsync("get_all_subscriptions", "GET"));
        Assert.EndsWith($"/{id}", Assert.Single(all.GetProperty("Members").EnumerateArray()).GetProperty("@odata.id").GetString(), StringComparison.Ordinal);
        Assert.Equal(id, JsonElement.Parse(await driver.CallAsync("get_subscription", "GET", $$"""{"id": "{{id}}"}""")).GetProperty("Id").GetString());

        Assert.Equal("null", await driver.CallAsync("delete_subscription", "DELETE", $$"""{"id": "{{id}}"}"""));
        Assert.Equal("PERMANENT", (await TestDriver.FailAsync(() => driver.CallAsync("delete_subscription", "DELETE", $$"""{"id": "{{id}}"}"""))).Class);
        Assert.Equal("PERMANENT", (await TestDriver.FailAsync(() => driver.CallAsync("get_subscription", "GET", """{"id": "nobody"}"""))).Class);
    }

    [Theory]
    [InlineData("create_subscription", "POST", "{}", "Destination None is not a valid URI")]
    [InlineData("create_subscription", "POST", """{"Destination": "collector"}""", "Destination collector is not a valid URI")]
    [InlineData("create_subscription", "POST", """{"Destination": 7}""", "Destination 7 is not a valid URI")]
    [InlineData("create_subscription", "POST", """{"Destination": "https://x/", "Context": 7}""", "Context 7 is not a valid string")]
    [InlineData("create_subscription", "POST", """{"Destination": "https://x/", "Protocol": []}""", "Protocol [] is not a string")]
    [InlineData("create_subscription", "POST", """{"Destination": "https://x/", "HttpHeaders": {}}""", "HttpHeaders is not a list of headers")]
    [InlineData("create_subscription", "POST", """{"Destination": "https://x/", "EventTypes": "Alert"}""", "EventTypes Alert is not a valid value; it must be a list of the controller's event types.")]
    [InlineData("delete_subscription", "DELETE", "{}", "id can't be None")]
    [InlineData("delete_subscription", "DELETE", """{"id": ""}""", "id can't be None")]
    [InlineData("get_subscription", "GET", """{"id": null}""", "id can't be None")]
    [InlineData("get_subscription", "GET", """{"id": "../../Systems"}""", "id must be a text, as the controller calls the subscription.")]
    [InlineData("eject_vmedia", "POST", """{"boot_device": "tape"}""", "Boot device tape is not a valid value; it must be one of cd, dvd, usb, floppy.")]
    public async Task Arguments_are_checked(string method, string verb, string body, string expected)
    {
        await using var driver = await TestDriver.StartAsync();
        var call = new V1.VendorCall { Interface = "redfish", Method = method, HttpMethod = verb, Parameters = new Json { Text = body } };

        var (kind, message) = await TestDriver.FailAsync(async () => await driver.Vendor.ValidateNodeMethodAsync(new V1.ValidateNodeMethodRequest { Node = driver.Node(), Call = call }));

        Assert.Equal(("INVALID_PARAMETER", expected), (kind, message));
        Assert.Equal(0, driver.Server.RedfishCounters.Requests);
    }

    [Fact]
    public async Task Event_types_are_those_of_the_controller()
    {
        await using var driver = await TestDriver.StartAsync();

        Assert.Equal("INVALID_PARAMETER", (await TestDriver.FailAsync(() => driver.CallAsync("create_subscription", "POST", """{"Destination": "https://x/", "EventTypes": ["Nonsense"]}"""))).Class);
    }
}
