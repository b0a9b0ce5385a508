"""openstacksdk: volume connectors and targets."""
import unittest

from openstack import exceptions

from baremetal_test_case import BaremetalTestCase, new_name


class VolumeTestCase(BaremetalTestCase):
    def create_switched_off_node(self):
        """What belongs to volumes can only be changed and deleted while the node is off."""
        return self.switch_off(self.create_node("manageable"))


class VolumeConnectorTests(VolumeTestCase):
    def test_create_get_find_delete(self):
        node, iqn = self.create_switched_off_node(), new_iqn()
        connector = self.baremetal.create_volume_connector(node_id=node.id, type="iqn", connector_id=iqn, extra={"a": 1})
        self.assert_times(connector)
        self.assert_links(connector)

        for shown in (self.baremetal.get_volume_connector(connector.id), self.baremetal.find_volume_connector(connector.id)):
            self.assertEqual((connector.id, node.id, "iqn", iqn, {"a": 1}), (shown.id, shown.node_id, shown.type, shown.connector_id, shown.extra))

        with self.assertRaises(exceptions.ConflictException) as caught:
            self.baremetal.create_volume_connector(node_id=node.id, type="iqn", connector_id=iqn)
        self.assertIn(iqn, str(caught.exception))

        self.baremetal.delete_volume_connector(connector)
        self.assert_gone(self.baremetal.get_volume_connector, connector.id)
        self.assertIsNone(self.baremetal.find_volume_connector(connector.id))
        self.assertIsNone(self.baremetal.delete_volume_connector(connector.id))

    def test_lists(self):
        node = self.create_switched_off_node()
        ids = [self.create_connector(node).id for _ in range(5)]

        self.assert_paged(lambda **query: self.baremetal.volume_connectors(node=node.id, **query), ids)
        self.assert_paged(lambda **query: self.baremetal.volume_connectors(details=True, node=node.id, **query), ids)
        detailed = list(self.baremetal.volume_connectors(details=True, node=node.id))
        self.assertEqual([{}] * 5, [connector.extra for connector in detailed])
        listed = list(self.baremetal.volume_connectors(node=node.id, fields=["id", "type"]))
        self.assertEqual([(ident, "iqn", None) for ident in ids], [(one.id, one.type, one.connector_id) for one in listed])
        self.assertIsNone(self.baremetal.get_volume_connector(ids[0], fields=["type"]).connector_id)

    def test_update_and_patch(self):
        connector = self.create_connector(self.create_switched_off_node(), extra={"a": 1})
        iqn = new_iqn()

        updated = self.baremetal.update_volume_connector(connector, connector_id=iqn, extra={"a": 2})
        self.assertEqual((iqn, {"a": 2}), (updated.connector_id, updated.extra))
        patched = self.baremetal.patch_volume_connector(connector.id, [{"op": "remove", "path": "/extra/a"}])
        self.assertEqual({}, patched.extra)

    def create_connector(self, node, **attributes):
        connector = self.baremetal.create_volume_connector(node_id=node.id, type="iqn", connector_id=new_iqn(), **attributes)
        self.addCleanup(self.baremetal.delete_volume_connector, connector.id)
        return connector


class VolumeTargetTests(VolumeTestCase):
    def test_create_get_find_delete(self):
        node, volume = self.create_switched_off_node(), new_name("volume")
        target = self.baremetal.create_volume_target(
            node_id=node.id, volume_type="iscsi", boot_index=0, volume_id=volume, extra={"a": 1},
            properties={"target_iqn": "iqn.2017-05.org.openstack:volume", "auth_password": "do-not-show"})
        self.assert_times(target)
        self.assert_links(target)

        for shown in (self.baremetal.get_volume_target(target.id), self.baremetal.find_volume_target(target.id)):
            self.assertEqual((target.id, node.id, "iscsi", 0, volume), (shown.id, shown.node_id, shown.volume_type, shown.boot_index, shown.volume_id))
            self.assertEqual({"target_iqn": "iqn.2017-05.org.openstack:volume", "auth_password": "******"}, shown.properties)
            self.assertEqual({"a": 1}, shown.extra)

        with self.assertRaises(exceptions.ConflictException):
            self.baremetal.create_volume_target(node_id=node.id, volume_type="iscsi", boot_index=0, volume_id=new_name("volume"))

        self.baremetal.delete_volume_target(target)
        self.assert_gone(self.baremetal.get_volume_target, target.id)
        self.assertIsNone(self.baremetal.find_volume_target(target.id))
        self.assertIsNone(self.baremetal.delete_volume_target(target.id))

    def test_lists(self):
        node = self.create_switched_off_node()
        ids = [self.create_target(node, index).id for index in range(5)]

        self.assert_paged(lambda **query: self.baremetal.volume_targets(node=node.id, **query), ids)
        self.assert_paged(lambda **query: self.baremetal.volume_targets(details=True, node=node.id, **query), ids)
        listed = list(self.baremetal.volume_targets(node=node.id, fields=["id", "boot_index"]))
        self.assertEqual([(ids[index], index, None) for index in range(5)], [(one.id, one.boot_index, one.volume_id) for one in listed])
        self.assertIsNone(self.baremetal.get_volume_target(ids[0], fields=["boot_index"]).volume_id)

    def test_update_and_patch(self):
        target = self.create_target(self.create_switched_off_node(), 0, extra={"a": 1})
        volume = new_name("volume")

        updated = self.baremetal.update_volume_target(target, volume_id=volume, boot_index=3)
        self.assertEqual((volume, 3), (updated.volume_id, updated.boot_index))
        patched = self.baremetal.patch_volume_target(target.id, [{"op": "add", "path": "/properties/target_lun", "value": 1}])
        self.assertEqual({"target_lun": 1}, patched.properties)

    def create_target(self, node, boot_index, **attributes):
        target = self.baremetal.create_volume_target(
            node_id=node.id, volume_type="iscsi", boot_index=boot_index, volume_id=new_name("volume"), **attributes)
        self.addCleanup(self.baremetal.delete_volume_target, target.id)
        return target


def new_iqn():
    return "iqn.2017-08.org.openstack:" + new_name("host")


if __name__ == "__main__":
    unittest.main()
