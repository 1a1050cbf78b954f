"""Forwarded headers count only from the proxies that are listed; from anyone else they are taken off.

A trusted proxy appends to X-Forwarded-For. Reading it from the right, the first address that is not itself a trusted
proxy is the client: what stands left of it, the client may have invented. `Forwarded` (RFC 7239) is always taken off:
the listed proxies speak the X- headers. A header with the client's certificate is treated alike (RFC 8705, 6.5).
"""

import ipaddress
from collections.abc import Iterable
from typing import TypeAlias

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.http.authentication.shown import CERTIFICATE

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
FORWARDED = frozenset(
    {b"forwarded", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port", b"x-real-ip"}
)
PASSED_ON = "tamin.passed_on"
"""In the scope of a request that says of itself that a proxy passed it on, be the proxy trusted or not."""


class TrustedProxies:
    def __init__(self, app: ASGIApp, networks: Iterable[str] = (), certificate_header: str | None = None) -> None:
        """`networks` such as 10.0.0.0/8 or 127.0.0.1; raises ValueError with a sentence for anything else.

        `certificate_header` is where the proxies write the client's certificate; it is found again in the scope.
        """
        self._app = app
        self._certificate_header = certificate_header.lower().encode("ascii") if certificate_header else None
        self._taken_off = FORWARDED | ({self._certificate_header} if self._certificate_header else set())
        self._networks: list[Network] = [ipaddress.ip_network(network) for network in networks]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            scope = self._as_seen(scope)
        await self._app(scope, receive, send)

    def _as_seen(self, scope: Scope) -> Scope:
        if not any(name in self._taken_off for name, _ in scope["headers"]):
            return scope
        seen = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in self._taken_off]}
        seen[PASSED_ON] = True
        client = scope.get("client")
        if not client or not self._trusts(client[0]):
            return seen
        told = [value for name, value in scope["headers"] if name == self._certificate_header]
        # Two: the client sent one of its own, and the proxy did not take it off. Then neither counts.
        if len(told) == 1 and told[0].strip():
            seen[CERTIFICATE] = told[0].decode("latin-1")
        said = Headers(scope=scope)
        origin = self._origin(said.getlist("x-forwarded-for"))
        if origin:
            seen["client"] = (origin, 0)
        scheme = said.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower()
        if scheme in {"http", "https"}:
            seen["scheme"] = scheme
        host = said.get("x-forwarded-host", "").rpartition(",")[2].strip()
        if host:
            others = [(name, value) for name, value in seen["headers"] if name != b"host"]
            seen["headers"] = [(b"host", host.encode("latin-1")), *others]
        return seen

    def _origin(self, forwarded_for: list[str]) -> str | None:
        hops = [hop.strip() for line in forwarded_for for hop in line.split(",")]
        origin = None
        for hop in reversed(hops):
            try:
                ipaddress.ip_address(hop)
            except ValueError:
                break
            origin = hop
            if not self._trusts(hop):
                break
        return origin

    def _trusts(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._networks)
