using Google.Protobuf.Reflection;
using Ironic.Driver.Sdk.Services;
using Ironic.Driver.Sdk.Tests.Support;

namespace Ironic.Driver.Sdk.Tests.Catalog;

/// <summary>The SDK's own words are those of the contract.</summary>
public sealed class ContractNamesTests
{
    [Theory]
    [InlineData(typeof(InterfaceType), "InterfaceType", "INTERFACE_TYPE_")]
    [InlineData(typeof(PowerState), "PowerState", "POWER_STATE_")]
    [InlineData(typeof(PowerTarget), "PowerTarget", "POWER_TARGET_")]
    [InlineData(typeof(ErrorClass), "ErrorClass", "ERROR_CLASS_")]
    public void The_values_of_an_enum_are_those_of_the_contract(Type type, string name, string prefix)
    {
        var contract = V1.CommonReflection.Descriptor.FindTypeByName<EnumDescriptor>(name).Values
            .Where(value => value.Number != 0)
            .Select(value => (value.Number, value.Name[prefix.Length..]));
        var own = Enum.GetValues(type).Cast<int>()
            .Where(value => value != 0)
            .Select(value => (value, DriverJson.ToSnakeCase(Enum.GetName(type, value)!).ToUpperInvariant()));
        Assert.Equal(contract.Order(), own.Order());
    }

    [Fact]
    public void The_conductors_interfaces_are_those_of_section_10()
    {
        var specified = Specification.ReadTable("## 10.", "interface")
            .SelectMany(row => row[1].Split(',').Select(name => (Enum.Parse<InterfaceType>(row[0], ignoreCase: true), name.Trim(' ', '`'))))
            .ToHashSet();
        Assert.All(specified, pair => Assert.True(ConductorInterfaces.Contains(pair.Item1, pair.Item2), $"{pair}"));
        Assert.Equal(specified.Count, ConductorInterfaces.Count);
    }

    [Fact]
    public void R090_each_class_travels_as_the_table_of_section_6_says()
    {
        var specified = Specification.ReadTable("## 6.", "condition").Where(row => row[1] != "none").ToDictionary(row => row[1], row => row[2]);
        var own = Enum.GetValues<ErrorClass>().ToDictionary(
            ErrorTranslator.ToReason, value => DriverJson.ToSnakeCase(ErrorTranslator.ToStatusCode(value).ToString()).ToUpperInvariant());
        Assert.Equal(specified, own);
    }
}
