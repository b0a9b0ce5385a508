using System.Net;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Tests.Support;

namespace Ironic.Drivers.Redfish.Tests.Client;

public sealed class CollectionTests
{
    [Fact]
    public async Task All_pages_are_read_and_members_that_are_gone_left_out()
    {
        await using var controller = new TestController(
            request => request.Path switch
            {
                "/c" => Answers.Json("""{"Members": [{"@odata.id": "/c/1"}, {"@odata.id": "/c/2"}, {}, 7], "Members@odata.nextLink": "/c?$skip=2"}"""),
                "/c?$skip=2" => Answers.Json("""{"Members": [{"@odata.id": "/c/3"}]}"""),
                "/c/2" => Answers.Empty(HttpStatusCode.NotFound),
                _ => Answers.Json($$"""{"Id": "{{request.Path}}"}"""),
            },
            authentication: AuthenticationType.Basic);

        Assert.Equal(["/c/1", "/c/3"], (await controller.Connection.GetMembersAsync("/c")).Select(member => member.Id));
        Assert.Empty(await controller.Connection.GetMembersAsync(null));
    }

    [Theory]
    [InlineData("/c")]
    [InlineData("/c?$skip=more")]
    public async Task Pages_without_end_are_told(string next)
    {
        var page = 0;
        await using var controller = new TestController(
            _ => Answers.Json($$"""{"Members": [], "Members@odata.nextLink": "{{next.Replace("more", $"{++page}", StringComparison.Ordinal)}}"}"""), options => options.RequestBurst = 1000, AuthenticationType.Basic);

        await Assert.ThrowsAsync<PermanentFailureException>(() => controller.ElapseAsync(controller.Connection.GetMemberLinksAsync("/c")));
    }
}
