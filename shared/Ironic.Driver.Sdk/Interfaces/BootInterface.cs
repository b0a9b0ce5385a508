namespace Ironic.Driver.Sdk;

/// <summary>
/// Prepares a node to boot the agent's ramdisk or its instance. The conductor switches the machine before and after; a phase leaves its power as
/// it is. A preparation replaces an earlier one, and a clean-up succeeds where there is nothing to clean up. What is not overridden is unsupported.
/// </summary>
public abstract class BootInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Boot;

    /// <summary>What can be booted by it. None: the conductor never calls it.</summary>
    public virtual IReadOnlyList<BootCapability> Capabilities => [];

    /// <summary>The machine boots a ramdisk the next time.</summary>
    /// <exception cref="UnsupportedOperationException">It does not boot in this way.</exception>
    public virtual Task PrepareRamdiskAsync(NodeContext node, RamdiskBoot ramdisk, IOperationProgress progress, CancellationToken cancellationToken) =>
        throw Unsupported("prepare_ramdisk");

    /// <summary>The ramdisk is not needed any more.</summary>
    public virtual Task CleanUpRamdiskAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) => throw Unsupported("clean_up_ramdisk");

    /// <summary>The machine boots its instance from now on. What that is, the node's instance_info says.</summary>
    /// <exception cref="UnsupportedOperationException">It does not boot in this way.</exception>
    public virtual Task PrepareInstanceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) => throw Unsupported("prepare_instance");

    /// <summary>The instance goes away: the machine has no access to its images any more.</summary>
    public virtual Task CleanUpInstanceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) => throw Unsupported("clean_up_instance");

    private UnsupportedOperationException Unsupported(string what) => new($"The boot interface '{Name}' does not support {what}.");
}

/// <summary>What a boot interface can boot beside an instance that is on a disk. The values are those of <c>ironic.driver.v1.BootCapability</c>.</summary>
public enum BootCapability
{
    /// <summary>
    /// An instance that runs from its own image in memory, with nothing written to a disk: the node's deploy interface is <c>ramdisk</c>, and its
    /// instance_info has a <c>boot_iso</c>, or a <c>kernel</c> and a <c>ramdisk</c>. Validation fails for one that cannot be booted.
    /// </summary>
    Ramdisk = 1,
}

/// <summary>A ramdisk and where the management controller or the machine can get it: an image that boots by itself, or a kernel and its ramdisk.</summary>
/// <param name="IsoUrl">The image; null: there is none.</param>
/// <param name="KernelUrl">The kernel; null: there is none.</param>
/// <param name="RamdiskUrl">The kernel's ramdisk; null: there is none.</param>
/// <param name="Parameters">For the kernel's command line. The agent's token may be among them.</param>
public sealed record RamdiskBoot(string? IsoUrl, string? KernelUrl, string? RamdiskUrl, IReadOnlyDictionary<string, string> Parameters);
