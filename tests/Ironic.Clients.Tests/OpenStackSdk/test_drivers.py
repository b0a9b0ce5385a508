"""openstacksdk: drivers, conductors, and how it finds out what the service is."""
import unittest

from openstack import exceptions

from baremetal_test_case import BaremetalTestCase


class DriverTests(BaremetalTestCase):
    def test_lists(self):
        drivers = {driver.name: driver for driver in self.baremetal.drivers()}
        self.assertLessEqual({"example", "fake-hardware"}, set(drivers))
        self.assertIsNone(drivers["fake-hardware"].default_power_interface)

        detailed = {driver.name: driver for driver in self.baremetal.drivers(details=True)}
        self.assertEqual("fake", detailed["fake-hardware"].default_power_interface)
        self.assertIn("no-vendor", detailed["fake-hardware"].enabled_vendor_interfaces)

    def test_get(self):
        driver = self.baremetal.get_driver("fake-hardware")
        self.assertEqual("fake-hardware", driver.name)
        self.assertEqual([conductor.hostname for conductor in self.baremetal.conductors()], driver.hosts)
        self.assert_gone(self.baremetal.get_driver, "no-such-driver")

    def test_vendor_methods(self):
        methods = self.baremetal.list_driver_vendor_passthru("fake-hardware")
        self.assertEqual(["DELETE", "GET", "PATCH", "POST", "PUT"], sorted(methods["fake_driver_echo"]["http_methods"]))
        self.assertIs(False, methods["fake_driver_echo"]["async"])

        for verb in ("GET", "POST", "PUT", "DELETE"):
            answer = self.baremetal.call_driver_vendor_passthru("fake-hardware", verb, "fake_driver_echo", {"word": "hello"})
            self.assertEqual((200, {"word": "hello"}), (answer.status_code, answer.json()["parameters"]))
            self.assertEqual(verb, answer.json()["http_method"])

        with self.assertRaises(exceptions.BadRequestException) as caught:
            self.baremetal.call_driver_vendor_passthru("fake-hardware", "POST", "no_such_method")
        self.assertIn("no_such_method", str(caught.exception))


class ConductorTests(BaremetalTestCase):
    def test_lists_and_get(self):
        conductor, = self.baremetal.conductors()
        self.assertIs(True, conductor.alive)
        self.assertIsNone(conductor.drivers)
        # `details=True` would ask for /v1/conductors/detail, which the service has never had.
        detailed, = self.baremetal.conductors(detail=True)
        self.assertLessEqual({"example", "fake-hardware"}, set(detailed.drivers))
        self.assertEqual(detailed.drivers, self.baremetal.get_conductor(conductor.hostname).drivers)
        self.assert_gone(self.baremetal.get_conductor, "no-such-host")


class DiscoveryTests(BaremetalTestCase):
    def test_the_endpoint_says_which_versions_there_are(self):
        data = self.baremetal.get_endpoint_data()
        self.assertEqual(((1, 1), (1, 0)), (data.min_microversion, data.api_version))
        self.assertGreaterEqual(data.max_microversion, (1, 109))
        self.assertTrue(data.url.rstrip("/").endswith("/v1"), data.url)


if __name__ == "__main__":
    unittest.main()
