using Company.Driver;
using Ironic.Driver.Sdk;

return await IronicDriver.RunAsync(args, CompanyHwDriver.Declare);
