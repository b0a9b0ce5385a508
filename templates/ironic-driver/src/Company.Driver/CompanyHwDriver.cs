using Ironic.Driver.Sdk;
using Ironic.Hosting;

namespace Company.Driver;

/// <summary>What the driver offers. The program and the tests declare the same.</summary>
public static class CompanyHwDriver
{
    /// <summary>Names the driver, its hardware type and its implementations.</summary>
    public static void Declare(IronicDriverBuilder driver)
    {
        ArgumentNullException.ThrowIfNull(driver);
        driver.Name = "company-hw";
        driver.Vendor = "COMPANY_NAME";
        driver.Services.AddIronicOptions<CompanyHwOptions>("CompanyHw");
        driver.Services.AddSingleton<CompanyHwController>();
        driver.AddHardwareType<CompanyHwHardware>();
        driver.AddInterface<CompanyHwPower>("company-hw");
        driver.AddInterface<CompanyHwManagement>("company-hw");
        driver.AddInterface<CompanyHwVendor>("company-hw");
    }
}
