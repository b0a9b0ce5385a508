using System.Text.RegularExpressions;
using Google.Protobuf.Collections;
using Ironic.Conformance.Calls;
using Ironic.Driver.V1;

namespace Ironic.Conformance.Checks;

/// <summary>What a driver says about itself: section 3 of SPEC.md.</summary>
internal static partial class DescriptionChecks
{
    // Section 10.
    private static readonly Dictionary<InterfaceType, string[]> ConductorInterfaces = new()
    {
        [InterfaceType.Bios] = ["no-bios"],
        [InterfaceType.Boot] = ["ipxe", "pxe", "http-ipxe", "http"],
        [InterfaceType.Console] = ["no-console"],
        [InterfaceType.Deploy] = ["autodetect", "direct", "ansible", "ramdisk", "anaconda", "bootc", "custom-agent", "noop"],
        [InterfaceType.Firmware] = ["no-firmware"],
        [InterfaceType.Inspect] = ["agent", "no-inspect"],
        [InterfaceType.Management] = ["noop"],
        [InterfaceType.Network] = ["flat", "neutron", "ironic-networking", "noop"],
        [InterfaceType.Power] = ["agent"],
        [InterfaceType.Raid] = ["no-raid", "agent"],
        [InterfaceType.Rescue] = ["no-rescue", "agent"],
        [InterfaceType.Storage] = ["noop", "cinder", "external"],
        [InterfaceType.Vendor] = ["no-vendor"],
    };

    private static readonly string[] Verbs = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    public static IEnumerable<Check> All(DriverUnderTest driver)
    {
        var info = driver.Info;
        yield return new Check("R-010", "GetInfo", "the description stays the same", async cancellationToken =>
            Expect.That((await driver.ReadInfoAsync(cancellationToken)).Equals(info), "the second answer differs from the first"));
        yield return new Check("R-011", "name", "the driver has a name", () => Expect.That(info.Name.Length > 0, "it has none"));
        yield return new Check("R-011", "instance_id", "the start of the process has an id", () => Expect.That(info.InstanceId.Length > 0, "it has none"));
        yield return new Check("R-012", "driver", "the driver's name is valid", () => Name(info.Name));
        yield return new Check("R-013", "contract_versions", "it speaks v1", () => Expect.That(info.ContractVersions.Contains("v1"), $"it speaks {string.Join(", ", info.ContractVersions)}"));
        yield return new Check("R-014", "hardware_types", "it has a hardware type, each once", () =>
        {
            Expect.That(info.HardwareTypes.Count > 0, "it has none");
            Once(info.HardwareTypes.Select(type => type.Name), "hardware type");
        });
        yield return new Check("R-022", "conductor_groups", "they are names of conductor groups, each once", () =>
        {
            foreach (var group in info.ConductorGroups)
                Expect.That(ConductorGroup().IsMatch(group), $"'{group}' is no name of one");
            Once(info.ConductorGroups, "conductor group");
        });
        foreach (var check in info.HardwareTypes.SelectMany(type => OfType(type, info)).Concat(info.Interfaces.SelectMany(OfImplementation)))
            yield return check;
        yield return new Check("R-015", "interfaces", "an implementation is described once", () =>
            Once(info.Interfaces.Select(implementation => $"{implementation.Type} {implementation.Name}"), "implementation"));
    }

    private static IEnumerable<Check> OfType(HardwareType type, DriverInfo info)
    {
        yield return new Check("R-012", $"hardware type {type.Name}", "its name is valid", () => Name(type.Name));
        yield return new Check("R-014", $"hardware type {type.Name}", "it lists implementations of every interface type, each once", () =>
        {
            var missing = Enum.GetValues<InterfaceType>().Where(known => known != InterfaceType.Unspecified)
                .Where(known => !type.SupportedInterfaces.Any(supported => supported.Type == known && supported.Names.Count > 0)).ToList();
            Expect.That(missing.Count == 0, $"there is none for {string.Join(", ", missing)}");
            Once(type.SupportedInterfaces.Select(supported => supported.Type.ToString()), "interface type");
            foreach (var supported in type.SupportedInterfaces)
                Once(supported.Names, $"name for {supported.Type}");
        });
        yield return new Check("R-015", $"hardware type {type.Name}", "what it lists, the driver or the conductor has", () =>
        {
            foreach (var supported in type.SupportedInterfaces)
            {
                foreach (var name in supported.Names)
                {
                    Expect.That(
                        IsConductors(supported.Type, name) || info.Interfaces.Any(served => served.Type == supported.Type && served.Name == name),
                        $"nobody has the {supported.Type.ToString().ToLowerInvariant()} interface {name}");
                }
            }
        });
    }

