"""Drives a simulated machine with Debian's python3-sushy. SIMULATOR_URL is the URL of the machine's own Redfish service."""

import os
import sys
import time
import unittest

import sushy
from sushy.resources.chassis.thermal import constants as thermal

# Debian's package lacks the library's own registries of messages, without which it fails to look for those of the service.
sushy.Sushy._get_standard_message_registry_collection = lambda self: []

URL = os.environ["SIMULATOR_URL"]
USER = os.environ["SIMULATOR_USER"]
PASSWORD = os.environ["SIMULATOR_PASSWORD"]
LIMIT = 60


def until(what, condition):
    end = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("after %d s still not so: %s" % (LIMIT, what))
        time.sleep(0.02)


class Machine(unittest.TestCase):
    def setUp(self):
        self.root = sushy.Sushy(URL, auth=sushy.auth.SessionAuth(USER, PASSWORD))
        self.addCleanup(self.root._auth.close)
        # Only one system is behind the machine's own port, so it need not be named.
        self.system = self.root.get_system()

    def power(self, reset, state):
        self.system.reset_system(reset)
        until("power is %s" % state, lambda: self.system.refresh() or self.system.power_state == state)

    def restart(self):
        if self.system.power_state != sushy.PowerState.OFF:
            self.power(sushy.ResetType.FORCE_OFF, sushy.PowerState.OFF)
        self.power(sushy.ResetType.ON, sushy.PowerState.ON)

    def test_power(self):
        self.power(sushy.ResetType.FORCE_OFF, sushy.PowerState.OFF)
        self.power(sushy.ResetType.ON, sushy.PowerState.ON)
        self.system.reset_system(sushy.ResetType.NMI)
        self.power(sushy.ResetType.FORCE_RESTART, sushy.PowerState.ON)
        self.power(sushy.ResetType.GRACEFUL_SHUTDOWN, sushy.PowerState.OFF)

    def test_boot_once_is_used_up(self):
        self.system.set_system_boot_options(sushy.BootSource.PXE, enabled=sushy.BootSourceOverrideEnabled.ONCE)
        self.system.refresh()
        self.assertEqual(sushy.BootSource.PXE, self.system.boot.target)
        self.assertEqual(sushy.BootSourceOverrideEnabled.ONCE, self.system.boot.enabled)
        self.restart()
        self.system.refresh()
        self.assertEqual(sushy.BootSourceOverrideEnabled.DISABLED, self.system.boot.enabled)

    def test_boot_continuous_stays(self):
        self.system.set_system_boot_options(
            sushy.BootSource.HDD, enabled=sushy.BootSourceOverrideEnabled.CONTINUOUS, mode=sushy.BootSourceOverrideMode.LEGACY)
        self.restart()
        self.system.refresh()
        self.assertEqual(sushy.BootSource.HDD, self.system.boot.target)
        self.assertEqual(sushy.BootSourceOverrideEnabled.CONTINUOUS, self.system.boot.enabled)
        self.assertEqual(sushy.BootSourceOverrideMode.LEGACY, self.system.boot.mode)
        self.system.set_system_boot_options(mode=sushy.BootSourceOverrideMode.UEFI, enabled=sushy.BootSourceOverrideEnabled.DISABLED)

    def test_indicators(self):
        self.system.set_indicator_led(sushy.IndicatorLED.BLINKING)
        self.system.refresh()
        self.assertEqual(sushy.IndicatorLED.BLINKING, self.system.indicator_led)
        chassis = self.system.chassis[0]
        chassis.set_indicator_led(sushy.IndicatorLED.LIT)
        chassis.refresh()
        self.assertEqual(sushy.IndicatorLED.LIT, chassis.indicator_led)

    def test_inventory(self):
        self.assertEqual(128, self.system.memory_summary.size_gib)
        self.assertEqual((64, sushy.PROCESSOR_ARCH_x86), tuple(self.system.processors.summary))
        self.assertEqual(2, len(self.system.ethernet_interfaces.summary))
        self.assertEqual(sushy.Health.OK, self.system.status.health_rollup)
        self.assertEqual(self.system.identity, self.system.managers[0].identity)
        self.assertEqual(sushy.ManagerType.BMC, self.system.managers[0].manager_type)
        self.assertEqual(4, len(self.system.simple_storage.get_members()[0].devices))

    def test_bios(self):
        bios = self.system.bios
        self.assertEqual("Enabled", bios.attributes["LogicalProc"])
        registry = {entry.name: entry for entry in bios.get_attribute_registry().registry_entries.attributes}
        self.assertEqual("Enumeration", registry["LogicalProc"].attribute_type)
        self.assertTrue(registry["SystemBiosVersion"].read_only)
        bios.set_attributes({"LogicalProc": "Disabled", "BootDelaySeconds": 9}, apply_time=sushy.ApplyTime.ON_RESET)
        bios.refresh()
        self.assertEqual("Enabled", bios.attributes["LogicalProc"])
        self.assertEqual({"LogicalProc": "Disabled", "BootDelaySeconds": 9}, bios.pending_attributes)
        self.restart()
        bios.refresh()
        self.assertEqual("Disabled", bios.attributes["LogicalProc"])
        self.assertEqual(9, bios.attributes["BootDelaySeconds"])
        self.assertEqual(sushy.resources.settings.UPDATE_SUCCESS, bios.update_status.status)
        bios.reset_bios()
        self.restart()
        bios.refresh()
        self.assertEqual("Enabled", bios.attributes["LogicalProc"])
        with self.assertRaises(sushy.exceptions.BadRequestError):
            bios.set_attribute("LogicalProc", "Perhaps")
        with self.assertRaises(sushy.exceptions.BadRequestError):
            bios.set_attribute("NoSuchThing", "Enabled")

    def test_secure_boot(self):
        secure = self.system.secure_boot
        secure.set_enabled(True)
        self.restart()
        secure.refresh()
        self.assertEqual(sushy.SecureBootCurrentBoot.ENABLED, secure.current_boot)
        secure.reset_keys(sushy.SecureBootResetKeysType.DELETE_ALL_KEYS)
        secure.refresh()
        self.assertEqual(sushy.SecureBootMode.SETUP, secure.mode)
        secure.reset_keys(sushy.SecureBootResetKeysType.RESET_ALL_KEYS_TO_DEFAULT)
        secure.refresh()
        self.assertEqual(sushy.SecureBootMode.USER, secure.mode)
        secure.set_enabled(False)

    def test_virtual_media(self):
        drives = {media.identity: media for media in self.system.managers[0].virtual_media.get_members()}
        self.assertIn(sushy.VirtualMediaType.CD, drives["Cd"].media_types)
        drives["Cd"].insert_media("http://images.test/boot.iso")
        drives["Cd"].refresh()
        self.assertTrue(drives["Cd"].inserted)
        self.assertEqual("http://images.test/boot.iso", drives["Cd"].image)
        self.assertEqual("boot.iso", drives["Cd"].image_name)
        drives["Cd"].eject_media()
        drives["Cd"].refresh()
        self.assertFalse(drives["Cd"].inserted)
        self.assertFalse(drives["Cd"].image)

    def test_sensors(self):
        self.restart()
        chassis = self.system.chassis[0]
        temperatures = {sensor.name: sensor for sensor in chassis.thermal.temperatures}
        self.assertEqual(46, temperatures["CPU1 Temp"].reading_celsius)
        self.assertEqual(95, temperatures["CPU1 Temp"].upper_threshold_critical)
        self.assertEqual([5400, 5300], [fan.reading for fan in chassis.thermal.fans])
        self.assertEqual(thermal.FanReadingUnit.RPM, chassis.thermal.fans[0].reading_units)
        self.assertEqual(210, chassis.power.power_supplies[0].last_power_output_watts)

    def test_volumes(self):
        storage = self.system.storage.get_members()[0]
        self.assertEqual(4, len(storage.drives))
        volumes = storage.volumes
        drives = [{"@odata.id": drive.path} for drive in storage.drives[2:]]
        monitor = volumes.create({"RAIDType": "RAID1", "Name": "root", "Links": {"Drives": drives}})
        until("the volume is made", lambda: not monitor.check_is_processing)
        # The library keeps what it has read, members that are gone as well: each look begins anew.
        storage = self.root.get_system().storage.get_members()[0]
        made = storage.volumes.get_members()[0]
        self.assertEqual(("root", sushy.RAIDType.RAID1, storage.drives[2].capacity_bytes), (made.name, made.raid_type, made.capacity_bytes))
        self.assertEqual([made.path], [volume.path for volume in storage.drives[2].volumes])
        with self.assertRaises(sushy.exceptions.HTTPError):
            volumes.create({"RAIDType": "RAID1", "Links": {"Drives": drives}})
        monitor = made.delete()
        until("the volume is gone", lambda: not monitor.check_is_processing)
        self.assertEqual(0, len(self.root.get_system().storage.get_members()[0].volumes.get_members()))

    def test_updates(self):
        service = self.root.get_update_service()
        inventory = {component.identity: component for component in service.firmware_inventory.get_members()}
        self.assertEqual({"BMC", "BIOS", "NIC.1", "RAID.1"}, set(inventory))
        monitor = service.simple_update("http://images.test/firmware-9.8.7.bin", targets=[inventory["BIOS"].path])
        self.assertTrue(monitor.is_processing)
        until("the update is done", lambda: not monitor.check_is_processing)
        self.assertFalse(monitor.is_processing)
        inventory["BIOS"].refresh()
        self.assertEqual("9.8.7", inventory["BIOS"].version)

    def test_events(self):
        service = self.root.get_event_service()
        subscription = service.subscriptions.create({"Destination": "http://127.0.0.1:9/", "EventTypes": ["Alert"], "Context": "test", "Protocol": "Redfish"})
        self.assertEqual("test", subscription.context)
        subscription.delete()

    def test_refusals(self):
        with self.assertRaises(sushy.exceptions.AccessError):
            sushy.Sushy(URL, auth=sushy.auth.SessionAuth(USER, "wrong"))
        with self.assertRaises(sushy.exceptions.ResourceNotFoundError):
            self.root.get_system("/redfish/v1/Systems/nobody")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
