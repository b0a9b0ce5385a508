using System.Net;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Tests.Support;

namespace Ironic.Drivers.Redfish.Tests.Client;

/// <summary>Changes of resources, and what controllers make of their versions.</summary>
public sealed class PatchTests
{
    private const string Path = "/redfish/v1/Systems/1";

    [Theory]
    [InlineData("\"1\"", "\"1\"", "\"1\"")]
    [InlineData("W/\"1\"", "\"1\"", "W/\"1\" \"1\"")]
    [InlineData("\"1\"", "\"2\"", "\"1\" \"2\"")]
    [InlineData("\"1\"", "", "\"1\" \"2\" -")]
    [InlineData("W/\"1\"", "", "W/\"1\" W/\"2\" \"2\" -")]
    [InlineData("", "\"2\"", "- \"2\"")]
    public async Task A_change_goes_on_until_the_controller_likes_the_version(string known, string liked, string expected)
    {
        var reads = 0;
        await using var controller = new TestController(Answer, authentication: AuthenticationType.Basic);
        var resource = await controller.Connection.GetAsync(Path);

        await controller.Connection.PatchAsync(resource, new JsonObject { ["A"] = 1 });

        Assert.Equal(expected, string.Join(' ', controller.Handler.Requests.Where(request => request.Method == "PATCH").Select(Version)));

        HttpResponseMessage Answer(SentRequest request)
        {
            if (request.Method == "PATCH")
                return Answers.Empty(Version(request) == (liked.Length == 0 ? "-" : liked) ? HttpStatusCode.NoContent : known.Length == 0 ? HttpStatusCode.PreconditionRequired : HttpStatusCode.PreconditionFailed);
            // Somebody else changes it after it was read first.
            var version = reads++ == 0 || (known.StartsWith('W') && liked == "\"1\"") ? known : known.StartsWith('W') ? "W/\"2\"" : "\"2\"";
            return version.Length == 0 ? Answers.Json("{}") : Answers.Json("{}", HttpStatusCode.OK, ("ETag", version));
        }
    }

    [Fact]
    public async Task One_that_likes_none_is_told()
    {
        await using var controller = new TestController(
            request => request.Method == "GET" ? Answers.Json("""{"@odata.etag": "W/\"1\""}""") : Answers.Empty(HttpStatusCode.PreconditionFailed), authentication: AuthenticationType.Basic);
        var resource = await controller.Connection.GetAsync(Path);

        var refused = await Assert.ThrowsAsync<RedfishRefusedException>(() => controller.Connection.PatchAsync(resource, []));

        Assert.Equal(ErrorClass.Retryable, refused.Class);
        Assert.Equal(3, controller.Handler.Requests.Count(request => request.Method == "PATCH"));
    }

    private static string Version(SentRequest request) => request.Headers.GetValueOrDefault("If-Match", "-");
}
