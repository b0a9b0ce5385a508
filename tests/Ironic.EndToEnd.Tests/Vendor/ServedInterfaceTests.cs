using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.Vendor;

/// <summary>A driver's new release has left out a vendor interface that a node has.</summary>
public sealed class ServedInterfaceTests
{
    [Fact]
    public async Task An_interface_that_no_driver_serves_is_unavailable()
    {
        using var directory = new TestDirectory("served");
        var data = directory.Combine("data");
        string node;
        await using (var before = await TestStack.StartAsync(options => options with { DataDirectory = data }))
            node = await before.CreateNodeAsync(more: new() { ["vendor_interface"] = "fake-second" });

        await using var after = await TestStack.StartAsync(options => options with
        {
            DataDirectory = data,
            Profile = options.Profile.With("driver-fake", "Fake:TestMethods", "false"),
        });
        var vendor = new VendorCaller(after);

        foreach (var form in Enum.GetValues<Form>())
        {
            var answer = await vendor.CallNodeAsync(form, node, "fake_second", verb: "GET");
            // The type accepts any interface: a driver that has this one may come.
            Assert.Contains("No live driver serves the vendor interface fake-second", answer.AssertStatus(503), StringComparison.Ordinal);
            Assert.True(answer.Reason is null or "DRIVER_UNAVAILABLE", answer.Reason);
        }

        (await after.Rest.GetAsync($"/v1/nodes/{node}/vendor_passthru/methods")).AssertError(503);
    }
}
