"""How the driver gets into a running system and stays there (SPEC.md, section 4)."""

import asyncio
import logging
import random

import grpc
from ironic.driver.v1 import registry_pb2, registry_pb2_grpc

log = logging.getLogger(__name__)

_CALL_TIMEOUT = 5  # seconds
_SHORTEST_LEASE = 1
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 15


class Registration:
    """Keeps the driver registered with one of the conductors."""

    def __init__(self, info, endpoint, conductors, state):
        self._request = registry_pb2.RegisterDriverRequest(info=info, endpoint=endpoint)
        self._conductors = conductors
        self._state = state
        self._registry = None
        self._channel = None
        self._lease = ""

    async def leave(self):
        """Ends the lease, after run() was cancelled. A conductor that cannot be told learns it when the lease ends by itself."""
        if self._lease:
            try:
                await self._registry.DeregisterDriver(registry_pb2.DeregisterDriverRequest(lease_id=self._lease), timeout=_CALL_TIMEOUT)
                log.info("deregistered")
            except grpc.RpcError as error:
                log.warning("no conductor could be told that the driver leaves: %s", error.details())
        if self._channel is not None:
            await self._channel.close()

    async def run(self):
        """Goes on until it is cancelled."""
        pause = _FIRST_PAUSE
        current = 0
        failures = 0
        while True:
            duration = await self._register(self._conductors[current])
            if duration is not None:
                pause, failures = _FIRST_PAUSE, 0
                if await self._renew(duration):
                    continue  # The conductor has forgotten the lease: it is asked again at once.
            failures += 1
            current = (current + 1) % len(self._conductors)
            if failures >= len(self._conductors) and duration is None:
                # Exponentially longer, with a random part, and never given up.
                await asyncio.sleep(pause * random.uniform(0.5, 1))
                pause = min(pause * 2, _LONGEST_PAUSE)
                failures = 0

    async def _register(self, conductor):
        """The lease's duration in seconds; None when this conductor does not take the driver."""
        if self._channel is not None:
            await self._channel.close()
        self._channel = grpc.aio.insecure_channel(conductor.removeprefix("http://"), options=(("grpc.enable_http_proxy", 0),))
        self._registry = registry_pb2_grpc.DriverRegistryServiceStub(self._channel)
        try:
            response = await self._registry.RegisterDriver(self._request, timeout=_CALL_TIMEOUT)
            if response.contract_version not in self._request.info.contract_versions:
                log.error("%s picks the contract version '%s', which this driver does not speak", conductor, response.contract_version)
                await self._registry.DeregisterDriver(registry_pb2.DeregisterDriverRequest(lease_id=response.lease_id), timeout=_CALL_TIMEOUT)
                return None
        except grpc.RpcError as error:
            log.warning("registration with %s failed: %s: %s", conductor, error.code().name, error.details())
            return None
        self._lease = response.lease_id
        log.info("registered with conductor %s for %s s", response.conductor, response.lease_duration.seconds)
        return response.lease_duration.ToTimedelta().total_seconds()

    async def _renew(self, duration):
        """Renews the lease at a third of its duration (R-033) until that fails. True: the conductor does not know the lease any more."""
        while True:
            await asyncio.sleep(max(duration, _SHORTEST_LEASE) / 3)
            try:
                response = await self._registry.RenewDriverLease(
                    registry_pb2.RenewDriverLeaseRequest(lease_id=self._lease, ready=self._state.ready), timeout=_CALL_TIMEOUT)
            except grpc.RpcError as error:
                log.warning("renewal failed: %s: %s", error.code().name, error.details())
                return error.code() == grpc.StatusCode.NOT_FOUND
            duration = response.lease_duration.ToTimedelta().total_seconds()