    private static IEnumerable<Check> OfImplementation(InterfaceImplementation implementation)
    {
        var subject = $"{implementation.Type.ToString().ToLowerInvariant()} {implementation.Name}";
        yield return new Check("R-012", subject, "its name is valid", () => Name(implementation.Name));
        yield return new Check("R-015", subject, "it has no name of the conductor's", () =>
            Expect.That(!IsConductors(implementation.Type, implementation.Name), "the conductor has an implementation of that name"));
        if (implementation.Properties.Count > 0)
        {
            yield return new Check("R-020", subject, "its properties that look secret are marked so, and each is described once", () =>
            {
                Once(implementation.Properties.Select(property => property.Name), "property");
                var open = implementation.Properties.Where(property => !property.Secret && Secret().IsMatch(property.Name)).Select(property => property.Name).ToList();
                Expect.That(open.Count == 0, $"{string.Join(", ", open)} is not marked");
            });
        }

        if (implementation.Type == InterfaceType.Power)
        {
            yield return new Check("R-111", subject, "its power targets are known, each once", () =>
            {
                Expect.That(implementation.SupportedPowerTargets.All(target => target != PowerTarget.Unspecified && Enum.IsDefined(target)), "there is one that this contract does not have");
                Once(implementation.SupportedPowerTargets.Select(target => target.ToString()), "power target");
            });
        }

        if (implementation.BootCapabilities.Count > 0)
        {
            yield return new Check("R-140", subject, "its boot capabilities are known, each once, and it is a boot interface", () =>
            {
                Expect.That(implementation.Type == InterfaceType.Boot, "it is none");
                Expect.That(implementation.BootCapabilities.All(capability => capability != BootCapability.Unspecified && Enum.IsDefined(capability)), "there is one that this contract does not have");
                Once(implementation.BootCapabilities.Select(capability => capability.ToString()), "boot capability");
            });
        }

        if (implementation.Steps.Count > 0)
        {
            yield return new Check("R-130", subject, "its steps have names, kinds and arguments, each once", () =>
            {
                Once(implementation.Steps.SelectMany(step => step.Kinds.Select(kind => $"{kind} {step.Name}")), "step");
                foreach (var step in implementation.Steps)
                {
                    Expect.That(step.Name.Length > 0, "one has no name");
                    Expect.That(step.Kinds.Count > 0 && step.Kinds.All(kind => kind != StepKind.Unspecified && Enum.IsDefined(kind)), $"{step.Name} is of no known kind");
                    Once(step.Arguments.Select(argument => argument.Name), $"argument of {step.Name}");
                }
            });
        }

        foreach (var check in OfMethods(subject, "node methods", implementation.NodeMethods).Concat(OfMethods(subject, "driver methods", implementation.DriverMethods)))
            yield return check;
    }

    private static IEnumerable<Check> OfMethods(string subject, string kind, RepeatedField<VendorMethod> methods)
    {
        if (methods.Count == 0)
            yield break;
        yield return new Check("R-017", $"{subject}: {kind}", "their names are theirs alone", () =>
        {
            Once(methods.Select(method => method.Name), "method");
            Expect.That(methods.All(method => method.Name.Length > 0 && method.Name != "methods"), "one is called methods, or nothing");
        });
        yield return new Check("R-018", $"{subject}: {kind}", "they have HTTP methods, each once", () =>
        {
            foreach (var method in methods)
            {
                Expect.That(method.HttpMethods.Count > 0, $"{method.Name} has none");
                Expect.That(method.HttpMethods.All(Verbs.Contains), $"{method.Name} has {string.Join(", ", method.HttpMethods)}");
                Once(method.HttpMethods, $"HTTP method of {method.Name}");
            }
        });
        yield return new Check("R-019", $"{subject}: {kind}", "none with an attachment is asynchronous", () =>
            Expect.That(!methods.Any(method => method.Attach && method.Async), $"{methods.FirstOrDefault(method => method.Attach && method.Async)?.Name} is"));
    }

    private static bool IsConductors(InterfaceType type, string name) => ConductorInterfaces.TryGetValue(type, out var names) && names.Contains(name);

    private static void Name(string name) => Expect.That(ValidName().IsMatch(name), $"\"{name}\" is not valid");

    private static void Once(IEnumerable<string> names, string what)
    {
        var twice = names.GroupBy(name => name).Where(same => same.Count() > 1).Select(same => same.Key).ToList();
        Expect.That(twice.Count == 0, $"there is more than one {what} {string.Join(", ", twice)}");
    }

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,255}$")]
    private static partial Regex ValidName();

    [GeneratedRegex(@"^[a-z0-9_.-]{0,255}\z")]
    private static partial Regex ConductorGroup();

    [GeneratedRegex("password|passwd|secret|token|private_key|kg_key|community", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
