"""openstacksdk: VIFs of nodes."""
import unittest
import uuid

from openstack import exceptions

from baremetal_test_case import BaremetalTestCase


class VifTests(BaremetalTestCase):
    def test_attach_list_detach(self):
        # The network interface noop takes every VIF and keeps none.
        node = self.create_node("manageable", network_interface="noop")
        self.create_port(node)
        vif = str(uuid.uuid4())

        self.assertIsNone(self.baremetal.attach_vif_to_node(node, vif))
        self.assertEqual([], self.baremetal.list_node_vifs(node))
        self.assertIs(True, self.baremetal.detach_vif_from_node(node, vif))

    def test_a_vif_has_an_id(self):
        node = self.create_node()
        with self.assertRaises(exceptions.BadRequestException):
            self.baremetal.attach_vif_to_node(node, None)

    def test_a_node_that_is_not_there(self):
        missing = str(uuid.uuid4())
        for call in (self.baremetal.list_node_vifs, lambda node: self.baremetal.attach_vif_to_node(node, "vif"),
                     lambda node: self.baremetal.detach_vif_from_node(node, "vif")):
            self.assert_gone(call, missing)


if __name__ == "__main__":
    unittest.main()
