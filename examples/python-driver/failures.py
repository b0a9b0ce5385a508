"""How a call fails: with a class that decides what the conductor does, and a text without secrets (SPEC.md, section 6)."""

import contextvars
import functools
import json
import logging
import traceback

import grpc
from google.rpc import error_details_pb2, status_pb2
from ironic.driver.v1 import common_pb2

log = logging.getLogger(__name__)

# Shown in each line of the log, so that a request can be followed through all processes.
request_id = contextvars.ContextVar("request_id", default="-")

_DOMAIN = "ironic.driver"
_LONGEST_MESSAGE = 4096

_CODES = {
    "INVALID_PARAMETER": grpc.StatusCode.INVALID_ARGUMENT,
    "MISSING_PARAMETER": grpc.StatusCode.INVALID_ARGUMENT,
    "UNSUPPORTED": grpc.StatusCode.UNIMPLEMENTED,
    "RETRYABLE": grpc.StatusCode.UNAVAILABLE,
    "BMC_UNREACHABLE": grpc.StatusCode.UNAVAILABLE,
    "AUTHENTICATION": grpc.StatusCode.PERMISSION_DENIED,
    "PRECONDITION": grpc.StatusCode.FAILED_PRECONDITION,
    "PERMANENT": grpc.StatusCode.UNKNOWN,
    "STALE_EPOCH": grpc.StatusCode.ABORTED,
    "INTERNAL": grpc.StatusCode.INTERNAL,
}

# The keys that Ironic masks in its own answers.
_SECRET_WORDS = (
    "adminpass", "admin_pass", "password", "auth_token", "new_pass", "secret", "sys_pswd", "token", "configdrive", "encrypted_key",
    "private_key", "fernetkey", "sslkey", "passphrase", "snmp_auth_key", "snmp_priv_key", "hex_kg_key",
)


class DriverError(Exception):
    """A failure whose class the driver knows.

    :param error_class: a name of ironic.driver.v1.ErrorClass, without its prefix.
    """

    def __init__(self, error_class, message):
        super().__init__(message)
        common_pb2.ErrorClass.Value("ERROR_CLASS_" + error_class)
        self.error_class = error_class
        self.message = message


def read_object(json_message, name):
    """The object in an ironic.type.v1.Json; one that is absent is empty (R-043)."""
    if json_message.text == "":
        return {}
    try:
        value = json.loads(json_message.text)
    except ValueError:
        raise DriverError("INVALID_PARAMETER", f"{name} is no valid JSON.") from None
    if not isinstance(value, dict):
        raise DriverError("INVALID_PARAMETER", f"{name} must be a JSON object.")
    return value


def answers_failures(method):
    """Wraps a method of a service: what it raises becomes the status that the contract asks for."""

    @functools.wraps(method)
    async def call(self, request, context):
        request_id.set(request.context.request_id or "-")
        try:
            return await method(self, request, context)
        except DriverError as error:
            error_class, message = error.error_class, error.message
            log.info("%s failed: %s: %s", method.__name__, error_class, _redact(message, request))
        except Exception as error:  # A defect of this driver.
            error_class, message = "INTERNAL", f"{type(error).__name__}: {error}"
            log.error("%s failed unexpectedly: %s", method.__name__, _redact(traceback.format_exc(), request))
        await _abort(context, error_class, _redact(message, request))

    return call


async def _abort(context, error_class, message):
    code = _CODES[error_class]
    message = message[:_LONGEST_MESSAGE]
    status = status_pb2.Status(code=code.value[0], message=message)
    status.details.add().Pack(error_details_pb2.ErrorInfo(domain=_DOMAIN, reason=error_class))
    await context.abort(code, message, trailing_metadata=(("grpc-status-details-bin", status.SerializeToString()),))


def _redact(text, request):
    """Masks the secrets that came with the call (R-042)."""
    secrets = set()
    node, call = getattr(request, "node", None), getattr(request, "call", None)
    for source in (node and node.driver_info, node and node.instance_info, call and call.parameters):
        try:
            _collect(read_object(source, "") if source else {}, False, secrets)
        except DriverError:
            pass  # What is no object has no keys; the call itself is refused for it.
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "******")
    return text


def _collect(value, is_secret, secrets):
    if isinstance(value, dict):
        for key, member in value.items():
            _collect(member, is_secret or any(word in key.lower() for word in _SECRET_WORDS), secrets)
    elif isinstance(value, list):
        for item in value:
            _collect(item, is_secret, secrets)
    elif is_secret and value is not None and not isinstance(value, bool) and str(value) != "":
        secrets.update((str(value), json.dumps(value).strip('"')))
