using Ironic.Api.V1;
using Ironic.Conductor.Provisioning;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Ironic.Types.V1;

namespace Ironic.Conductor.Tests.Provisioning;

public sealed class ProvisionArgumentsTests
{
    private const string Step = """{"interface": "bios", "step": "factory_reset"}""";

    [Theory]
    [InlineData("clean", 15, "[" + Step + "]")]
    [InlineData("clean", 115, """[{"interface": "vendor", "step": "x", "args": {"a": 1}, "execute_on_child_nodes": true, "limit_child_node_execution": ["a"]}]""")]
    [InlineData("inspect", 115, "[]")]
    [InlineData("inspect", 115, "null")]
    public void Clean_steps_are_taken(string verb, int version, string steps) => Check(Request(verb, cleanSteps: steps), version);

    [Theory]
    [InlineData("clean", null, "required")]
    [InlineData("clean", "null", "required")]
    [InlineData("clean", "[]", "required")]
    [InlineData("clean", "{}", "Expected a list")]
    [InlineData("clean", "\"x\"", "Expected a list")]
    [InlineData("clean", "{", "no JSON")]
    [InlineData("clean", "[{}]", "'interface' is a required property")]
    [InlineData("clean", """[{"interface": "bios"}]""", "'step' is a required property")]
    [InlineData("clean", """[{"interface": "bios", "step": ""}]""", "'' is not a step's name")]
    [InlineData("clean", """[{"interface": "boot", "step": "x"}]""", "'boot' is not one of")]
    [InlineData("clean", """[{"interface": "network", "step": "x"}]""", "'network' is not one of")]
    [InlineData("clean", """[{"interface": "bios", "step": "x", "args": []}]""", "[] is not of type 'object'")]
    [InlineData("clean", """[{"interface": "bios", "step": "x", "priority": 5}]""", "'priority' was unexpected")]
    [InlineData("clean", """["x"]""", "'x' is not of type 'object'")]
    [InlineData("inspect", "[" + Step + "]", "only valid when setting target provision state to clean")]
    [InlineData("service", "[" + Step + "]", "only valid when setting target provision state to clean")]
    public void Clean_steps_are_refused(string verb, string? steps, string fault) => AssertRefused(Request(verb, cleanSteps: steps), 115, fault);

    [Theory]
    [InlineData("""[{"interface": "network", "step": "x"}]""", null)]
    [InlineData("[]", "required")]
    [InlineData("[{}]", "'interface' is a required property")]
    public void Service_steps(string steps, string? fault)
    {
        var request = new SetNodeProvisionStateRequest { Target = "service", ServiceSteps = new Json { Text = steps } };
        if (fault is null)
            Check(request, 87);
        else
            AssertRefused(request, 87, fault);
    }

    [Theory]
    [InlineData("active", """[{"interface": "deploy", "step": "x", "args": {}, "priority": 0}]""", null)]
    [InlineData("rebuild", """[{"interface": "deploy", "step": "x", "args": {}, "priority": "10"}]""", null)]
    [InlineData("inspect", "[]", null)]
    [InlineData("active", "{}", "Expected a list")]
    [InlineData("active", """[{"interface": "deploy", "step": "x", "priority": 1}]""", "'args' is a required property")]
    [InlineData("active", """[{"interface": "deploy", "step": "x", "args": {}}]""", "'priority' is a required property")]
    [InlineData("active", """[{"interface": "deploy", "step": "x", "args": {}, "priority": -1}]""", "-1 is less than the minimum of 0")]
    [InlineData("active", """[{"interface": "deploy", "step": "x", "args": {}, "priority": "-1"}]""", "'-1' is not")]
    [InlineData("deploy", "[" + Step + "]", "only valid when setting target provision state to active or rebuild")]
    public void Deploy_steps(string verb, string steps, string? fault)
    {
        var request = new SetNodeProvisionStateRequest { Target = verb, DeploySteps = new Json { Text = steps } };
        if (fault is null)
            Check(request, 69);
        else
            AssertRefused(request, 69, fault);
    }

