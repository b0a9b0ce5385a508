"""openstacksdk: nodes as records."""
import unittest
import uuid

from openstack import exceptions

from baremetal_test_case import BaremetalTestCase, new_name


class NodeTests(BaremetalTestCase):
    def test_create_get_find_delete(self):
        name = new_name("node")
        node = self.baremetal.create_node(
            driver="fake-hardware", name=name, provision_state="enroll", resource_class="large", extra={"rack": {"row": 7}},
            driver_info={"address": "192.0.2.1", "password": "do-not-show"}, properties={"cpus": 8}, owner="me",
            is_automated_clean_enabled=False, management_interface="fake")
        self.assertEqual("enroll", node.provision_state)
        self.assert_times(node)
        self.assert_links(node)

        by_id = self.baremetal.get_node(node.id)
        by_name = self.baremetal.get_node(name)
        found = self.baremetal.find_node(name)
        for shown in (by_id, by_name, found):
            self.assertEqual(
                (node.id, name, "fake-hardware", "large", "me"), (shown.id, shown.name, shown.driver, shown.resource_class, shown.owner))
            self.assertEqual({"rack": {"row": 7}}, shown.extra)
            self.assertEqual({"cpus": 8}, shown.properties)
            self.assertEqual({"address": "192.0.2.1", "password": "******"}, shown.driver_info)
            self.assertIs(False, shown.is_automated_clean_enabled)
            self.assertEqual("fake", shown.management_interface)
            self.assertIs(False, shown.is_maintenance)
            self.assertIsNone(shown.last_error)
            self.assertIsNone(shown.instance_id)

        self.baremetal.delete_node(node)
        self.assert_gone(self.baremetal.get_node, node.id)
        self.assert_gone(self.baremetal.get_node, name)
        self.assertIsNone(self.baremetal.find_node(name))
        self.assertIsNone(self.baremetal.delete_node(node.id))
        with self.assertRaises(exceptions.ResourceNotFound):
            self.baremetal.delete_node(node.id, ignore_missing=False)

    def test_a_name_is_given_once(self):
        name = new_name("node")
        self.create_node(name=name)
        with self.assertRaises(exceptions.ConflictException) as caught:
            self.baremetal.create_node(driver="fake-hardware", name=name, provision_state="enroll")
        self.assertIn(name, str(caught.exception))

    def test_what_is_wrong_is_told(self):
        with self.assertRaises(exceptions.BadRequestException) as caught:
            self.baremetal.create_node(driver="no-such-driver", provision_state="enroll")
        self.assertIn("no-such-driver", str(caught.exception))

    def test_lists(self):
        resource_class = new_name("class")
        nodes = [self.create_node(resource_class=resource_class, name=new_name("node")) for _ in range(5)]
        ids = [node.id for node in nodes]

        self.assert_paged(lambda **query: self.baremetal.nodes(resource_class=resource_class, **query), ids)
        self.assert_paged(lambda **query: self.baremetal.nodes(details=True, resource_class=resource_class, **query), ids)
        self.assertEqual(ids[3:], [node.id for node in self.baremetal.nodes(resource_class=resource_class, marker=ids[2])])

    def test_fields(self):
        node = self.create_node(resource_class=new_name("class"), name=new_name("node"), extra={"a": 1})

        listed, = self.baremetal.nodes(resource_class=node.resource_class, fields=["id", "name", "instance_id"])
        self.assertEqual((node.id, node.name, None), (listed.id, listed.name, listed.instance_id))
        self.assertIsNone(listed.extra)
        self.assertIsNone(listed.driver)

        shown = self.baremetal.get_node(node.id, fields=["name", "extra"])
        self.assertEqual((node.name, {"a": 1}), (shown.name, shown.extra))
        self.assertIsNone(shown.driver)

    def test_filters(self):
        resource_class = new_name("class")
        plain = self.create_node(resource_class=resource_class)
        other = self.create_node(resource_class=resource_class)
        self.baremetal.set_node_maintenance(other, reason="fan")
        self.baremetal.update_node(other, instance_id=str(uuid.uuid4()))

        def ids(**query):
            return [node.id for node in self.baremetal.nodes(resource_class=resource_class, **query)]

        self.assertEqual([other.id], ids(is_maintenance=True))
        self.assertEqual([plain.id], ids(is_maintenance=False))
        self.assertEqual([other.id], ids(associated=True))
        self.assertEqual([other.id], ids(instance_id=self.baremetal.get_node(other.id).instance_id))
        self.assertEqual([plain.id, other.id], ids(provision_state="enroll", driver="fake-hardware"))
        self.assertEqual([], ids(provision_state="active"))
        self.assertEqual([], ids(fault="power failure"))
        self.baremetal.update_node(other, instance_id=None)

    def test_update(self):
        node = self.create_node(extra={"keep": "me"}, name=new_name("node"))
        name = new_name("node")

        updated = self.baremetal.update_node(node, name=name, extra={"keep": "me", "and": ["me", 2]}, resource_class="small")
        self.assertEqual((name, {"keep": "me", "and": ["me", 2]}, "small"), (updated.name, updated.extra, updated.resource_class))
        self.assertEqual(name, self.baremetal.get_node(node.id).name)
        self.assertIsNotNone(self.baremetal.get_node(node.id).updated_at)

        # By its ID the library knows nothing of the node and sends what it is told.
        self.assertEqual("by id", self.baremetal.update_node(node.id, owner="by id").owner)
        self.assertIsNone(self.baremetal.update_node(node.id, owner=None).owner)

    def test_update_of_maintenance(self):
        # The library takes these attributes to their own resource.
        node = self.create_node()
        node = self.baremetal.update_node(node, is_maintenance=True, maintenance_reason="fan", resource_class="small")
        self.assertEqual((True, "fan", "small"), (node.is_maintenance, node.maintenance_reason, node.resource_class))
        node = self.baremetal.update_node(node, is_maintenance=False)
        self.assertEqual((False, None), (node.is_maintenance, node.maintenance_reason))

    def test_patch(self):
        node = self.create_node(extra={"a": 1, "b": 2})

        patched = self.baremetal.patch_node(node, [
            {"op": "replace", "path": "/extra/a", "value": {"c": None}},
            {"op": "remove", "path": "/extra/b"},
            {"op": "add", "path": "/properties/cpus", "value": 4},
        ])
        self.assertEqual({"a": {"c": None}}, patched.extra)
        self.assertEqual({"cpus": 4}, patched.properties)

        with self.assertRaises(exceptions.BadRequestException) as caught:
            self.baremetal.patch_node(node, [{"op": "replace", "path": "/provision_state", "value": "active"}])
        self.assertIn("/provision_state", str(caught.exception))

    def test_patch_that_resets_interfaces(self):
        node = self.create_node(vendor_interface="no-vendor")

        patched = self.baremetal.patch_node(
            node, [{"op": "replace", "path": "/driver", "value": "example"}], reset_interfaces=True)

        self.assertEqual("example", patched.driver)
        self.assertNotEqual("no-vendor", patched.vendor_interface)

    def test_children_are_linked(self):
        node = self.baremetal.get_node(self.create_node().id)
        for links, path in ((node.ports, "ports"), (node.port_groups, "portgroups"), (node.states, "states")):
            own, = (link["href"] for link in links if link["rel"] == "self")
            self.assertTrue(own.endswith(f"/v1/nodes/{node.id}/{path}"), links)


if __name__ == "__main__":
    unittest.main()
