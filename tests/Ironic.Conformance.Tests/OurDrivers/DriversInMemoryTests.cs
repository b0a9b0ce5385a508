using Xunit.Abstractions;

namespace Ironic.Conformance.Tests.OurDrivers;

/// <summary>The drivers whose machines exist in memory keep the contract.</summary>
public sealed class DriversInMemoryTests(ITestOutputHelper output)
{
    [Fact]
    public Task Fake() => ConformantDriver.AssertAsync(output, "fake", [], new Machine("fake-hardware", [], MayChange: true), new Machine("manual-management", [], MayChange: true));

    [Fact]
    public Task Example() => ConformantDriver.AssertAsync(output, "example", [], new Machine("example", [], MayChange: true));
}
