using Ironic.Driver.Sdk.Vendor;

namespace Ironic.Driver.Sdk.Tests.Vendor;

/// <summary>How what an author writes on a method appears in the driver's description.</summary>
public sealed class MethodDescriptionTests
{
    [Theory]
    [InlineData("authentication_types", typeof(Names))]
    [InlineData("send_raw", typeof(Names))]
    [InlineData("get_sel2", typeof(Names))]
    [InlineData("async", typeof(Names))]
    [InlineData("alternative.name-1", typeof(Names))]
    public void A_method_is_known_by_its_name_in_snake_case_or_by_the_one_it_was_given(string name, Type vendor)
    {
        var methods = Create(vendor);
        Assert.Contains(name, methods.NodeMethods.Keys.Concat(methods.DriverMethods.Keys));
    }

    [Fact]
    public void Methods_of_nodes_and_of_the_driver_are_kept_apart()
    {
        var methods = Create(typeof(Names));
        Assert.Equal(["alternative.name-1", "async", "get_sel2", "send_raw"], methods.NodeMethods.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["authentication_types", "send_raw"], methods.DriverMethods.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Unless_told_otherwise_a_method_is_asynchronous_and_locks_its_node()
    {
        var method = Create(typeof(Names)).NodeMethods["send_raw"].Description;
        Assert.Equal((true, true, false, ""), (method.Async, method.RequireExclusiveLock, method.Attach, method.Description));
    }

    [Fact]
    public void What_is_told_is_described()
    {
        var method = Create(typeof(Options)).NodeMethods["told"].Description;
        Assert.Equal((false, false, true, "Tells"), (method.Async, method.RequireExclusiveLock, method.Attach, method.Description));
    }

    [Fact]
    public void A_driver_method_locks_nothing() => Assert.False(Create(typeof(Names)).DriverMethods["send_raw"].Description.RequireExclusiveLock);

    [Fact]
    public void R018_verbs_are_described_in_upper_case_in_their_order() =>
        Assert.Equal(["DELETE", "POST", "PATCH", "GET", "PUT"], Create(typeof(Options)).NodeMethods["all_verbs"].Description.HttpMethods);

    [Fact]
    public void Inherited_methods_are_methods_too_and_an_override_replaces_its_base()
    {
        var methods = Create(typeof(Derived)).NodeMethods;
        Assert.Equal(["inherited", "overridden"], methods.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("from the base", methods["overridden"].Description.Description);
    }

    private static VendorMethodTable Create(Type type) => VendorMethodTable.Create((VendorInterface)Activator.CreateInstance(type)!);

    private abstract class Empty : VendorInterface
    {
        public override IReadOnlyList<DriverProperty> GetProperties() => [];
    }

    private sealed class Names : Empty
    {
        [DriverPassthru("GET")]
        public static void AuthenticationTypes()
        {
        }

        [Passthru("POST")]
        public static Task SendRawAsync() => Task.CompletedTask;

        [DriverPassthru("POST", Method = "send_raw")]
        public static void SendRawToAll()
        {
        }

        [Passthru("GET")]
        public static void GetSel2()
        {
        }

        [Passthru("GET")]
        public static void Async()
        {
        }

        [Passthru("PUT", Method = "alternative.name-1")]
        public static void Name1()
        {
        }
    }

    private sealed class Options : Empty
    {
        [Passthru("GET", Async = false, RequireExclusiveLock = false, Attach = true, Description = "Tells")]
        public static byte[] Told() => [];

        [Passthru("delete", "Post", "PATCH", "get", "pUT")]
        public static void AllVerbs()
        {
        }
    }

    private class Base : Empty
    {
        [Passthru("POST")]
        public static void Inherited()
        {
        }

        [Passthru("POST", Description = "from the base")]
        public virtual void Overridden()
        {
        }
    }

    private sealed class Derived : Base
    {
        public override void Overridden()
        {
        }
    }
}
