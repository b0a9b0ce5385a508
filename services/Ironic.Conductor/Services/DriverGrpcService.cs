using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Vendor;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using DriverResource = Ironic.Api.V1.Driver;
using DriverService = Ironic.Api.V1.DriverService;

namespace Ironic.Conductor.Services;

/// <summary>The public driver service: the hardware types that live driver processes serve.</summary>
internal sealed class DriverGrpcService(DriverRegistry registry, Membership membership, VendorPassthru vendor) : DriverService.DriverServiceBase
{
    public override Task<ListDriversResponse> ListDrivers(ListDriversRequest request, ServerCallContext context)
    {
        if (request.HasType && request.Type is not ("dynamic" or "classic"))
            throw new IronicException(ErrorReason.InvalidParameterValue, "\"type\" filter must be one of \"classic\" or \"dynamic\", if specified.");
        var response = new ListDriversResponse();
        if (!request.HasType || request.Type == "dynamic")
            response.Drivers.AddRange(registry.AllHardwareTypes.OrderBy(h => h.Name, StringComparer.Ordinal).Select(ToApi));
        return Task.FromResult(response);
    }

    public override async Task<GetDriverResponse> GetDriver(GetDriverRequest request, ServerCallContext context)
    {
        var hardware = await registry.FindAsync(request.Driver, context.CancellationToken)
            ?? throw new IronicException(ErrorReason.DriverNotFound, $"Could not find the following driver(s) or hardware type(s): {request.Driver}.");
        return new GetDriverResponse { Driver = ToApi(hardware) };
    }

    public override async Task<GetDriverPropertiesResponse> GetDriverProperties(GetDriverPropertiesRequest request, ServerCallContext context)
    {
        var hardware = await FindAsync(request.Driver, context);
        var response = new GetDriverPropertiesResponse();
        foreach (var kind in InterfaceTypes.All)
        {
            if (hardware.Default(kind.Type) is not { } name)
                continue;
            if (hardware.Driver.Find(kind.Type, name) is { } implementation)
            {
                foreach (var property in implementation.Properties)
                    response.Properties[property.Name] = property.Description;
            }
            else
            {
                foreach (var (property, description) in BuiltInProperties.For(kind.Type, name))
                    response.Properties[property] = description;
            }
        }

        return response;
    }

    public override async Task<GetDriverRaidLogicalDiskPropertiesResponse> GetDriverRaidLogicalDiskProperties(
        GetDriverRaidLogicalDiskPropertiesRequest request, ServerCallContext context)
    {
        await FindAsync(request.Driver, context);
        var response = new GetDriverRaidLogicalDiskPropertiesResponse();
        response.Properties.Add(RaidProperties.LogicalDisk.ToDictionary());
        return response;
    }

    public override async Task<ListDriverVendorMethodsResponse> ListDriverVendorMethods(ListDriverVendorMethodsRequest request, ServerCallContext context)
    {
        var response = new ListDriverVendorMethodsResponse();
        foreach (var method in await vendor.ListForDriverAsync(request.Driver, context.CancellationToken))
        {
            response.Methods[method.Name] = new DriverVendorMethod
            {
                HttpMethods = { method.HttpMethods },
                Async = method.Async,
                Description = method.Description,
                Attach = method.Attach,
            };
        }

        return response;
    }

    public override async Task<CallDriverVendorMethodResponse> CallDriverVendorMethod(CallDriverVendorMethodRequest request, ServerCallContext context)
    {
        var result = await vendor.CallForDriverAsync(request.Driver, request.Method, request.HttpMethod, request.Body, context.CancellationToken);
        return result?.ResultCase switch
        {
            null => new CallDriverVendorMethodResponse { Accepted = true },
            VendorResult.ResultOneofCase.Attachment => new CallDriverVendorMethodResponse { Attachment = result.Attachment },
            _ => new CallDriverVendorMethodResponse { Result = result.Json },
        };
    }

    private async Task<HardwareTypeInfo> FindAsync(string driver, ServerCallContext context) =>
        await registry.FindAsync(driver, context.CancellationToken) ?? throw new IronicException(ErrorReason.DriverNotFound, $"The driver '{driver}' is unknown.");

    private DriverResource ToApi(HardwareTypeInfo hardware)
    {
        var driver = new DriverResource { Name = hardware.Name, Type = "dynamic" };
        driver.Hosts.AddRange(membership.HostsOf(hardware.Name));
        foreach (var kind in InterfaceTypes.All)
        {
            // The fields are named after the kinds: default_power_interface, enabled_power_interfaces.
            if (hardware.Default(kind.Type) is { } name)
                DriverResource.Descriptor.FindFieldByName($"default_{kind.Name}_interface").Accessor.SetValue(driver, name);
            var enabled = (IList<string>)DriverResource.Descriptor.FindFieldByName($"enabled_{kind.Name}_interfaces").Accessor.GetValue(driver);
            foreach (var each in hardware.Enabled(kind.Type))
                enabled.Add(each);
        }

        return driver;
    }
}
