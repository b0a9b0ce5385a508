using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi;

return await IronicDriver.RunAsync(args, IpmiDriver.Configure);
