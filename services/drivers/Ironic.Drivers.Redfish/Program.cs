using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish;

return await IronicDriver.RunAsync(args, RedfishDriver.Configure);
