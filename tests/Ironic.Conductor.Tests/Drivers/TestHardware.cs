using Ironic.Conductor.Drivers;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Drivers;

/// <summary>Hardware types without a registry.</summary>
internal static class TestHardware
{
    /// <summary>The first hardware type of a driver.</summary>
    /// <param name="others">Live processes beside it.</param>
    public static HardwareTypeInfo Create(RegisteredDriver driver, params RegisteredDriver[] others) =>
        new(driver.Info.HardwareTypes[0], driver, new ServedImplementations([driver, .. others], new DriverIdentities(Options.Create(new DriverOptions()))));
}
