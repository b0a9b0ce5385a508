using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

/// <summary>A vendor interface that is not the default one of its hardware type, for tests of the whole system: with <c>Fake:TestMethods=true</c>.</summary>
internal sealed class FakeSecondVendor(FakeBehaviour behaviour) : VendorInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await behaviour.ApplyAsync(node.DriverInfo, "vendor.validate", cancellationToken);

    [Passthru("GET", Async = false, RequireExclusiveLock = false, Description = "Answers with the name of its interface")]
    public static string FakeSecond() => "fake-second";

    [DriverPassthru("GET", Async = false, Description = "Answers with the name of its interface; nobody can call it, since another interface is the default")]
    public static string FakeDriverSecond() => "fake-second";
}
