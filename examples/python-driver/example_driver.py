#!/usr/bin/python3
"""A driver in Python: the contract of protos/ironic/driver/v1 without an SDK. README.md says how to run it."""

import argparse
import asyncio
import contextlib
import logging
import pathlib
import signal
import sys

sys.path.insert(1, str(pathlib.Path(__file__).parent / "stubs"))

import description  # noqa: E402 (the stubs have to be found first)
import failures  # noqa: E402
from machines import Machines  # noqa: E402
from operations import Operations  # noqa: E402
from registration import Registration  # noqa: E402
from services import State, create_server  # noqa: E402

log = logging.getLogger("example_driver")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    # Loopback: who can call a driver can switch its machines.
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="ADDRESS:PORT", help="default: a free port of 127.0.0.1")
    parser.add_argument("--conductor", action="append", required=True, metavar="http://ADDRESS:PORT", help="one or more, tried one after the other")
    parser.add_argument(
        "--conductor-group", action="append", default=[], metavar="NAME",
        help="one or more whose nodes can be reached; an empty name stands for the nodes of no group. Default: all nodes")
    parser.add_argument("--drain-timeout", type=float, default=30, metavar="SECONDS", help="how long running operations may go on after SIGTERM")
    return parser.parse_args()


def configure_logging():
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"))

    def add_request_id(record):
        record.request_id = failures.request_id.get()
        return True

    handler.addFilter(add_request_id)
    logging.basicConfig(level=logging.INFO, handlers=[handler])


async def main():
    arguments = parse_arguments()
    configure_logging()
    info = description.describe(arguments.conductor_group)
    state = State()
    operations = Operations(info.instance_id)
    server = create_server(info, state, Machines(), operations)
    address = arguments.listen.rpartition(":")[0]
    port = server.add_insecure_port(arguments.listen)
    if port == 0:
        sys.exit(f"example_driver: cannot listen on {arguments.listen}")

    # It listens before it registers.
    await server.start()
    state.set("")
    registration = Registration(info, f"http://{address}:{port}", arguments.conductor, state)
    registering = asyncio.create_task(registration.run())
    log.info("listening on %s:%s", address, port)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, registering.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await registering

    # nothing new, the lease back, then the end of what runs.
    state.set("draining")
    operations.draining = True
    await registration.leave()
    if operations.running:
        await asyncio.wait([operation.outcome for operation in operations.running], timeout=arguments.drain_timeout)
    for operation in list(operations.running):
        operation.stop("RETRYABLE", f"{operation.call.name} was stopped: the driver shuts down.")
    await server.stop(grace=5)
    log.info("stopped")


if __name__ == "__main__":
    asyncio.run(main())
