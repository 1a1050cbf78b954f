"""One line a request: method, path, status, time. No personal data: never a query, a variable or a query string."""

import ipaddress
import re
import socket

import structlog
from graphql import OperationDefinitionNode
from starlette.types import Scope

PATHS = frozenset(
    {"/graphql", "/uploads", "/receipts/jwks.json", "/verify", "/live", "/ready", "/metrics"}
)  # any other may be anything, so it is not repeated
GONE = 499  # what a status is called in the log that nobody received
MAX_NAME = 64
_DIGITS = re.compile(r"[0-9]{6,}")

_log = structlog.get_logger("gateway.access")


def tell(scope: Scope, status: int | None, seconds: float) -> None:
    """`status` is None where the client was gone before an answer began."""
    _log.info(
        "http.request",
        method=scope["method"] if scope["method"].isalpha() else "other",
        path=scope["path"] if scope["path"] in PATHS else "other",
        status=GONE if status is None else status,
        ms=round(seconds * 1000, 1),
        client=network_of(scope.get("client")),
        **scope.get("state", {}).get("operation", {}),
    )


def note_operation(scope: Scope, operation: OperationDefinitionNode) -> None:
    """Makes the operation's name and kind part of the request's line. Digits in a name are masked."""
    name = operation.name.value[:MAX_NAME] if operation.name else "anonymous"
    scope.setdefault("state", {})["operation"] = {
        "operation": _DIGITS.sub("***", name),
        "kind": operation.operation.value,
    }


def network_of(client: tuple[str, int] | None) -> str | None:
    """The network of an address (/24, or /48 for IPv6): enough to see where from, too little to tell who."""
    if not client:
        return None
    try:
        first, second, third, _ = socket.inet_pton(socket.AF_INET, client[0])
    except (OSError, UnicodeError):
        return _network_of_other(client[0])
    return f"{first}.{second}.{third}.0/24"


def _network_of_other(host: str) -> str | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))
