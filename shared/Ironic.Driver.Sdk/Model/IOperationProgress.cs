using System.Text.Json.Nodes;

namespace Ironic.Driver.Sdk;

/// <summary>Where a long operation says how far it has got.</summary>
public interface IOperationProgress
{
    /// <summary>Tells the conductor. It does not wait for it.</summary>
    /// <param name="message">For people; secret property values in it are masked.</param>
    /// <param name="percent">0 to 100; null when unknown.</param>
    /// <param name="driverInternalInfo">Changes to the node's driver_internal_info, which the conductor stores at once; a null value removes a key.</param>
    void Report(string message, int? percent = null, JsonObject? driverInternalInfo = null);
}
