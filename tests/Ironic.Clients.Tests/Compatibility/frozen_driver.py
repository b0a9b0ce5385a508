"""A driver on the stubs of one revision of the contract: power, management, steps and vendor methods of machines in memory.

What is common to drivers comes from examples/python-driver; beside it, this file and the stubs lie in one directory.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import pathlib
import signal
import sys
import uuid

sys.path.insert(1, str(pathlib.Path(__file__).parent / "stubs"))

import grpc  # noqa: E402 (the stubs have to be found first)
import health_pb2_grpc  # noqa: E402
from ironic.driver.v1 import (  # noqa: E402
    common_pb2, deploy_pb2, deploy_pb2_grpc, driver_pb2, driver_pb2_grpc, management_pb2, management_pb2_grpc, power_pb2_grpc, step_pb2,
    step_pb2_grpc, vendor_pb2_grpc)

import description  # noqa: E402
from failures import DriverError, answers_failures, read_object  # noqa: E402
from machines import Machines  # noqa: E402
from operations import Call, Operations  # noqa: E402
from registration import Registration  # noqa: E402
from services import DriverService, Health, PowerService, State, VendorPassthruService  # noqa: E402

log = logging.getLogger("frozen_driver")

_INTERFACE = description.NAME
_BURN_IN = driver_pb2.Step(
    kinds=[driver_pb2.STEP_KIND_CLEAN], name="burn_in", description="Keeps the machine busy",
    arguments=[driver_pb2.StepArgument(name="rounds", description="How often", required=True)])
_WRITE_IMAGE = driver_pb2.Step(kinds=[driver_pb2.STEP_KIND_DEPLOY], name="write_image", priority=100)
# Besides those of the example.
_OWN = (common_pb2.INTERFACE_TYPE_MANAGEMENT, common_pb2.INTERFACE_TYPE_DEPLOY)


def describe(name):
    info = description.describe()
    info.name = info.hardware_types[0].name = name
    info.instance_id = str(uuid.uuid4())
    for supported in info.hardware_types[0].supported_interfaces:
        if supported.type in _OWN:
            supported.names[:] = [_INTERFACE]
    info.interfaces.add(type=common_pb2.INTERFACE_TYPE_MANAGEMENT, name=_INTERFACE, steps=[_BURN_IN])
    info.interfaces.add(type=common_pb2.INTERFACE_TYPE_DEPLOY, name=_INTERFACE, steps=[_WRITE_IMAGE])
    return info


class FrozenDriverService(DriverService):
    @answers_failures
    async def ValidateInterface(self, request, context):
        if request.type in _OWN and request.interface == _INTERFACE:
            return driver_pb2.ValidateInterfaceResponse()
        return await super().ValidateInterface(request, context)


class ManagementService(management_pb2_grpc.ManagementServiceServicer):
    """Boot devices, and nothing else of what the revision offers."""

    def __init__(self, operations):
        self._operations = operations
        self._devices = {}

    @answers_failures
    async def ListSupportedBootDevices(self, request, context):
        return management_pb2.ListSupportedBootDevicesResponse(devices=["disk", "pxe"])

    @answers_failures
    async def GetBootDevice(self, request, context):
        return management_pb2.GetBootDeviceResponse(device=self._devices.get(request.node.uuid, "disk"), persistent=True)

    @answers_failures
    async def SetBootDevice(self, request, context):
        async def run(_):
            self._devices[request.node.uuid] = request.device

        await self._operations.run(_call("set_boot_device", request, (request.device, request.persistent)), run, context)
        return management_pb2.SetBootDeviceResponse()


class StepService(step_pb2_grpc.StepServiceServicer):
    def __init__(self, operations):
        self._operations = operations

    @answers_failures
    async def ExecuteStep(self, request, context):
        arguments = read_object(request.arguments, "The arguments")
        if not any(step.name == request.step and request.kind in step.kinds for step in (_BURN_IN, _WRITE_IMAGE)):
            raise DriverError("UNSUPPORTED", f"There is no step {request.step}.")

        async def run(operation):
            for number in range(arguments.get("rounds", 1)):
                operation.report(f"Round {number + 1}")

        call = _call("execute_step", request, (request.step, request.kind, request.arguments.text))
        async with self._operations.join(call, run, context) as operation:
            async for progress in operation.progress(after=request.resume_after):
                outcome = common_pb2.WORK_OUTCOME_DONE if progress.completed else common_pb2.WORK_OUTCOME_UNSPECIFIED
                await context.write(step_pb2.ExecuteStepResponse(progress=progress, outcome=outcome))


class DeployService(deploy_pb2_grpc.DeployServiceServicer):
    """The preparation of cleaning; it has not heard of any other phase."""

    @answers_failures
    async def RunDeployPhase(self, request, context):
        if request.phase != deploy_pb2.DEPLOY_PHASE_PREPARE_CLEANING:
            raise DriverError("UNSUPPORTED", f"The phase {request.phase} is not supported.")
        await context.write(deploy_pb2.RunDeployPhaseResponse(
            progress=common_pb2.Progress(sequence=1, completed=True), outcome=common_pb2.WORK_OUTCOME_DONE))


class CallLog(grpc.aio.ServerInterceptor):
    """Says what was called, also when the driver has no such method."""

    async def intercept_service(self, continuation, handler_call_details):
        log.info("called %s", handler_call_details.method)
        return await continuation(handler_call_details)


def _call(name, request, arguments):
    return Call(name, request.node.uuid, arguments, request.context.operation_id, request.context.epoch, request.context.instance_id)


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True, help="of the driver and of its hardware type")
    parser.add_argument("--conductor", required=True, metavar="http://ADDRESS:PORT")
    parser.add_argument("--contract-versions", default=["v1"], type=json.loads, metavar="JSON", help='default: ["v1"]')
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")

    info = describe(arguments.name)
    info.contract_versions[:] = arguments.contract_versions
    state, machines, operations = State(), Machines(), Operations(info.instance_id)
    server = grpc.aio.server(interceptors=(CallLog(),))
    driver_pb2_grpc.add_DriverServiceServicer_to_server(FrozenDriverService(info, state), server)
    power_pb2_grpc.add_PowerServiceServicer_to_server(PowerService(machines, operations), server)
    management_pb2_grpc.add_ManagementServiceServicer_to_server(ManagementService(operations), server)
    step_pb2_grpc.add_StepServiceServicer_to_server(StepService(operations), server)
    deploy_pb2_grpc.add_DeployServiceServicer_to_server(DeployService(), server)
    vendor_pb2_grpc.add_VendorPassthruServiceServicer_to_server(VendorPassthruService(machines, operations), server)
    health_pb2_grpc.add_HealthServicer_to_server(Health(state), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    state.set("")

    registration = Registration(info, f"http://127.0.0.1:{port}", [arguments.conductor], state)
    registering = asyncio.create_task(registration.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, registering.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await registering
    await registration.leave()
    await server.stop(grace=5)


if __name__ == "__main__":
    asyncio.run(main())
