"""The services of the contract: one class each, one method for each RPC."""

import asyncio
import json

import grpc
import health_pb2
import health_pb2_grpc
from ironic.driver.v1 import common_pb2, driver_pb2, driver_pb2_grpc, power_pb2, power_pb2_grpc, vendor_pb2, vendor_pb2_grpc
from ironic.type.v1 import json_pb2

import description
from failures import DriverError, answers_failures, read_object
from machines import LED_COLORS
from operations import Call


class State:
    """Whether the driver takes work, and why not."""

    def __init__(self):
        self.reason = "starting"
        self.changed = asyncio.Event()

    @property
    def ready(self):
        return self.reason == ""

    @property
    def draining(self):
        return self.reason == "draining"

    def set(self, reason):
        self.reason = reason
        self.changed.set()
        self.changed = asyncio.Event()


class DriverService(driver_pb2_grpc.DriverServiceServicer):
    def __init__(self, info, state):
        self._info = info
        self._state = state

    async def GetInfo(self, request, context):
        return driver_pb2.GetInfoResponse(info=self._info)

    async def Probe(self, request, context):
        return driver_pb2.ProbeResponse(ready=self._state.ready, instance_id=self._info.instance_id, reason=self._state.reason)

    @answers_failures
    async def ValidateInterface(self, request, context):
        if request.interface != description.NAME or request.type not in (common_pb2.INTERFACE_TYPE_POWER, common_pb2.INTERFACE_TYPE_VENDOR):
            raise DriverError("UNSUPPORTED", f"This driver does not serve the interface '{request.interface}'.")
        if request.type == common_pb2.INTERFACE_TYPE_POWER:
            driver_info = read_object(request.node.driver_info, "driver_info")
            missing = [item.name for item in description.PROPERTIES if item.required and driver_info.get(item.name) is None]
            if missing:
                raise DriverError("MISSING_PARAMETER", f"Missing from driver_info: {', '.join(missing)}.")
        return driver_pb2.ValidateInterfaceResponse()


class PowerService(power_pb2_grpc.PowerServiceServicer):
    def __init__(self, machines, operations):
        self._machines = machines
        self._operations = operations

    @answers_failures
    async def GetPowerState(self, request, context):
        _check_interface(request.interface)
        return power_pb2.GetPowerStateResponse(state=self._machines.find(request.node).power)

    @answers_failures
    async def SetPowerState(self, request, context):
        _check_interface(request.interface)
        if request.context.operation_id == "":
            raise DriverError("INVALID_PARAMETER", "SetPowerState needs an operation id.")
        if request.target not in description.POWER_TARGETS:
            raise DriverError("UNSUPPORTED", f"The power target {request.target} is not supported.")
        machine = self._machines.find(request.node)
        timeout = request.timeout.ToTimedelta().total_seconds() if request.HasField("timeout") else None

        async def switch(operation):
            try:
                await asyncio.wait_for(machine.switch(request.target, operation.report), timeout)
                return machine.power
            except asyncio.TimeoutError:
                raise DriverError("RETRYABLE", f"The power target was not reached within {timeout} seconds.") from None

        call = _call("set_power_state", request, (request.interface, request.target))
        async with self._operations.join(call, switch, context) as operation:
            async for progress in operation.progress(after=request.resume_after):
                state = await operation.result() if progress.completed else common_pb2.POWER_STATE_UNSPECIFIED
                await context.write(power_pb2.SetPowerStateResponse(progress=progress, state=state))


