"""A conductor on the stubs of one revision of the contract. It takes one driver in, uses it as conductors do, and ends with status 0 when all went well.

The driver is the fake one. What the revision does not know of its answers must not matter.
"""

import concurrent.futures
import json
import pathlib
import queue
import sys
import unittest
import uuid

sys.path.insert(1, str(pathlib.Path(__file__).parent / "stubs"))

import grpc  # noqa: E402 (the stubs have to be found first)
from google.protobuf import duration_pb2  # noqa: E402
from google.rpc import error_details_pb2, status_pb2  # noqa: E402
from ironic.driver.v1 import (  # noqa: E402
    bios_pb2, bios_pb2_grpc, common_pb2, driver_pb2, driver_pb2_grpc, management_pb2, management_pb2_grpc, power_pb2, power_pb2_grpc, registry_pb2,
    registry_pb2_grpc, step_pb2, step_pb2_grpc, vendor_pb2, vendor_pb2_grpc)
from ironic.type.v1 import json_pb2  # noqa: E402

_LIMIT = 60  # seconds; all of it takes a few, but the machine may be busy


class Registry(registry_pb2_grpc.DriverRegistryServiceServicer):
    """What a driver asks a conductor. The lease is short, so that a renewal is seen."""

    def __init__(self):
        self.registered, self.renewed, self.left = queue.Queue(), queue.Queue(), queue.Queue()

    def RegisterDriver(self, request, context):
        self.registered.put(request)
        return registry_pb2.RegisterDriverResponse(lease_id="lease-1", lease_duration=_LEASE, contract_version="v1", conductor="frozen")

    def RenewDriverLease(self, request, context):
        self.renewed.put(request)
        return registry_pb2.RenewDriverLeaseResponse(lease_duration=_LEASE)

    def DeregisterDriver(self, request, context):
        self.left.put(request)
        return registry_pb2.DeregisterDriverResponse()


_LEASE = duration_pb2.Duration(seconds=3)


class FrozenConductorTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.registry = Registry()
        cls.server = grpc.server(concurrent.futures.ThreadPoolExecutor(4))
        registry_pb2_grpc.add_DriverRegistryServiceServicer_to_server(cls.registry, cls.server)
        port = cls.server.add_insecure_port("127.0.0.1:0")
        cls.server.start()
        # Whoever started this starts the driver when it reads where to register.
        print(f"listening on http://127.0.0.1:{port}", file=sys.stderr, flush=True)
        cls.registration = cls.registry.registered.get(timeout=_LIMIT)
        cls.channel = grpc.insecure_channel(cls.registration.endpoint.removeprefix("http://"), options=(("grpc.enable_http_proxy", 0),))

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()
        cls.server.stop(grace=None)

    def test_the_driver_registers_and_renews_its_lease(self):
        info = self.registration.info
        self.assertIn("v1", info.contract_versions)
        self.assertEqual("lease-1", self.registry.renewed.get(timeout=_LIMIT).lease_id)
        driver = driver_pb2_grpc.DriverServiceStub(self.channel)
        self.assertEqual(info, driver.GetInfo(driver_pb2.GetInfoRequest(), timeout=_LIMIT).info)
        probe = driver.Probe(driver_pb2.ProbeRequest(), timeout=_LIMIT)
        self.assertEqual((True, info.instance_id), (probe.ready, probe.instance_id))

    def test_it_describes_a_hardware_type_that_can_be_used(self):
        hardware = next(item for item in self.registration.info.hardware_types if item.name == "fake-hardware")
        served = {(item.type, item.name) for item in self.registration.info.interfaces}
        types = {item.type for item in hardware.supported_interfaces}
        self.assertLessEqual({type for type in common_pb2.InterfaceType.values() if type != 0}, types)
        for type in (common_pb2.INTERFACE_TYPE_POWER, common_pb2.INTERFACE_TYPE_MANAGEMENT, common_pb2.INTERFACE_TYPE_VENDOR):
            self.assertIn((type, "fake"), served)

    def test_a_node_is_validated(self):
        driver = driver_pb2_grpc.DriverServiceStub(self.channel)
        for type in (common_pb2.INTERFACE_TYPE_POWER, common_pb2.INTERFACE_TYPE_MANAGEMENT, common_pb2.INTERFACE_TYPE_VENDOR):
            driver.ValidateInterface(driver_pb2.ValidateInterfaceRequest(context=read(), node=node(), type=type, interface="fake"), timeout=_LIMIT)

    def test_power_is_switched_and_read(self):
        power = power_pb2_grpc.PowerServiceStub(self.channel)
        for target, state in ((common_pb2.POWER_TARGET_ON, common_pb2.POWER_STATE_ON), (common_pb2.POWER_TARGET_OFF, common_pb2.POWER_STATE_OFF)):
            messages = list(power.SetPowerState(power_pb2.SetPowerStateRequest(context=change(), node=node(), interface="fake", target=target), timeout=_LIMIT))
            self.assertEqual([False] * (len(messages) - 1) + [True], [message.progress.completed for message in messages])
            self.assertEqual(state, messages[-1].state)
            self.assertEqual(state, power.GetPowerState(power_pb2.GetPowerStateRequest(context=read(), node=node(), interface="fake"), timeout=_LIMIT).state)

    def test_the_boot_device_is_set(self):
        management = management_pb2_grpc.ManagementServiceStub(self.channel)
        devices = management.ListSupportedBootDevices(
            management_pb2.ListSupportedBootDevicesRequest(context=read(), node=node(), interface="fake"), timeout=_LIMIT).devices
        self.assertIn("pxe", devices)
        management.SetBootDevice(management_pb2.SetBootDeviceRequest(context=change(), node=node(), interface="fake", device="pxe", persistent=True), timeout=_LIMIT)
        now = management.GetBootDevice(management_pb2.GetBootDeviceRequest(context=read(), node=node(), interface="fake"), timeout=_LIMIT)
        self.assertEqual("pxe", now.device)

    def test_a_step_runs(self):
        steps = step_pb2_grpc.StepServiceStub(self.channel)
        arguments = json_pb2.Json(text=json.dumps({"settings": [{"name": "boot_order", "value": "pxe"}]}))
        request = step_pb2.ExecuteStepRequest(
            context=change(), node=node(), type=common_pb2.INTERFACE_TYPE_BIOS, interface="fake", kind=driver_pb2.STEP_KIND_CLEAN,
            step="apply_configuration", arguments=arguments)
        last = list(steps.ExecuteStep(request, timeout=_LIMIT))[-1]
        self.assertEqual((True, common_pb2.WORK_OUTCOME_DONE), (last.progress.completed, last.outcome))
        bios = bios_pb2_grpc.BiosServiceStub(self.channel)
        settings = bios.ListBiosSettings(bios_pb2.ListBiosSettingsRequest(context=read(), node=node(), interface="fake"), timeout=_LIMIT).settings
        self.assertIn(("boot_order", "pxe"), [(setting.name, setting.value) for setting in settings])

    def test_vendor_methods_answer_and_refuse(self):
        vendor = vendor_pb2_grpc.VendorPassthruServiceStub(self.channel)
        implementation = next(
            item for item in self.registration.info.interfaces if (item.type, item.name) == (common_pb2.INTERFACE_TYPE_VENDOR, "fake"))
        self.assertIn("third_method_sync", [method.name for method in implementation.node_methods])

        def call(parameters):
            request = vendor_pb2.CallNodeMethodRequest(context=change(), node=node(), call=vendor_pb2.VendorCall(
                interface="fake", method="third_method_sync", http_method="POST", parameters=json_pb2.Json(text=json.dumps(parameters))))
            return vendor.CallNodeMethod(request, timeout=_LIMIT).result

        self.assertEqual(True, json.loads(call({"bar": "meow"}).json.text))
        with self.assertRaises(grpc.RpcError) as refused:
            call({})
        self.assertEqual("MISSING_PARAMETER", reason(refused.exception))

    def test_a_fenced_out_holder_is_refused(self):
        power = power_pb2_grpc.PowerServiceStub(self.channel)
        other = node()
        other.uuid = str(uuid.uuid4())

        def switch(epoch):
            request = power_pb2.SetPowerStateRequest(context=change(epoch), node=other, interface="fake", target=common_pb2.POWER_TARGET_ON)
            return list(power.SetPowerState(request, timeout=_LIMIT))

        switch(5)
        with self.assertRaises(grpc.RpcError) as refused:
            switch(4)
        self.assertEqual("STALE_EPOCH", reason(refused.exception))


_NODE = str(uuid.uuid4())


def node():
    return common_pb2.NodeContext(uuid=_NODE, name="frozen-1", driver="fake-hardware", interfaces={"power": "fake", "vendor": "fake"})


def read():
    return common_pb2.CallContext(request_id="req-frozen")


def change(epoch=0):
    return common_pb2.CallContext(request_id="req-frozen", operation_id=str(uuid.uuid4()), epoch=epoch)


def reason(error):
    details = dict(error.trailing_metadata())["grpc-status-details-bin"]
    info = error_details_pb2.ErrorInfo()
    status_pb2.Status.FromString(details).details[0].Unpack(info)
    return info.reason


if __name__ == "__main__":
    unittest.main(verbosity=2)
