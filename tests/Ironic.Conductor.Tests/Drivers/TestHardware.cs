using Ironic.Conductor.Drivers;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Drivers;

/// <summary>Hardware types without a registry.</summary>
internal static class TestHardware
{
    /// <summary>The first hardware type of a driver.</summary>
    public static HardwareTypeInfo Create(RegisteredDriver driver) =>
        new(driver.Info.HardwareTypes[0], driver, new ServedImplementations([driver], new DriverIdentities(Options.Create(new DriverOptions()))));
}
