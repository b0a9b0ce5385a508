using System.Text.Json;

namespace Ironic.EndToEnd.Tests.Management;

/// <summary>Virtual media, from a REST caller to a driver process.</summary>
public sealed class VirtualMediaTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private const string Image = "http://192.0.2.1/image.iso";

    private readonly TestStack _stack = shared.Stack;

    [Fact]
    public async Task An_image_is_attached_shown_and_detached()
    {
        var node = await _stack.CreateNodeAsync();
        var path = $"/v1/nodes/{node}/vmedia";

        (await _stack.Rest.PostAsync(path, new { device_type = "cdrom", image_url = Image, image_download_source = "http" })).AssertStatus(204);
        await _stack.Calls.WaitForEndAsync(node, "management.attach_virtual_media");
        await _stack.WaitUntilUnlockedAsync(node);

        Assert.Equal(
            $$"""[{"media_types":["CD"],"inserted":true,"image":"{{Image}}"},{"media_types":["Floppy"],"inserted":false,"image":null}]""",
            (await _stack.Rest.GetAsync(path)).AssertStatus(200).Body);

        (await _stack.Rest.DeleteAsync(path + "?device_types=CDROM,floppy")).AssertStatus(204);
        Assert.Equal("ok", (await _stack.Calls.WaitForEndAsync(node, "management.detach_virtual_media")).Outcome);
        await _stack.WaitUntilUnlockedAsync(node);
        Assert.DoesNotContain(Image, (await _stack.Rest.GetAsync(path)).AssertStatus(200).Body, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, (await _stack.GetNodeAsync(node)).GetProperty("last_error").ValueKind);
    }

    [Theory]
    [InlineData("disk", "http", "DISK")]
    [InlineData("cdrom", "local", "image_download_source=http")]
    [InlineData("cdrom", "swift", "image_download_source=http")]
    [InlineData("cdrom", null, "image_download_source=http")]
    public async Task What_cannot_be_attached_is_told_in_last_error(string device, string? source, string reason)
    {
        var node = await _stack.CreateNodeAsync();
        var body = new Dictionary<string, string> { ["device_type"] = device, ["image_url"] = Image };
        if (source is not null)
            body["image_download_source"] = source;

        (await _stack.Rest.PostAsync($"/v1/nodes/{node}/vmedia", body)).AssertStatus(204);

        await _stack.WaitForNodeAsync(node, found => found.GetProperty("last_error").ValueKind == JsonValueKind.String, "the failure is stored");
        Assert.Contains(reason, (await _stack.GetNodeAsync(node)).GetProperty("last_error").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Image, (await _stack.Rest.GetAsync($"/v1/nodes/{node}/vmedia")).AssertStatus(200).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_driver_without_virtual_media_says_so()
    {
        var node = await _stack.CreateNodeAsync("example");

        (await _stack.Rest.GetAsync($"/v1/nodes/{node}/vmedia")).AssertError(400);
        (await _stack.Rest.DeleteAsync($"/v1/nodes/{node}/vmedia")).AssertStatus(204);

        await _stack.WaitForNodeAsync(node, found => found.GetProperty("last_error").ValueKind == JsonValueKind.String, "the failure is stored");
        Assert.Contains("detach_virtual_media", (await _stack.GetNodeAsync(node)).GetProperty("last_error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"device_type": "tape", "image_url": "http://x"}""")]
    [InlineData("""{"device_type": "cdrom"}""")]
    [InlineData("""{"image_url": "http://x"}""")]
    [InlineData("""{"device_type": "cdrom", "image_url": "glance://x"}""")]
    [InlineData("""{"device_type": "cdrom", "image_url": "/x"}""")]
    [InlineData("""{"device_type": "cdrom", "image_url": "http://x", "image_download_source": "ftp"}""")]
    [InlineData("""{"device_type": "cdrom", "image_url": "http://x", "more": 1}""")]
    public async Task What_makes_no_sense_is_refused_at_once(string body)
    {
        var node = await _stack.CreateNodeAsync();

        (await _stack.Rest.SendAsync("POST", $"/v1/nodes/{node}/vmedia", body)).AssertError(400);
        (await _stack.Rest.DeleteAsync($"/v1/nodes/{node}/vmedia?device_types=cdrom,tape")).AssertError(400);

        Assert.Empty(_stack.Calls.Of(node));
    }
}
