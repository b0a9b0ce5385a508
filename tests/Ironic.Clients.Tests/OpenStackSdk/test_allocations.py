"""openstacksdk: allocations."""
import unittest

from openstack import exceptions

from baremetal_test_case import LIMIT_SECONDS, BaremetalTestCase, new_name


class AllocationTests(BaremetalTestCase):
    def test_create_wait_get_delete(self):
        node = self.create_available_node(traits=["CUSTOM_GOLD"])
        name = new_name("allocation")
        allocation = self.create_allocation(node, name=name, traits=["CUSTOM_GOLD"], candidate_nodes=[node.id], extra={"for": "me"})
        self.assert_times(allocation)
        self.assert_links(allocation)

        allocation = self.baremetal.wait_for_allocation(allocation, timeout=LIMIT_SECONDS)
        self.assertEqual(("active", node.id, None), (allocation.state, allocation.node_id, allocation.last_error))
        for shown in (self.baremetal.get_allocation(allocation.id), self.baremetal.get_allocation(name)):
            self.assertEqual((allocation.id, name, node.resource_class, node.id), (shown.id, shown.name, shown.resource_class, shown.node_id))
            self.assertEqual((["CUSTOM_GOLD"], [node.id], {"for": "me"}), (shown.traits, shown.candidate_nodes, shown.extra))
        held = self.baremetal.get_node(node.id)
        self.assertEqual((allocation.id, allocation.id), (held.allocation_id, held.instance_id))

        self.baremetal.delete_allocation(allocation)
        self.assert_gone(self.baremetal.get_allocation, allocation.id)
        self.assertIsNone(self.baremetal.delete_allocation(allocation.id))
        released = self.baremetal.get_node(node.id)
        self.assertEqual((None, None), (released.allocation_id, released.instance_id))

    def test_waiting_ends_with_a_failure(self):
        allocation = self.baremetal.create_allocation(resource_class=new_name("class"))
        self.addCleanup(self.baremetal.delete_allocation, allocation.id)

        with self.assertRaises(exceptions.ResourceFailure) as caught:
            self.baremetal.wait_for_allocation(allocation, timeout=LIMIT_SECONDS)
        failed = self.baremetal.wait_for_allocation(allocation, timeout=LIMIT_SECONDS, ignore_error=True)
        self.assertEqual(("error", None), (failed.state, failed.node_id))
        self.assertIn(failed.last_error, str(caught.exception))

    def test_lists(self):
        resource_class = new_name("class")
        allocations = [self.baremetal.create_allocation(resource_class=resource_class, name=new_name("allocation")) for _ in range(5)]
        ids = [allocation.id for allocation in allocations]
        for ident in ids:
            self.addCleanup(self.baremetal.delete_allocation, ident)
            self.baremetal.wait_for_allocation(ident, timeout=LIMIT_SECONDS, ignore_error=True)

        self.assert_paged(lambda **query: self.baremetal.allocations(resource_class=resource_class, **query), ids)
        self.assertEqual(ids, [allocation.id for allocation in self.baremetal.allocations(resource_class=resource_class, state="error")])
        self.assertEqual([], list(self.baremetal.allocations(resource_class=resource_class, state="active")))
        listed = list(self.baremetal.allocations(resource_class=resource_class, fields=["name"]))
        self.assertEqual([(one.name, None) for one in allocations], [(one.name, one.state) for one in listed])
        self.assertIsNone(self.baremetal.get_allocation(ids[0], fields=["name"]).resource_class)

    def test_list_of_a_node(self):
        node = self.create_available_node()
        allocation = self.create_allocation(node)
        self.baremetal.wait_for_allocation(allocation, timeout=LIMIT_SECONDS)
        self.assertEqual([allocation.id], [one.id for one in self.baremetal.allocations(node=node.id)])

    def test_update_and_patch(self):
        allocation = self.create_allocation(self.create_available_node(), extra={"a": 1})
        allocation = self.baremetal.wait_for_allocation(allocation, timeout=LIMIT_SECONDS)
        name = new_name("allocation")

        updated = self.baremetal.update_allocation(allocation, name=name, extra={"a": 2})
        self.assertEqual((name, {"a": 2}), (updated.name, updated.extra))
        patched = self.baremetal.patch_allocation(allocation.id, [{"op": "remove", "path": "/extra/a"}])
        self.assertEqual({}, patched.extra)
        with self.assertRaises(exceptions.BadRequestException):
            self.baremetal.patch_allocation(allocation.id, [{"op": "replace", "path": "/state", "value": "error"}])

    def create_available_node(self, traits=()):
        # A node whose power state is unknown is not allocated.
        node = self.switch_off(self.create_node("available", resource_class=new_name("class")))
        if traits:
            self.baremetal.set_node_traits(node, list(traits))
        return node

    def create_allocation(self, node, **attributes):
        allocation = self.baremetal.create_allocation(resource_class=node.resource_class, **attributes)
        self.addCleanup(self.baremetal.delete_allocation, allocation.id)
        return allocation


if __name__ == "__main__":
    unittest.main()
