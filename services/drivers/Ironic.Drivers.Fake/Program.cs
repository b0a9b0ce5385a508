using Grpc.AspNetCore.Server;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake;
using Ironic.Drivers.Fake.Behaviour;
using Ironic.Drivers.Fake.Interfaces;
using Ironic.Hosting;
using Microsoft.Extensions.Options;

return await IronicDriver.RunAsync(args, driver =>
{
    driver.Name = "fake";
    driver.Services.AddIronicOptions<FakeOptions>(FakeOptions.Section);
    driver.Services.AddSingleton<IValidateOptions<FakeOptions>, FakeOptionsValidator>();
    driver.Services.AddSingleton<CallLog>();
    driver.Services.AddSingleton<FakeBehaviour>();
    driver.Services.AddSingleton<FakeGates>();
    driver.Services.Configure<GrpcServiceOptions>(grpc => grpc.Interceptors.Add<RefusalLogInterceptor>());

    driver.AddHardwareType<FakeHardware>();
    driver.AddHardwareType<ManualManagementHardware>();

    driver.AddInterface<FakePower>("fake");
    driver.AddInterface<FakeBios>("fake");
    driver.AddInterface<FakeBoot>("fake");
    driver.AddInterface<FakeConsole>("fake");
    driver.AddInterface<FakeDeploy>("fake");
    driver.AddInterface<FakeFirmware>("fake");
    driver.AddInterface<FakeInspect>("fake");
    driver.AddInterface<FakeRaid>("fake");
    driver.AddInterface<FakeRescue>("fake");
    driver.AddInterface<FakeStorage>("fake");
    if (driver.Configuration.GetValue<bool>($"{FakeOptions.Section}:{nameof(FakeOptions.TestMethods)}"))
    {
        driver.AddInterface<FakeTestManagement>("fake");
        driver.AddInterface<FakeTestVendor>("fake");
        driver.AddInterface<FakeSecondVendor>("fake-second");
    }
    else
    {
        driver.AddInterface<FakeManagement>("fake");
        driver.AddInterface<FakeVendor>("fake");
    }
});
