using Ironic.Driver.Sdk;
using Microsoft.Extensions.Options;

namespace Company.Driver;

/// <summary>The vendor's own methods.</summary>
public sealed class CompanyHwVendor(CompanyHwController controller, IOptions<CompanyHwOptions> options) : VendorInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => CompanyHwController.Properties;

    /// <summary>What the types of the parameters cannot say.</summary>
    public override ValueTask ValidateAsync(NodeContext node, VendorCall call, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (call.Method == "identify" && call.Parameters.Get<int?>("seconds") is < 0 or > 255)
            throw new InvalidParameterException("seconds must be 0 to 255.");
        return ValueTask.CompletedTask;
    }

    /// <summary><c>POST /v1/nodes/NODE/vendor_passthru/identify {"seconds": 15}</c></summary>
    [Passthru("POST", Async = false, Description = "Lights the LED. Optional: seconds, 0 to 255, 0 for no end")]
    public async Task<object> IdentifyAsync(NodeContext node, int seconds = 15, CancellationToken cancellationToken = default)
    {
        await controller.WriteAsync(node, "settings/identify", $"{seconds}", cancellationToken);
        return new { Seconds = seconds };
    }

    /// <summary><c>GET /v1/drivers/company-hw/vendor_passthru/limits</c></summary>
    [DriverPassthru("GET", Async = false, Description = "How long a management controller may take to answer")]
    public object Limits() => new { TimeoutSeconds = options.Value.Timeout.TotalSeconds };
}
