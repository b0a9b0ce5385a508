"""openstacksdk: what is done to nodes."""
import unittest

from openstack import exceptions
from openstack.baremetal.v1.node import PowerAction

from baremetal_test_case import LIMIT_SECONDS, BaremetalTestCase


class NodeActionTests(BaremetalTestCase):
    def test_a_new_node_is_brought_to_the_state_that_is_asked_for(self):
        self.assertEqual("manageable", self.create_node("manageable").provision_state)
        self.assertEqual("available", self.create_node("available").provision_state)

    def test_provision_states(self):
        node = self.create_node()

        for verb, state in (("manage", "manageable"), ("provide", "available"), ("manage", "manageable")):
            changed = self.baremetal.set_node_provision_state(node, verb, wait=True, timeout=LIMIT_SECONDS)
            self.assertEqual((state, None, None), (changed.provision_state, changed.target_provision_state, changed.last_error))

        changed = self.baremetal.set_node_provision_state(node, "provide")
        result = self.baremetal.wait_for_nodes_provision_state([changed], "available", timeout=LIMIT_SECONDS)
        self.assertEqual(["available"], [found.provision_state for found in result])

    def test_a_verb_that_the_state_does_not_allow(self):
        with self.assertRaises(exceptions.BadRequestException) as caught:
            self.baremetal.set_node_provision_state(self.create_node(), "provide")
        self.assertIn("enroll", str(caught.exception))

    def test_waiting_ends_with_a_failure(self):
        node = self.create_node(driver_info={"fake_fail": {"power.get_power_state": "BMC_UNREACHABLE"}})

        with self.assertRaises(exceptions.ResourceFailure) as caught:
            self.baremetal.set_node_provision_state(node, "manage", wait=True, timeout=LIMIT_SECONDS)
        self.assertIn(self.baremetal.get_node(node.id).last_error, str(caught.exception))

        result = self.baremetal.wait_for_nodes_provision_state([node], "manageable", timeout=LIMIT_SECONDS, fail=False)
        self.assertEqual(([], [node.id], []), (result.success, [failed.id for failed in result.failure], result.timeout))

    def test_power(self):
        node = self.create_node("manageable")

        for action, state in (
                (PowerAction.POWER_ON, "power on"), (PowerAction.REBOOT, "power on"), (PowerAction.SOFT_REBOOT, "power on"),
                (PowerAction.SOFT_POWER_OFF, "power off"), ("power on", "power on"), (PowerAction.POWER_OFF, "power off")):
            self.baremetal.set_node_power_state(node, action)
            self.baremetal.wait_for_node_power_state(node, state, timeout=LIMIT_SECONDS)
            node = self.baremetal.wait_for_node_reservation(self.baremetal.get_node(node.id), timeout=LIMIT_SECONDS)
            self.assertEqual((state, None), (node.power_state, node.target_power_state))

        self.baremetal.set_node_power_state(node, PowerAction.POWER_ON, wait=True, timeout=LIMIT_SECONDS)
        self.assertEqual("power on", self.baremetal.get_node(node.id).power_state)

    def test_maintenance(self):
        node = self.create_node()

        node = self.baremetal.set_node_maintenance(node, reason="new fan")
        self.assertEqual((True, "new fan"), (node.is_maintenance, node.maintenance_reason))
        node = self.baremetal.unset_node_maintenance(node)
        self.assertEqual((False, None), (node.is_maintenance, node.maintenance_reason))
        node = self.baremetal.set_node_maintenance(node)
        self.assertEqual((True, None), (node.is_maintenance, node.maintenance_reason))

    def test_boot_device(self):
        # This version of the library can only set it.
        node = self.create_node(driver="example")

        self.baremetal.set_node_boot_device(node, "disk", persistent=True)
        shown = self.connection.baremetal.get(f"/nodes/{node.id}/management/boot_device", microversion="1.76")
        self.assertEqual({"boot_device": "disk", "persistent": True}, shown.json())

        with self.assertRaises(exceptions.BadRequestException) as caught:
            self.baremetal.set_node_boot_device(node, "tape")
        self.assertIn("tape", str(caught.exception))

    def test_boot_mode_and_secure_boot(self):
        node = self.create_node()

        self.baremetal.set_node_boot_mode(node, "uefi")
        node = self.baremetal.wait_for_node_reservation(self.baremetal.get_node(node.id), timeout=LIMIT_SECONDS)
        self.baremetal.set_node_secure_boot(node, True)
        node = self.baremetal.wait_for_node_reservation(self.baremetal.get_node(node.id), timeout=LIMIT_SECONDS)

        self.assertEqual(("uefi", True), (node.boot_mode, node.is_secure_boot))

    def test_validation(self):
        node = self.create_node(driver="example")

        results = self.baremetal.validate_node(node, required=("power", "management"))
        self.assertIs(True, results["power"].result)
        self.assertIs(True, results["management"].result)
        self.assertLessEqual(
            {"bios", "boot", "console", "deploy", "inspect", "management", "network", "power", "raid", "rescue", "storage"}, set(results))

        with self.assertRaises(exceptions.ValidationException) as caught:
            self.baremetal.validate_node(node, required=("rescue",))
        self.assertIn(f"rescue ({results['rescue'].reason})", str(caught.exception))

    def test_vendor_methods(self):
        node = self.create_node()

        methods = self.baremetal.list_node_vendor_passthru(node)
        self.assertEqual(
            {"http_methods": ["POST"], "async": False, "description": "Test if the value of bar is meow", "attach": False, "require_exclusive_lock": True},
            methods["third_method_sync"])
        self.assertIs(True, methods["second_method"]["async"])

        for verb in ("GET", "POST", "PUT", "DELETE"):
            answer = self.baremetal.call_node_vendor_passthru(node, verb, "fake_echo", {"words": ["a", 1, None]})
            self.assertEqual(200, answer.status_code)
            self.assertEqual({"words": ["a", 1, None]}, answer.json()["parameters"])
            self.assertEqual(verb, answer.json()["http_method"])

        answer = self.baremetal.call_node_vendor_passthru(node, "POST", "second_method", {"bar": "woof"})
        self.assertEqual((202, b""), (answer.status_code, answer.content))
        node = self.baremetal.wait_for_node_reservation(self.baremetal.get_node(node.id), timeout=LIMIT_SECONDS)
        self.assertIsNone(node.last_error)

        with self.assertRaises(exceptions.BadRequestException) as caught:
            self.baremetal.call_node_vendor_passthru(node, "POST", "no_such_method", {})
        self.assertIn("no_such_method", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
