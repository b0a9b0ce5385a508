"""openstacksdk: chassis."""
import unittest

from baremetal_test_case import BaremetalTestCase


class ChassisTests(BaremetalTestCase):
    def test_create_get_find_delete(self):
        chassis = self.baremetal.create_chassis(description="third row", extra={"rack": 3})
        self.assert_times(chassis)
        self.assert_links(chassis)

        for shown in (self.baremetal.get_chassis(chassis.id), self.baremetal.find_chassis(chassis.id)):
            self.assertEqual((chassis.id, "third row", {"rack": 3}), (shown.id, shown.description, shown.extra))
            # A list in a list, as the service has always had it.
            self.assertTrue(shown.nodes[0][0]["href"].endswith(f"/v1/chassis/{chassis.id}/nodes"), shown.nodes)

        self.baremetal.delete_chassis(chassis)
        self.assert_gone(self.baremetal.get_chassis, chassis.id)
        self.assertIsNone(self.baremetal.find_chassis(chassis.id))
        self.assertIsNone(self.baremetal.delete_chassis(chassis.id))

    def test_lists(self):
        chassis = [self.create_chassis(description=f"row {number}") for number in range(5)]
        ids = [one.id for one in chassis]

        self.assert_paged(self.baremetal.chassis, ids)
        self.assert_paged(lambda **query: self.baremetal.chassis(details=True, **query), ids)
        listed = {one.id: one for one in self.baremetal.chassis(fields=["id", "extra"])}
        self.assertEqual(({}, None), (listed[ids[0]].extra, listed[ids[0]].description))
        shown = self.baremetal.get_chassis(ids[1], fields=["description"])
        self.assertEqual(("row 1", None), (shown.description, shown.extra))

    def test_update_and_patch(self):
        chassis = self.create_chassis(description="old", extra={"a": 1})

        updated = self.baremetal.update_chassis(chassis, description="new", extra={"a": 2})
        self.assertEqual(("new", {"a": 2}), (updated.description, updated.extra))
        patched = self.baremetal.patch_chassis(chassis.id, [{"op": "add", "path": "/extra/b", "value": [1]}])
        self.assertEqual({"a": 2, "b": [1]}, patched.extra)

    def test_nodes_are_in_it(self):
        chassis = self.create_chassis()
        node = self.create_node(chassis_id=chassis.id)
        self.assertEqual(chassis.id, self.baremetal.get_node(node.id).chassis_id)

    def create_chassis(self, **attributes):
        chassis = self.baremetal.create_chassis(**attributes)
        self.addCleanup(self.baremetal.delete_chassis, chassis.id)
        return chassis


if __name__ == "__main__":
    unittest.main()
