"""/verify: the public page for whoever holds a printed certificate and was given a passcode. Works without JavaScript.

Nothing personal is shown before serial and passcode are both right. A view is a redemption: it uses one of the
passcode's counts and shows to the holder. It is a form of plain HTML that sets no cookie, so no other site can use it
in anybody's name.
"""

import ipaddress
import math
from urllib.parse import parse_qs

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from gateway.certificates.desk import CertificateDesk, PasscodeRefused, Reader
from gateway.certificates.throttle import Throttled
from gateway.domain.access import Wording
from gateway.domain.certificate import Certificate
from gateway.domain.clock import Clock
from gateway.http.body import body_of
from gateway.http.certificates.verify_html import POLICY, Trouble, form, shown
from gateway.http.errors import Rejected
from gateway.http.head import Head
from gateway.operation.audit.handed_out import HandedOut
from gateway.operation.audit.recorder import NotRecorded
from gateway.requests.database import StoreUnavailable
from gateway.requests.desk import Invalid

PUBLIC = Wording(fa="صفحهٔ عمومی بررسی گواهی", en="the public page for verifying certificates")
MOST_BYTES = 2_000
SECONDS = 10.0
HEADERS = {"cache-control": "no-store", "content-security-policy": POLICY}


class VerifyPage:
    def __init__(self, desk: CertificateDesk, clock: Clock, handed_out: HandedOut | None) -> None:
        self._desk, self._clock, self._handed_out = desk, clock, handed_out

    async def answer(self, request: Request) -> Response:
        language = "en" if request.query_params.get("lang") == "en" else "fa"
        if request.method != "POST":
            return _page(form(language))
        try:
            body = await body_of(Head(request.scope), request.receive, size=MOST_BYTES, seconds=SECONDS)
        except Rejected as rejected:
            return _page(form(language, Trouble.REFUSED), rejected.status)
        except ClientDisconnect:
            return Response(status_code=499)
        return await self._verified(request, language, body)

    async def _verified(self, request: Request, language: str, body: bytes) -> Response:
        said = parse_qs(body.decode("utf-8", "replace"), max_num_fields=8)
        serial, passcode = (said.get(name, [""])[0] for name in ("serial", "passcode"))
        reader = Reader(caller=f"address:{address_of(request)}", contract=None, words=PUBLIC)
        try:
            found = await self._desk.redeem(serial, passcode, reader)
            if isinstance(found, PasscodeRefused | Invalid):
                return _page(form(language, Trouble.REFUSED, serial=serial[:40]), 403)
            await self._on_record(request, found)
        except Throttled as throttled:
            wait = math.ceil(throttled.retry_after)
            return _page(form(language, Trouble.CLOSED, minutes=max(1, wait // 60)), 429, {"retry-after": str(wait)})
        except (StoreUnavailable, NotRecorded):
            return _page(form(language, Trouble.AWAY), 503, {"retry-after": "5"})
        return _page(shown(language, found, self._clock.now()))

    async def _on_record(self, request: Request, certificate: Certificate) -> None:
        if self._handed_out is not None:
            await self._handed_out.to_the_public(certificate.person, request.state.correlation_id)


def address_of(request: Request) -> str:
    """Whom wrong passcodes are counted for: an IPv4 address, or the /64 that one subscriber of IPv6 has."""
    try:
        address = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))


def _page(content: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return HTMLResponse(content, status, HEADERS | (headers or {}))
