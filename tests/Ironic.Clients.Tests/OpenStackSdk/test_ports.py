"""openstacksdk: ports and port groups."""
import unittest

from openstack import exceptions

from baremetal_test_case import BaremetalTestCase, new_address, new_name


class PortTests(BaremetalTestCase):
    def test_create_get_find_delete(self):
        node = self.create_node()
        address = new_address()
        link = {"switch_id": "0a:1b:2c:3d:4e:5f", "port_id": "Ethernet3/1", "switch_info": "switch1"}
        port = self.baremetal.create_port(
            node_id=node.id, address=address.upper(), extra={"slot": 2}, is_pxe_enabled=False, local_link_connection=link, physical_network="physnet1")
        self.assert_times(port)
        self.assert_links(port)

        for shown in (self.baremetal.get_port(port.id), self.baremetal.find_port(port.id)):
            self.assertEqual((port.id, address, node.id), (shown.id, shown.address, shown.node_id))
            self.assertEqual(({"slot": 2}, False, link, "physnet1"), (shown.extra, shown.is_pxe_enabled, shown.local_link_connection, shown.physical_network))
            self.assertEqual({}, shown.internal_info)
            self.assertIsNone(shown.port_group_id)

        self.baremetal.delete_port(port)
        self.assert_gone(self.baremetal.get_port, port.id)
        self.assertIsNone(self.baremetal.find_port(port.id))
        self.assertIsNone(self.baremetal.delete_port(port.id))

    def test_an_address_is_used_once(self):
        node = self.create_node()
        port = self.create_port(node)
        with self.assertRaises(exceptions.ConflictException) as caught:
            self.baremetal.create_port(node_id=node.id, address=port.address)
        self.assertIn(port.address, str(caught.exception))

    def test_lists(self):
        node = self.create_node(name=new_name("node"))
        group = self.baremetal.create_port_group(node_id=node.id)
        self.addCleanup(self.baremetal.delete_port_group, group.id)
        ports = [self.create_port(node) for _ in range(4)]
        ports.append(self.create_port(node, port_group_id=group.id))
        ids = [port.id for port in ports]

        self.assert_paged(lambda **query: self.baremetal.ports(node=node.name, **query), ids)
        self.assert_paged(lambda **query: self.baremetal.ports(details=True, node_id=node.id, **query), ids)
        self.assert_paged(self.baremetal.ports, ids)
        self.assertEqual([ids[2]], [port.id for port in self.baremetal.ports(address=ports[2].address)])
        self.assertEqual([ids[4]], [port.id for port in self.baremetal.ports(portgroup=group.id)])
        listed = list(self.baremetal.ports(node=node.id, fields=["address", "node_id"]))
        self.assertEqual([port.address for port in ports], [port.address for port in listed])
        self.assertEqual({(node.id, None)}, {(port.node_id, port.extra) for port in listed})
        self.assertEqual(ports[0].address, self.baremetal.get_port(ids[0], fields=["address"]).address)

    def test_update_and_patch(self):
        port = self.create_port(self.create_node(), extra={"a": 1})
        address = new_address()

        updated = self.baremetal.update_port(port, address=address, extra={"a": 2}, is_pxe_enabled=False)
        self.assertEqual((address, {"a": 2}, False), (updated.address, updated.extra, updated.is_pxe_enabled))
        patched = self.baremetal.patch_port(port.id, [{"op": "add", "path": "/physical_network", "value": "physnet2"}, {"op": "remove", "path": "/extra/a"}])
        self.assertEqual(("physnet2", {}), (patched.physical_network, patched.extra))
        self.assertEqual(address, self.baremetal.get_port(port.id).address)


class PortGroupTests(BaremetalTestCase):
    def test_create_get_find_delete(self):
        node, name, address = self.create_node(), new_name("bond"), new_address()
        group = self.baremetal.create_port_group(
            node_id=node.id, name=name, address=address, extra={"a": "b"}, mode="802.3ad", properties={"miimon": "100"}, is_standalone_ports_supported=False)
        self.assert_times(group)
        self.assert_links(group)

        for shown in (self.baremetal.get_port_group(group.id), self.baremetal.get_port_group(name), self.baremetal.find_port_group(name)):
            self.assertEqual((group.id, name, address, node.id), (shown.id, shown.name, shown.address, shown.node_id))
            self.assertEqual(
                ({"a": "b"}, "802.3ad", {"miimon": "100"}, False), (shown.extra, shown.mode, shown.properties, shown.is_standalone_ports_supported))
            self.assertTrue(shown.ports[0]["href"].endswith(f"/v1/portgroups/{group.id}/ports"), shown.ports)

        self.baremetal.delete_port_group(group)
        self.assert_gone(self.baremetal.get_port_group, group.id)
        self.assertIsNone(self.baremetal.find_port_group(name))

    def test_lists(self):
        node = self.create_node()
        groups = [self.create_group(node) for _ in range(5)]
        ids = [group.id for group in groups]

        self.assert_paged(lambda **query: self.baremetal.port_groups(node=node.id, **query), ids)
        self.assert_paged(lambda **query: self.baremetal.port_groups(details=True, node=node.id, **query), ids)
        self.assertEqual([ids[1]], [group.id for group in self.baremetal.port_groups(address=groups[1].address)])
        listed, = self.baremetal.port_groups(address=groups[1].address, fields=["name"])
        self.assertEqual((groups[1].name, None, None), (listed.name, listed.address, listed.node_id))

    def test_update_and_patch(self):
        group = self.create_group(self.create_node(), extra={"a": "b"})
        name = new_name("bond")

        updated = self.baremetal.update_port_group(group, name=name, extra={"c": "d"}, mode="balance-rr")
        self.assertEqual((name, {"c": "d"}, "balance-rr"), (updated.name, updated.extra, updated.mode))
        patched = self.baremetal.patch_port_group(group.id, [{"op": "add", "path": "/properties/xmit_hash_policy", "value": "layer3+4"}])
        self.assertEqual({"xmit_hash_policy": "layer3+4"}, patched.properties)

    def test_one_that_has_ports_stays(self):
        node = self.create_node()
        group = self.create_group(node)
        self.create_port(node, port_group_id=group.id)

        with self.assertRaises(exceptions.BadRequestException):
            self.baremetal.delete_port_group(group)
        self.assertEqual(group.id, self.baremetal.get_port_group(group.id).id)

    def create_group(self, node, **attributes):
        group = self.baremetal.create_port_group(node_id=node.id, name=new_name("bond"), address=new_address(), **attributes)
        self.addCleanup(self.baremetal.delete_port_group, group.id)
        return group


if __name__ == "__main__":
    unittest.main()
