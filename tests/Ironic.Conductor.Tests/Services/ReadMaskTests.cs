using Google.Protobuf.Reflection;
using Ironic.Api.V1;
using Ironic.Conductor.Services;
using Ironic.Hosting.Errors;
using Ironic.Types.V1;

namespace Ironic.Conductor.Tests.Services;

public sealed class ReadMaskTests
{
    private static readonly Node Full = new()
    {
        Uuid = "u",
        Name = "n",
        Extra = new Json { Text = "{}" },
        PowerState = PowerState.On,
        Traits = { "CUSTOM_A" },
        Maintenance = false,
    };

    [Fact]
    public void Only_what_is_named_stays_in_a_resource()
    {
        var response = new GetNodeResponse { Node = Full.Clone() };

        Mask(new GetNodeRequest { ReadMask = { "uuid", "power_state" } }, response)!.Apply(response);

        Assert.Equal(new Node { Uuid = "u", PowerState = PowerState.On }, response.Node);
    }

    [Fact]
    public void Only_what_is_named_stays_in_a_list()
    {
        var response = new ListNodesResponse { Nodes = { Full.Clone(), Full.Clone() }, NextMarker = "next" };

        Mask(new ListNodesRequest { ReadMask = { "traits", "maintenance" } }, response)!.Apply(response);

        var expected = new Node { Traits = { "CUSTOM_A" }, Maintenance = false };
        Assert.Equal(new ListNodesResponse { Nodes = { expected, expected }, NextMarker = "next" }, response);
    }

    [Fact]
    public void No_mask_hides_nothing() => Assert.Null(Mask(new GetNodeRequest(), new GetNodeResponse()));

    [Fact]
    public void A_response_without_its_resource_is_left_alone()
    {
        var response = new GetNodeResponse();

        Mask(new GetNodeRequest { ReadMask = { "uuid" } }, response)!.Apply(response);

        Assert.Null(response.Node);
    }

    [Fact]
    public void A_name_that_is_no_field_is_refused()
    {
        var error = Assert.Throws<IronicException>(() => Mask(new GetNodeRequest { ReadMask = { "uuid", "colour", "powerState" } }, new GetNodeResponse()));

        Assert.Equal(ErrorReason.InvalidParameterValue, error.Reason);
        Assert.Equal("Field(s) \"colour, powerState\" are not valid", error.Message);
    }

    [Fact]
    public void A_method_without_a_mask_has_none() =>
        Assert.Null(MaskedMethod.Create(DeleteNodeRequest.Descriptor, DeleteNodeResponse.Descriptor));

    [Fact]
    public void Every_mask_of_the_contract_is_about_one_resource()
    {
        FileDescriptor[] files = [NodeReflection.Descriptor, DriverReflection.Descriptor, ConductorReflection.Descriptor];
        var masked = files.SelectMany(file => file.Services).SelectMany(service => service.Methods)
            .Where(method => MaskedMethod.Create(method.InputType, method.OutputType) is not null)
            .Select(method => method.Name).ToHashSet();

        Assert.Superset(new HashSet<string> { "ListNodes", "GetNode", "ListDrivers", "GetDriver", "ListConductors", "GetConductor" }, masked);
    }

    private static ReadMask? Mask(Google.Protobuf.IMessage request, Google.Protobuf.IMessage response) =>
        MaskedMethod.Create(request.Descriptor, response.Descriptor)!.Read(request);
}
