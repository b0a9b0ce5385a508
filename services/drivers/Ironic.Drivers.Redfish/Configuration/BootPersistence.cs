using System.Text.Json;
using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Redfish.Configuration;

/// <summary>Whether boot devices are set for the next boot only or for all.</summary>
internal static class BootPersistence
{
    /// <summary>What a node's driver_info says about it.</summary>
    /// <param name="otherwise">What holds when it says nothing.</param>
    /// <exception cref="InvalidParameterException">It is none of the words for it.</exception>
    public static bool Read(NodeContext node, bool otherwise)
    {
        if (node.DriverInfo.TryGet(RedfishProperties.ForcePersistentBootDevice, out var value) && value.ValueKind == JsonValueKind.String)
        {
            switch (value.GetString())
            {
                case "Always":
                    return true;
                case "Never":
                    return false;
                case "Default" or "":
                    return otherwise;
            }
        }

        // It was a truth value once, of which only true meant something.
        return new DriverInfoReader(node.DriverInfo).ReadBoolean(RedfishProperties.ForcePersistentBootDevice) is true || otherwise;
    }
}
