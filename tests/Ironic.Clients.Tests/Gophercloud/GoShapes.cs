namespace Ironic.Clients.Tests.Gophercloud;

/// <summary>What gophercloud's packages of <c>openstack/baremetal/v1</c> decode answers into.</summary>
internal static class GoShapes
{
    public static readonly GoShape Node = new(
        (GoKind.String, "uuid name power_state target_power_state provision_state target_provision_state maintenance_reason fault health last_error reservation"),
        (GoKind.String, "driver instance_uuid chassis_uuid resource_class conductor_group parent_node protected_reason owner lessee shard description conductor"),
        (GoKind.String, "allocation_uuid retired_reason bios_interface boot_interface console_interface deploy_interface firmware_interface inspect_interface"),
        (GoKind.String, "management_interface network_interface power_interface raid_interface rescue_interface storage_interface vendor_interface"),
        (GoKind.Bool, "maintenance console_enabled protected retired automated_clean disable_power_off"),
        (GoKind.Map, "driver_info driver_internal_info properties instance_info extra raid_config target_raid_config clean_step deploy_step service_step network_data"),
        (GoKind.Strings, "traits"),
        (GoKind.Links, "links ports portgroups states volume"),
        (GoKind.Time, "provision_updated_at inspection_started_at inspection_finished_at created_at updated_at"));

    public static readonly GoShape Port = new(
        (GoKind.String, "uuid address node_uuid portgroup_uuid physical_network"),
        (GoKind.Bool, "pxe_enabled is_smartnic"),
        (GoKind.Map, "local_link_connection internal_info extra"),
        (GoKind.List, "links"),
        (GoKind.Time, "created_at updated_at"));

    public static readonly GoShape Portgroup = new(
        (GoKind.String, "uuid name address node_uuid mode"),
        (GoKind.Bool, "standalone_ports_supported"),
        (GoKind.Map, "internal_info extra properties"),
        (GoKind.Links, "links ports"),
        (GoKind.Time, "created_at updated_at"));

    public static readonly GoShape Allocation = new(
        (GoKind.String, "uuid name node_uuid state resource_class last_error"),
        (GoKind.Strings, "candidate_nodes traits"),
        (GoKind.StringMap, "extra"),
        (GoKind.List, "links"),
        (GoKind.Time, "created_at updated_at"));

    public static readonly GoShape Conductor = new(
        (GoKind.String, "hostname conductor_group"),
        (GoKind.Bool, "alive"),
        (GoKind.Strings, "drivers"),
        (GoKind.Time, "created_at updated_at"));

    public static readonly GoShape Driver = new(
        (GoKind.String, "name type default_bios_interface default_boot_interface default_console_interface default_deploy_interface default_firmware_interface"),
        (GoKind.String, "default_inspect_interface default_management_interface default_network_interface default_power_interface default_raid_interface"),
        (GoKind.String, "default_rescue_interface default_storage_interface default_vendor_interface"),
        (GoKind.Strings, "hosts enabled_bios_interfaces enabled_boot_interfaces enabled_console_interfaces enabled_deploy_interfaces enabled_firmware_interfaces"),
        (GoKind.Strings, "enabled_inspect_interfaces enabled_management_interfaces enabled_network_interfaces enabled_power_interfaces enabled_raid_interfaces"),
        (GoKind.Strings, "enabled_rescue_interfaces enabled_storage_interfaces enabled_vendor_interfaces"),
        (GoKind.List, "links properties"));

    public static readonly GoShape VendorMethod = new(
        (GoKind.Strings, "http_methods"),
        (GoKind.Bool, "async attach"),
        (GoKind.String, "description"));

    public static readonly GoShape NodeVendorMethod = new(
        (GoKind.Strings, "http_methods"),
        (GoKind.Bool, "async attach require_exclusive_lock"),
        (GoKind.String, "description"));

    /// <summary>The outcome of one interface's validation.</summary>
    public static readonly GoShape Validation = new((GoKind.Bool, "result"), (GoKind.String, "reason"));

    public static readonly GoShape BootDevice = new((GoKind.String, "boot_device"), (GoKind.Bool, "persistent"));

    public static readonly GoShape SupportedBootDevices = new((GoKind.Strings, "supported_boot_devices"));

    public static readonly GoShape ApiVersion = new((GoKind.String, "id min_version status version"));

    /// <summary>Any object, e.g. of properties.</summary>
    public static readonly GoShape Any = new();
}
