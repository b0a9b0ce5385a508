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
        var info = new DriverInfoReader(node.DriverInfo);
        if (node.DriverInfo.TryGet(RedfishProperties.ForcePersistentBootDevice, out var value) && value.ValueKind is System.Text.Json.JsonValueKind.String)
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
        return info.ReadBoolean(RedfishProperties.ForcePersistentBootDevice) is true || otherwise;
    }
}
