using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>Finds out what a machine is made of, from what its controller says.</summary>
internal static partial class Inspector
{
    private const long Gibibyte = 1L << 30;
    private const long SmallestRootDisk = 4 * Gibibyte;

    private static readonly Dictionary<string, string> Architectures = new(StringComparer.OrdinalIgnoreCase)
    {
        ["x86-64"] = "x86_64",
        ["x86"] = "i686",
        ["ARM-A64"] = "aarch64",
        ["ARM-A32"] = "arm",
        ["ARM"] = "aarch64",
        ["IA-64"] = "ia64",
        ["Power"] = "ppc64le",
        ["PowerISA"] = "ppc64le",
        ["MIPS64"] = "mips64",
        ["MIPS32"] = "mips",
        ["RV64"] = "riscv64",
        ["RISC-V"] = "riscv64",
    };

    /// <summary>Inspects a machine.</summary>
    public static async Task<Inspection> InspectAsync(RedfishSystem system, IOperationProgress progress)
    {
        var json = system.Resource.Json;
        var inventory = new JsonObject();
        var properties = new JsonObject();
        progress.Report("Reading processors and memory");
        await AddProcessorsAsync(system, inventory, properties);
        if (json.Member("MemorySummary")?.Number("TotalSystemMemoryGiB") is { } memory and > 0 and < int.MaxValue)
        {
            var mebibytes = (long)(memory * 1024);
            inventory["memory"] = new JsonObject { ["physical_mb"] = mebibytes, ["total"] = mebibytes * 1024 * 1024 };
            properties["memory_mb"] = mebibytes.ToString(CultureInfo.InvariantCulture);
        }

        progress.Report("Reading disks");
        await AddDisksAsync(system, inventory, properties);
        progress.Report("Reading network interfaces");
        var ports = await AddInterfacesAsync(system, inventory);
        inventory["system_vendor"] = new JsonObject
        {
            ["product_name"] = json.Text("Model"),
            ["serial_number"] = json.Text("SerialNumber"),
            ["manufacturer"] = json.Text("Manufacturer"),
            ["sku"] = json.Text("SKU"),
            ["system_uuid"] = json.Text("UUID"),
        };
        if (json.Text("Manufacturer") is { } vendor)
            properties["vendor"] = vendor;
        if (system.Boot.Mode is { } mode)
        {
            var name = mode == BootMode.Uefi ? "uefi" : "bios";
            inventory["boot"] = new JsonObject { ["current_boot_mode"] = name };
        }

        return new Inspection { Inventory = inventory, Properties = properties, Ports = ports };
    }

    private static async Task AddProcessorsAsync(RedfishSystem system, JsonObject inventory, JsonObject properties)
    {
        var processors = (await system.Connection.GetMembersAsync(system.Resource.Json.Link("Processors")))
            .Where(processor => processor.Json.Text("ProcessorType") is "CPU" or null && processor.Json.Member("Status")?.Text("State") is not "Absent").ToList();
        var summary = system.Resource.Json.Member("ProcessorSummary");
        var threads = processors.Sum(processor => Bounded(processor.Json.Count("TotalThreads") ?? processor.Json.Count("TotalCores") ?? 0));
        var count = threads > 0 ? threads : summary?.Count("LogicalProcessorCount") ?? summary?.Count("Count");
        var first = processors.FirstOrDefault();
        var architecture = (first?.Json.Text("InstructionSet") ?? first?.Json.Text("ProcessorArchitecture")) is { } name && Architectures.TryGetValue(name, out var known) ? known : null;
        var cpu = new JsonObject { ["model_name"] = first?.Json.Text("Model") ?? summary?.Text("Model") };
        if (count is { } number and > 0)
        {
            cpu["count"] = number;
            properties["cpus"] = number.ToString(CultureInfo.InvariantCulture);
        }

        if (architecture is not null)
        {
            cpu["architecture"] = architecture;
            properties["cpu_arch"] = architecture;
        }

        if (first?.Json.Number("MaxSpeedMHz") is { } speed)
            cpu["frequency"] = speed.ToString("0.###", CultureInfo.InvariantCulture);
        inventory["cpu"] = cpu;
    }

