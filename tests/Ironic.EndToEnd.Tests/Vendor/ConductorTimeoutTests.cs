
namespace Ironic.EndToEnd.Tests.Vendor;

/// <summary>The API gives up waiting before a synchronous vendor method ends.</summary>
public sealed class ConductorTimeoutTests
{
    [Fact]
    public async Task The_caller_is_told_and_the_method_goes_on()
    {
        await using var stack = await TestStack.StartAsync(options => options with { Profile = options.Profile.With("api", "Api:ConductorTimeout", "00:00:05") });
        var vendor = new VendorCaller(stack);
        var node = await stack.CreateNodeAsync();
        var gate = Guid.NewGuid().ToString();

        Assert.Equal("The conductor did not answer in time.", (await vendor.CallNodeAsync(Form.Path, node, "fake_wait", $$"""{"gate": "{{gate}}"}""")).AssertStatus(504));

        Assert.Equal("conductor-1", (await stack.GetNodeAsync(node)).GetProperty("reservation").GetString());
        await vendor.OpenGateAsync(gate);
        Assert.Equal("ok", (await stack.Calls.WaitForEndAsync(node, "vendor.fake_wait")).Outcome);
        await stack.WaitUntilUnlockedAsync(node);
    }
}
