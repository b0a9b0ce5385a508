using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Drivers.Redfish.Client;

namespace Ironic.Drivers.Redfish.Tests.Client;

/// <summary>What is told of a controller's refusal.</summary>
public sealed class RefusalTextTests
{
    [Theory]
    [InlineData("The value 'https://images.example/a.iso?sig=s3cret' is wrong.", "The value 'https://images.example/a.iso?***' is wrong.")]
    [InlineData("No https://me@images.example:8080/it's/a.iso?a=1&b=s3cret?c, and HTTP://b?s3cret", "No https://me@images.example:8080/it's/a.iso?*** and HTTP://b?***")]
    [InlineData("Is http://images.example/a.iso there? Who knows?", "Is http://images.example/a.iso there? Who knows?")]
    public void Queries_of_addresses_are_not_told(string message, string expected)
    {
        var body = new JsonObject { ["error"] = new JsonObject { ["@Message.ExtendedInfo"] = new JsonArray(new JsonObject { ["Message"] = message }) } };
        Assert.Equal(expected, RedfishFailures.Describe(JsonElement.Parse(body.ToJsonString())));
    }
}
