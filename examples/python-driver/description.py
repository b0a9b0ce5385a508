"""What the driver says about itself (SPEC.md, section 3)."""

import uuid

from ironic.driver.v1 import common_pb2, driver_pb2

# What an operator names as a node's driver, and the name of its implementations of the power and the vendor interface.
NAME = "python-example"

POWER_TARGETS = (common_pb2.POWER_TARGET_ON, common_pb2.POWER_TARGET_OFF, common_pb2.POWER_TARGET_REBOOT)

# Every interface type needs at least one implementation, the preferred one first. What is not ours is the conductor's (section 10).
_SUPPORTED = {
    common_pb2.INTERFACE_TYPE_BIOS: ["no-bios"],
    common_pb2.INTERFACE_TYPE_BOOT: ["ipxe", "pxe"],
    common_pb2.INTERFACE_TYPE_CONSOLE: ["no-console"],
    common_pb2.INTERFACE_TYPE_DEPLOY: ["direct", "ramdisk"],
    common_pb2.INTERFACE_TYPE_FIRMWARE: ["no-firmware"],
    common_pb2.INTERFACE_TYPE_INSPECT: ["no-inspect"],
    common_pb2.INTERFACE_TYPE_MANAGEMENT: ["noop"],
    common_pb2.INTERFACE_TYPE_NETWORK: ["noop"],
    common_pb2.INTERFACE_TYPE_POWER: [NAME],
    common_pb2.INTERFACE_TYPE_RAID: ["no-raid"],
    common_pb2.INTERFACE_TYPE_RESCUE: ["no-rescue"],
    common_pb2.INTERFACE_TYPE_STORAGE: ["noop"],
    common_pb2.INTERFACE_TYPE_VENDOR: [NAME, "no-vendor"],
}

PROPERTIES = (
    driver_pb2.Property(name="python_address", description="Where the management controller is. Required.", required=True),
    driver_pb2.Property(name="python_password", description="The password of the management controller. Optional.", secret=True),
)

NODE_METHODS = {
    "set_led": driver_pb2.VendorMethod(
        name="set_led", http_methods=["POST", "PUT"], require_exclusive_lock=True,
        description="Sets the light at the front. Required: color, one of those that led_colors tells"),
}

DRIVER_METHODS = {
    "led_colors": driver_pb2.VendorMethod(name="led_colors", http_methods=["GET"], description="The colors of the light at the front"),
}


def describe(conductor_groups=()):
    """The description, with an instance id that is different for every start (R-011). Make one and keep it (R-010).

    conductor_groups: those whose nodes the process can reach; an empty name stands for the nodes of no group (R-022). None: all nodes.
    """
    info = driver_pb2.DriverInfo(
        name=NAME,
        version="1.0",
        vendor="Example Corporation",
        contract_versions=["v1"],
        instance_id=str(uuid.uuid4()),
        hardware_types=[
            driver_pb2.HardwareType(
                name=NAME,
                description="Machines that exist in the memory of a Python process.",
                supported_interfaces=[driver_pb2.SupportedInterface(type=type, names=names) for type, names in _SUPPORTED.items()],
            )
        ],
        interfaces=[
            driver_pb2.InterfaceImplementation(
                type=common_pb2.INTERFACE_TYPE_POWER, name=NAME, properties=PROPERTIES, supports_power_sync=True,
                supported_power_targets=POWER_TARGETS),
            driver_pb2.InterfaceImplementation(
                type=common_pb2.INTERFACE_TYPE_VENDOR, name=NAME,
                node_methods=NODE_METHODS.values(), driver_methods=DRIVER_METHODS.values()),
        ],
    )
    if conductor_groups:
        info.conductor_groups.extend(dict.fromkeys(group.lower() for group in conductor_groups))
    return info
