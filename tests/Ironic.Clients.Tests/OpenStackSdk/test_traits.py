"""openstacksdk: traits of nodes."""
import unittest

from openstack import exceptions

from baremetal_test_case import BaremetalTestCase


class TraitTests(BaremetalTestCase):
    def test_traits(self):
        node = self.create_node()

        self.baremetal.set_node_traits(node, ["CUSTOM_A", "HW_CPU_X86_VMX"])
        self.assert_traits(node, "CUSTOM_A", "HW_CPU_X86_VMX")
        self.baremetal.add_node_trait(node.id, "CUSTOM_B")
        self.assert_traits(node, "CUSTOM_A", "CUSTOM_B", "HW_CPU_X86_VMX")
        self.assertIs(True, self.baremetal.remove_node_trait(node.id, "CUSTOM_A"))
        self.assert_traits(node, "CUSTOM_B", "HW_CPU_X86_VMX")
        self.baremetal.set_node_traits(node, ["CUSTOM_C"])
        self.assert_traits(node, "CUSTOM_C")
        self.baremetal.set_node_traits(node, [])
        self.assert_traits(node)

    def test_a_trait_that_is_not_there(self):
        # The library looks for 400, and the service says 404: this is no "already removed" to it, now as ever.
        with self.assertRaises(exceptions.ResourceNotFound) as caught:
            self.baremetal.remove_node_trait(self.create_node(), "CUSTOM_A")
        self.assertIn("CUSTOM_A", str(caught.exception))

    def test_what_is_no_trait(self):
        with self.assertRaises(exceptions.BadRequestException) as caught:
            self.baremetal.add_node_trait(self.create_node(), "gold")
        self.assertIn("gold", str(caught.exception))

    def assert_traits(self, node, *traits):
        self.assertEqual(sorted(traits), sorted(self.baremetal.get_node(node.id).traits))


if __name__ == "__main__":
    unittest.main()
