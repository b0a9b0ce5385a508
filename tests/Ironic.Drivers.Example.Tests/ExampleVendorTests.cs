using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Example.Tests;

/// <summary>The vendor methods as methods of a class, without gRPC.</summary>
public sealed class ExampleVendorTests
{
    private static readonly NodeContext Node = new() { Uuid = "1be26c0b-03f2-4d2e-ae87-c02d7f33c123" };

    [Fact]
    public async Task Send_raw_sends_the_bytes()
    {
        var machines = new ExampleMachines();
        var vendor = new ExampleVendor(machines);

        await vendor.ValidateAsync(Node, SendRaw("""{"raw_bytes": "0x01 FF 2a"}"""), CancellationToken.None);
        vendor.SendRaw(Node, "0x01 FF 2a");

        Assert.Equal(["01FF2A"], machines.Find(Node).Sent);
    }

    [Theory]
    [InlineData("{}", "'raw_bytes' is missing from the object.")]
    [InlineData("""{"raw_bytes": " "}""", "raw_bytes has no bytes.")]
    public async Task Missing_bytes_are_told(string body, string message)
    {
        var exception = await Assert.ThrowsAsync<MissingParameterException>(() => ValidateAsync(body));

        Assert.Equal(message, exception.Message);
    }

    [Theory]
    [InlineData("""{"raw_bytes": "0x100"}""")]
    [InlineData("""{"raw_bytes": "0x01 no"}""")]
    [InlineData("""{"raw_bytes": "0x"}""")]
    [InlineData("""{"raw_bytes": "-1"}""")]
    [InlineData("""{"raw_bytes": 1}""")]
    public async Task What_is_no_byte_is_refused(string body) => await Assert.ThrowsAsync<InvalidParameterException>(() => ValidateAsync(body));

    [Fact]
    public void A_machine_keeps_its_newest_messages()
    {
        var machine = new ExampleMachine();
        for (var i = 0; i <= 100; i++)
            machine.Send([(byte)i]);

        Assert.Equal(100, machine.Sent.Count);
        Assert.Equal(("01", "64"), (machine.Sent.First(), machine.Sent.Last()));
    }

    private static Task ValidateAsync(string body) => new ExampleVendor(new ExampleMachines()).ValidateAsync(Node, SendRaw(body), CancellationToken.None).AsTask();

    private static VendorCall SendRaw(string body) => new() { Method = "send_raw", HttpMethod = "POST", Parameters = JsonMap.Parse(body) };
}
