namespace Ironic.Driver.Sdk;

/// <summary>The kinds of interface that a hardware type is made of. The values are those of <c>ironic.driver.v1.InterfaceType</c>.</summary>
public enum InterfaceType
{
    Bios = 1,
    Boot = 2,
    Console = 3,
    Deploy = 4,
    Firmware = 5,
    Inspect = 6,
    Management = 7,
    Network = 8,
    Power = 9,
    Raid = 10,
    Rescue = 11,
    Storage = 12,
    Vendor = 13,
}