    [Theory]
    [InlineData("active", 1, "\"H4sI\"", null)]
    [InlineData("active", 1, "\"\"", null)]
    [InlineData("inspect", 115, "\"\"", null)]
    [InlineData("inspect", 115, "{}", null)]
    [InlineData("inspect", 115, "null", null)]
    [InlineData("rebuild", 35, "\"H4sI\"", null)]
    [InlineData("rebuild", 34, "\"H4sI\"", "only supported when")]
    [InlineData("deploy", 115, "\"H4sI\"", "only supported when")]
    [InlineData("inspect", 115, "\"H4sI\"", "only supported when")]
    [InlineData("active", 56, """{"meta_data": {}, "network_data": {}, "user_data": "x"}""", null)]
    [InlineData("active", 59, """{"vendor_data": {}, "user_data": ["x"]}""", null)]
    [InlineData("active", 55, """{"meta_data": {}}""", "1.56")]
    [InlineData("active", 58, """{"vendor_data": {}}""", "1.59")]
    [InlineData("active", 115, """{"nosuch": 1}""", "nothing else")]
    [InlineData("active", 115, """{"user_data": 5}""", "user_data is of a wrong type")]
    [InlineData("active", 115, """{"meta_data": "x"}""", "meta_data is of a wrong type")]
    [InlineData("active", 115, "5", "Expected a text or an object")]
    [InlineData("active", 115, "[]", "Expected a text or an object")]
    public void Config_drives(string verb, int version, string configdrive, string? fault)
    {
        var request = new SetNodeProvisionStateRequest { Target = verb, Configdrive = new Json { Text = configdrive } };
        if (fault is null)
            Check(request, version);
        else
            AssertRefused(request, version, fault);
    }

    [Fact]
    public void No_fault_repeats_what_is_in_a_config_drive()
    {
        foreach (var configdrive in new[] { """{"meta_data": "hunter2"}""", """{"hunter2": 1}""", """{"user_data": 5, "x": "hunter2"}""", """["hunter2"]""", "hunter2" })
        {
            var refused = Assert.Throws<IronicException>(() =>
                Check(new SetNodeProvisionStateRequest { Target = "active", Configdrive = new Json { Text = configdrive } }, 115));
            Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("rescue", "x", null)]
    [InlineData("rescue", null, "is required")]
    [InlineData("rescue", " ", "is required")]
    [InlineData("inspect", "x", "only valid when setting target provision state to rescue")]
    [InlineData("inspect", "", "only valid when setting target provision state to rescue")]
    public void Rescue_passwords(string verb, string? password, string? fault)
    {
        var request = new SetNodeProvisionStateRequest { Target = verb };
        if (password is not null)
            request.RescuePassword = password;
        if (fault is null)
            Check(request, 38);
        else
            AssertRefused(request, 38, fault);
    }

    [Fact]
    public void A_ramdisk_can_be_left_out_of_manual_cleaning_and_later_of_service()
    {
        var clean = Request("clean", cleanSteps: "[" + Step + "]");
        clean.DisableRamdisk = true;
        Check(clean, 70);
        var service = new SetNodeProvisionStateRequest { Target = "service", DisableRamdisk = true, ServiceSteps = new Json { Text = "[" + Step + "]" } };
        Check(service, 108);
        AssertRefused(service, 107, "disable_ramdisk");
        AssertRefused(new SetNodeProvisionStateRequest { Target = "inspect", DisableRamdisk = false }, 115, "disable_ramdisk");
    }

    [Fact]
    public void A_runbook_stands_for_the_steps()
    {
        Check(new SetNodeProvisionStateRequest { Target = "clean", Runbook = "r" }, 92);
        Check(new SetNodeProvisionStateRequest { Target = "service", Runbook = "r" }, 92);
        AssertRefused(new SetNodeProvisionStateRequest { Target = "active", Runbook = "r" }, 92, "only valid when setting target provision state to clean or service");
        var both = Request("clean", cleanSteps: "[" + Step + "]");
        both.Runbook = "r";
        AssertRefused(both, 92, "not both");
    }

    private static SetNodeProvisionStateRequest Request(string verb, string? cleanSteps) => new()
    {
        Target = verb,
        CleanSteps = cleanSteps is null ? null : new Json { Text = cleanSteps },
    };

    private static void Check(SetNodeProvisionStateRequest request, int version) => ProvisionArguments.Check(request, new Microversion(version));

    private static void AssertRefused(SetNodeProvisionStateRequest request, int version, string fault)
    {
        var refused = Assert.Throws<IronicException>(() => Check(request, version));
        Assert.Contains(refused.Reason, new[] { ErrorReason.InvalidParameterValue, ErrorReason.MissingParameterValue });
        Assert.Contains(fault, refused.Message, StringComparison.Ordinal);
    }
}
