using Ironic.Driver.Sdk;
using Ironic.Drivers.Example;

return await IronicDriver.RunAsync(args, driver =>
{
    driver.Name = "example";
    driver.Vendor = "Example Corporation";
    driver.Services.AddSingleton<ExampleMachines>();
    driver.AddHardwareType<ExampleHardware>();
    driver.AddInterface<ExamplePower>("example");
    driver.AddInterface<ExampleManagement>("example");
    driver.AddInterface<ExampleVendor>("example");
});