    private static async Task AddDisksAsync(RedfishSystem system, JsonObject inventory, JsonObject properties)
    {
        var disks = new JsonArray();
        var sizes = new List<long>();
        var storage = await StorageInventory.FindStorageAsync(system);
        foreach (var subsystem in storage)
        {
            foreach (var volume in await system.Connection.GetMembersAsync(subsystem.Json.Link("Volumes")))
                AddSize(volume.Json.Count("CapacityBytes"));
        }

        foreach (var drive in await StorageInventory.FindDrivesAsync(system))
        {
            AddSize(drive.Json.Count("CapacityBytes"));
            disks.Add((JsonNode)new JsonObject
            {
                ["name"] = drive.Name,
                ["size"] = drive.Json.Count("CapacityBytes"),
                ["model"] = drive.Json.Text("Model"),
                ["serial"] = drive.Json.Text("SerialNumber"),
                ["vendor"] = drive.Json.Text("Manufacturer"),
                ["rotational"] = drive.Json.Text("MediaType") switch { "HDD" => true, "SSD" => false, _ => null },
            });
        }

        foreach (var simple in storage.Count > 0 ? [] : await system.Connection.GetMembersAsync(system.Resource.Json.Link("SimpleStorage")))
        {
            foreach (var device in simple.Json.Items("Devices").Where(device => device.Count("CapacityBytes") is > 0))
            {
                AddSize(device.Count("CapacityBytes"));
                disks.Add((JsonNode)new JsonObject { ["name"] = device.Text("Name"), ["size"] = device.Count("CapacityBytes"), ["model"] = device.Text("Model"), ["vendor"] = device.Text("Manufacturer") });
            }
        }

        inventory["disks"] = disks;
        // The root disk is the smallest that is large enough, as the agent chooses it; one gibibyte of it is kept for partitions beside the image.
        if (sizes.Count > 0)
            properties["local_gb"] = Math.Max(0, (sizes.Min() / Gibibyte) - 1).ToString(CultureInfo.InvariantCulture);

        void AddSize(long? bytes)
        {
            if (bytes >= SmallestRootDisk)
                sizes.Add(bytes.Value);
        }
    }

    private static async Task<IReadOnlyList<InspectedPort>> AddInterfacesAsync(RedfishSystem system, JsonObject inventory)
    {
        var interfaces = new JsonArray();
        var ports = new Dictionary<string, InspectedPort>(StringComparer.Ordinal);
        foreach (var nic in await system.Connection.GetMembersAsync(system.Resource.Json.Link("EthernetInterfaces")))
        {
            var address = (nic.Json.Text("MACAddress") ?? nic.Json.Text("PermanentMACAddress"))?.Replace('-', ':').ToUpperInvariant().ToLower(CultureInfo.InvariantCulture);
            if (address is null || !MacAddress().IsMatch(address))
                continue;
            var status = nic.Json.Member("Status");
            interfaces.Add((JsonNode)new JsonObject { ["name"] = nic.Id, ["mac_address"] = address, ["speed_mbps"] = nic.Json.Count("SpeedMbps"), ["has_carrier"] = nic.Json.Text("LinkStatus") switch { "LinkUp" => true, "LinkDown" or "NoLink" => false, _ => null } });
            if (status?.Text("State") is "Enabled" or null && status?.Text("Health") is "OK" or null)
                ports.TryAdd(address, new InspectedPort(address));
        }

        inventory["interfaces"] = interfaces;
        return [.. ports.Values];
    }

    private static long Bounded(long count) => Math.Min(count, int.MaxValue);

    [GeneratedRegex("^([0-9a-f]{2}:){5}[0-9a-f]{2}$")]
    private static partial Regex MacAddress();
}
