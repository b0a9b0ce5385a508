"""openstacksdk: deploy templates."""
import unittest
import uuid

from openstack import exceptions

from baremetal_test_case import BaremetalTestCase

STEP = {"interface": "bios", "step": "apply_configuration", "args": {"settings": [{"name": "LogicalProc", "value": "Enabled"}]}, "priority": 150}


class DeployTemplateTests(BaremetalTestCase):
    def test_create_get_delete(self):
        template = self.create_template(extra={"a": 1})
        self.assert_times(template)
        self.assert_links(template)

        for shown in (self.baremetal.get_deploy_template(template.id), self.baremetal.get_deploy_template(template.name)):
            self.assertEqual((template.id, template.name, [STEP], {"a": 1}), (shown.id, shown.name, shown.steps, shown.extra))

        with self.assertRaises(exceptions.ConflictException) as caught:
            self.baremetal.create_deploy_template(name=template.name, steps=[STEP])
        self.assertIn(template.name, str(caught.exception))

        self.baremetal.delete_deploy_template(template)
        self.assert_gone(self.baremetal.get_deploy_template, template.id)
        self.assertIsNone(self.baremetal.delete_deploy_template(template.id))

    def test_lists(self):
        templates = [self.create_template() for _ in range(5)]
        ids = [template.id for template in templates]

        self.assert_paged(self.baremetal.deploy_templates, ids)
        self.assert_paged(lambda **query: self.baremetal.deploy_templates(details=True, **query), ids)
        detailed = {one.id: one for one in self.baremetal.deploy_templates(details=True)}
        self.assertEqual([STEP], detailed[ids[0]].steps)
        listed = {one.id: one for one in self.baremetal.deploy_templates(fields=["id", "steps"])}
        self.assertEqual(([STEP], None), (listed[ids[0]].steps, listed[ids[0]].name))
        self.assertIsNone(self.baremetal.get_deploy_template(ids[0], fields=["name"]).steps)

    def test_update_and_patch(self):
        template = self.create_template(extra={"a": 1})
        name = new_trait()
        other = {"interface": "raid", "step": "create_configuration", "args": {}, "priority": 10}

        updated = self.baremetal.update_deploy_template(template, name=name, extra={"a": 2})
        self.assertEqual((name, {"a": 2}, [STEP]), (updated.name, updated.extra, updated.steps))
        patched = self.baremetal.patch_deploy_template(template.id, [{"op": "replace", "path": "/steps", "value": [STEP, other]}])
        self.assertEqual([STEP, other], patched.steps)
        with self.assertRaises(exceptions.BadRequestException):
            self.baremetal.patch_deploy_template(template.id, [{"op": "remove", "path": "/steps"}])

    def create_template(self, **attributes):
        template = self.baremetal.create_deploy_template(name=new_trait(), steps=[STEP], **attributes)
        self.addCleanup(self.baremetal.delete_deploy_template, template.id)
        return template


def new_trait():
    return f"CUSTOM_{uuid.uuid4().hex[:12].upper()}"


if __name__ == "__main__":
    unittest.main()
