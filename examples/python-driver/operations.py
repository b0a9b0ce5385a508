"""Operations happen once (SPEC.md, 5.1), and not for a caller who has lost his lock (5.2)."""

import asyncio
import collections
import contextlib
import dataclasses
import logging
import time

from ironic.driver.v1 import common_pb2

from failures import DriverError

log = logging.getLogger(__name__)

_KEEP_OUTCOMES = 5 * 60  # seconds
_MOST_OUTCOMES = 10_000
_WAIT_FOR_CALLER = 60  # seconds
_MOST_EPOCHS = 65_536


@dataclasses.dataclass(frozen=True)
class Call:
    """What an operation is. Two calls with one operation id must be equal in all but the epoch and the process that they are meant for (R-053)."""

    name: str
    node: str
    arguments: tuple
    operation_id: str
    epoch: int = dataclasses.field(compare=False)
    # Of the process that was called first, if this repeats a call; empty: whichever process.
    instance_id: str = dataclasses.field(compare=False, default="")


class Operation:
    """One operation. It lives on when its callers go, so that they can come back for it."""

    def __init__(self, call):
        self.call = call
        self.callers = 0
        self.outcome = asyncio.get_running_loop().create_future()
        self._task = None
        self._stopped_by = None
        self._messages = []
        self._changed = asyncio.Event()

    def start(self, body, older):
        self._task = asyncio.create_task(self._run(body, older))

    def report(self, message, percent=None):
        """Says how far the operation has got (R-070)."""
        self._messages.append(common_pb2.Progress(sequence=len(self._messages) + 1, message=message, percent=percent))
        self._wake()

    def stop(self, error_class, message):
        if not self.outcome.done() and self._stopped_by is None:
            self._stopped_by = DriverError(error_class, message)
            self._task.cancel()

    async def progress(self, after):
        """The messages after a number, as they come, and the one that says that it is complete (R-071, R-072)."""
        while True:
            changed, ended = self._changed, self.outcome.done()
            for message in self._messages[after:]:
                yield message
                after = message.sequence
            if ended:
                break
            await changed.wait()
        await self.result()
        yield common_pb2.Progress(sequence=len(self._messages) + 1, percent=100, completed=True)

    async def result(self):
        # Shielded: when one caller goes, the others' outcome stays.
        return await asyncio.shield(self.outcome)

    async def _run(self, body, older):
        try:
            # Two holders of a node's lock never work on it at the same time.
            for operation in older:
                operation.stop("STALE_EPOCH", f"{operation.call.name} was stopped: a newer lock holder has called for node {self.call.node}.")
                await asyncio.wait([operation.outcome])
            self.outcome.set_result(await body(self))
        except asyncio.CancelledError:
            self.outcome.set_exception(self._stopped_by or DriverError("RETRYABLE", "The driver shuts down."))
        except Exception as error:  # Whatever it is, it is the outcome.
            self.outcome.set_exception(error)
        finally:
            self.outcome.exception()  # Nobody may be there to take it; that is no defect.
            self._wake()

    def _wake(self):
        self._changed.set()
        self._changed = asyncio.Event()


class Operations:
    """The operations that run, and the outcomes of those that ended a short time ago."""

    def __init__(self, instance_id):
        self._instance_id = instance_id
        self.running = set()
        self.draining = False
        self._known = {}
        self._ended = collections.deque()
        self._epochs = collections.OrderedDict()

    @contextlib.asynccontextmanager
    async def join(self, call, body, context):
        """Starts an operation, or finds the one that has its id, for as long as a caller waits for it.

        :param body: a coroutine function that gets the operation and returns its result.
        :param context: the call's; when it ends early the operation goes on for a minute, but not past the call's deadline.
        """
        operation = self._find(call) or self._begin(call, body)
        operation.callers += 1
        remaining = context.time_remaining()
        joined_at = time.monotonic()
        try:
            yield operation
        finally:
            operation.callers -= 1
            if operation.callers == 0 and not operation.outcome.done():
                # gRPC for Python does not tell a caller that cancels from one whose connection broke. R-056 allows to treat both as the latter.
                left = _WAIT_FOR_CALLER if remaining is None else min(_WAIT_FOR_CALLER, remaining - (time.monotonic() - joined_at))
                asyncio.get_running_loop().call_later(max(0, left), self._give_up, operation)

    async def run(self, call, body, context):
        """Does something once; without an operation id, as often as it is called (R-051)."""
        if call.operation_id:
            async with self.join(call, body, context) as operation:
                return await operation.result()
        self._check_epoch(call)
        return await body(None)

    def _find(self, call):
        if call.instance_id not in ("", self._instance_id):
            raise DriverError("PRECONDITION", f"The driver was started anew since {call.name} was asked for; what became of it is unknown.")
        self._forget()
        known = self._known.get(call.operation_id)
        if known is not None and known.call != call:
            raise DriverError("INVALID_PARAMETER", f"Operation id '{call.operation_id}' belongs to another call ({known.call.name}).")
        return known

    def _begin(self, call, body):
        if self.draining:
            raise DriverError("RETRYABLE", "The driver shuts down and takes no new operations.")
        self._check_epoch(call)
        older = [other for other in self.running if other.call.node == call.node and 0 < other.call.epoch < call.epoch]
        operation = self._known[call.operation_id] = Operation(call)
        self.running.add(operation)
        operation.outcome.add_done_callback(lambda _: self._end(operation))
        operation.start(body, older)
        return operation

    def _end(self, operation):
        self.running.discard(operation)
        self._ended.append((time.monotonic(), operation))

    def _forget(self):
        while self._ended and (len(self._ended) > _MOST_OUTCOMES or time.monotonic() - self._ended[0][0] >= _KEEP_OUTCOMES):
            _, operation = self._ended.popleft()
            del self._known[operation.call.operation_id]

    def _check_epoch(self, call):
        if call.epoch == 0 or not call.node:
            return
        highest = self._epochs.get(call.node, 0)
        if call.epoch < highest:
            raise DriverError("STALE_EPOCH", f"Epoch {call.epoch} of the lock of node {call.node} is out of date: {highest} has been seen.")
        self._epochs[call.node] = call.epoch
        self._epochs.move_to_end(call.node)
        while len(self._epochs) > _MOST_EPOCHS:
            self._epochs.popitem(last=False)

    @staticmethod
    def _give_up(operation):
        if operation.callers == 0:
            operation.stop("RETRYABLE", f"{operation.call.name} was stopped: its caller did not come back.")
