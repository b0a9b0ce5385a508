"""What the tests of openstacksdk share: a connection to the stack under test, and what they create being gone after the test."""
import itertools
import os
import unittest
import uuid

import openstack

LIMIT_SECONDS = 120

_addresses = itertools.count(int.from_bytes(os.urandom(4), "big") << 8)


class BaremetalTestCase(unittest.TestCase):
    longMessage = True
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.connection = openstack.connect(
            load_yaml_config=False, load_envvars=False, auth_type="none", baremetal_endpoint_override=os.environ["IRONIC_URL"])
        cls.addClassCleanup(cls.connection.close)
        cls.baremetal = cls.connection.baremetal

    def create_node(self, provision_state="enroll", **attributes):
        """Creates a node that is deleted after the test. The library itself brings it to `manageable` or `available`."""
        attributes.setdefault("driver", "fake-hardware")
        node = self.baremetal.create_node(provision_state=provision_state, **attributes)
        self.addCleanup(self.baremetal.delete_node, node.id)
        return node

    def switch_off(self, node):
        """Switches a node off, whose power nobody knew before, and waits until it is free."""
        self.baremetal.set_node_power_state(node, "power off", wait=True, timeout=LIMIT_SECONDS)
        return self.baremetal.wait_for_node_reservation(self.baremetal.get_node(node.id), timeout=LIMIT_SECONDS)

    def create_port(self, node, **attributes):
        port = self.baremetal.create_port(node_id=node.id, address=new_address(), **attributes)
        self.addCleanup(self.baremetal.delete_port, port.id)
        return port

    def assert_times(self, resource):
        """Times have a zone, and there is one of the creation."""
        self.assertRegex(resource.created_at, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$")
        if resource.updated_at is not None:
            self.assertRegex(resource.updated_at, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$")

    def assert_links(self, resource):
        self.assertEqual(["self", "bookmark"], [link["rel"] for link in resource.links])
        self.assertTrue(resource.links[0]["href"].endswith(f"/v1{resource.base_path}/{resource.id}"), resource.links)

    def assert_paged(self, list_page_by_page, expected_ids):
        """A list is the same read at once and by pages of one and of two; other tests' resources may be between."""
        expected = set(expected_ids)
        for limit in (None, 2, 1):
            query = {} if limit is None else {"limit": limit}
            found = [resource.id for resource in list_page_by_page(**query)]
            self.assertEqual(len(found), len(set(found)), f"something is listed twice with limit {limit}")
            self.assertEqual(expected, expected.intersection(found), f"limit {limit}")

    def assert_gone(self, get, ident):
        with self.assertRaises(openstack.exceptions.ResourceNotFound) as caught:
            get(ident)
        self.assertIn(ident, str(caught.exception))


def new_name(prefix):
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def new_address():
    """A MAC address that no other test of any run has."""
    digits = f"{next(_addresses) & 0xffffffffff:010x}"
    return ":".join(["52", *(digits[i:i + 2] for i in range(0, 10, 2))])
