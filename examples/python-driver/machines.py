"""What a real driver would find behind its management controllers. These machines exist in memory."""

import asyncio
import dataclasses

from ironic.driver.v1 import common_pb2

from failures import DriverError

LED_COLORS = ("off", "blue", "amber")


@dataclasses.dataclass
class Machine:
    power: int = common_pb2.POWER_STATE_OFF
    led: str = "off"

    async def switch(self, target, report):
        if target == common_pb2.POWER_TARGET_REBOOT and self.power == common_pb2.POWER_STATE_ON:
            report("Switching off")
            await self._set_power(common_pb2.POWER_STATE_OFF)
        goal = common_pb2.POWER_STATE_OFF if target == common_pb2.POWER_TARGET_OFF else common_pb2.POWER_STATE_ON
        report("Switching off" if goal == common_pb2.POWER_STATE_OFF else "Switching on")
        await self._set_power(goal)

    async def _set_power(self, power):
        # A blocking library would be called in a thread: await asyncio.to_thread(...).
        await asyncio.sleep(0.1)
        self.power = power


class Machines:
    def __init__(self):
        self._machines = {}

    def find(self, node):
        """The machine of a ironic.driver.v1.NodeContext, which is all that a driver knows of a node (R-043)."""
        if node.uuid == "":
            raise DriverError("INVALID_PARAMETER", "The call names no node.")
        if node.uuid not in self._machines:
            power = common_pb2.POWER_STATE_ON if node.power_state == common_pb2.POWER_STATE_ON else common_pb2.POWER_STATE_OFF
            self._machines[node.uuid] = Machine(power)
        return self._machines[node.uuid]