class VendorPassthruService(vendor_pb2_grpc.VendorPassthruServiceServicer):
    def __init__(self, machines, operations):
        self._machines = machines
        self._operations = operations

    @answers_failures
    async def ValidateNodeMethod(self, request, context):
        self._validate_node_method(request)
        return vendor_pb2.ValidateNodeMethodResponse()

    @answers_failures
    async def CallNodeMethod(self, request, context):
        async def run(_):
            # Cheap enough to be done again for a call that the conductor has validated.
            parameters = self._validate_node_method(request)
            machine = self._machines.find(request.node)
            machine.led = parameters["color"]
            return {"led": machine.led}

        result = await self._operations.run(_call(request.call.method, request, _arguments(request.call)), run, context)
        return vendor_pb2.CallNodeMethodResponse(result=_result(result))

    @answers_failures
    async def ValidateDriverMethod(self, request, context):
        self._validate_driver_method(request)
        return vendor_pb2.ValidateDriverMethodResponse()

    @answers_failures
    async def CallDriverMethod(self, request, context):
        async def run(_):
            self._validate_driver_method(request)
            return {"colors": LED_COLORS}

        result = await self._operations.run(_call(request.call.method, request, _arguments(request.call)), run, context)
        return vendor_pb2.CallDriverMethodResponse(result=_result(result))

    @staticmethod
    def _validate_node_method(request):
        _check_method(request.call, description.NODE_METHODS)
        parameters = _read_parameters(request.call, ["color"])
        if parameters.get("color") is None:
            raise DriverError("MISSING_PARAMETER", "Parameter 'color' not passed to method 'set_led'.")
        if parameters["color"] not in LED_COLORS:
            raise DriverError("INVALID_PARAMETER", f"Parameter 'color' must be one of {', '.join(LED_COLORS)}.")
        return parameters

    @staticmethod
    def _validate_driver_method(request):
        _check_method(request.call, description.DRIVER_METHODS)
        _read_parameters(request.call, [])


class Health(health_pb2_grpc.HealthServicer):
    """The standard health service, which containers and load balancers ask."""

    def __init__(self, state):
        self._state = state

    async def Check(self, request, context):
        return health_pb2.HealthCheckResponse(status=self._status())

    async def Watch(self, request, context):
        while True:
            changed = self._state.changed
            await context.write(health_pb2.HealthCheckResponse(status=self._status()))
            if self._state.draining:
                return  # An open stream would hold up the end.
            await changed.wait()

    def _status(self):
        return health_pb2.HealthCheckResponse.SERVING if self._state.ready else health_pb2.HealthCheckResponse.NOT_SERVING


def create_server(info, state, machines, operations):
    server = grpc.aio.server(options=(
        ("grpc.max_receive_message_length", 64 * 1024 * 1024),
        ("grpc.max_send_message_length", 64 * 1024 * 1024),
        # Otherwise two drivers can listen on one port and share its calls.
        ("grpc.so_reuseport", 0),
    ))
    driver_pb2_grpc.add_DriverServiceServicer_to_server(DriverService(info, state), server)
    power_pb2_grpc.add_PowerServiceServicer_to_server(PowerService(machines, operations), server)
    vendor_pb2_grpc.add_VendorPassthruServiceServicer_to_server(VendorPassthruService(machines, operations), server)
    health_pb2_grpc.add_HealthServicer_to_server(Health(state), server)
    return server


def _check_interface(name):
    if name != description.NAME:
        raise DriverError("UNSUPPORTED", f"This driver does not serve the interface '{name}'.")


def _check_method(call, methods):
    _check_interface(call.interface)
    if call.method not in methods:
        raise DriverError("INVALID_PARAMETER", f"No handler for method {call.method}")
    if call.http_method not in methods[call.method].http_methods:
        raise DriverError("INVALID_PARAMETER", f"The method {call.method} does not support HTTP {call.http_method}")


def _read_parameters(call, known):
    parameters = read_object(call.parameters, "The body")
    unknown = [name for name in parameters if name not in known]
    if unknown:
        raise DriverError("INVALID_PARAMETER", f"Method '{call.method}' got an unexpected argument '{unknown[0]}'.")
    return parameters


def _call(name, request, arguments):
    about = getattr(request, "node", None)
    return Call(name, about.uuid if about else request.driver, arguments, request.context.operation_id, request.context.epoch, request.context.instance_id)


def _arguments(call):
    return (call.interface, call.method, call.http_method, call.parameters.text)


def _result(value):
    return vendor_pb2.VendorResult(json=json_pb2.Json(text=json.dumps(value)))
