namespace Ironic.Driver.Sdk;

/// <summary>
/// The vendor's own methods: public methods with <see cref="PassthruAttribute"/> (about a node) or <see cref="DriverPassthruAttribute"/>
/// (about no node). They appear under <c>/v1/nodes/{node}/vendor_passthru/</c> and <c>/v1/drivers/{driver}/vendor_passthru/</c>.
/// </summary>
public abstract class VendorInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Vendor;

    /// <summary>
    /// Checks a call of a node method before it runs, under the lock under which it will run. Required parameters and their types
    /// are checked by the SDK after this; here is the place for what the values may be. Must not talk to the management controller.
    /// </summary>
    /// <exception cref="MissingParameterException">A parameter is missing.</exception>
    /// <exception cref="InvalidParameterException">A parameter is wrong.</exception>
    public virtual ValueTask ValidateAsync(NodeContext node, VendorCall call, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Checks a call of a driver method before it runs.</summary>
    /// <exception cref="MissingParameterException">A parameter is missing.</exception>
    /// <exception cref="InvalidParameterException">A parameter is wrong.</exception>
    public virtual ValueTask ValidateDriverMethodAsync(DriverContext context, VendorCall call, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
