"""Mutual TLS (RFC 8705): a token bound to a certificate, of which a trusted proxy tells."""

import base64
import hashlib
import ssl
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from gateway.http.authentication import Shown, Unauthenticated
from gateway.http.authentication.certificate import thumbprint_of
from gateway.http.trusted_proxies import TrustedProxies
from tests.http.issuing import Holder, TestIssuer

DER = b"0\x82 any bytes stand for a certificate here"
DIGEST = hashlib.sha256(DER).digest()
THUMBPRINT = base64.urlsafe_b64encode(DIGEST).rstrip(b"=").decode()
RFC_9440 = f":{base64.b64encode(DER).decode()}:"


def bound(issuer: TestIssuer, **more: Any) -> str:
    cnf = {"x5t#S256": THUMBPRINT} | more
    return issuer.token(tamin_kind="agency", sub="court", client_id="court", cnf=cnf)


def shown(token: str, certificate: str | None = None) -> Shown:
    return Shown(authorization=(f"Bearer {token}",), certificate=certificate)


async def test_an_agency_may_prove_itself_by_its_certificate(issuer: TestIssuer) -> None:
    caller = await issuer.authenticator().authenticate(shown(bound(issuer), RFC_9440))
    assert caller is not None
    assert caller.thumbprint == THUMBPRINT


@pytest.mark.parametrize("certificate", [None, "", ":AAAA:", "nonsense", "0" * 64])
async def test_no_or_another_certificate_is_refused(issuer: TestIssuer, certificate: str | None) -> None:
    with pytest.raises(Unauthenticated):
        await issuer.authenticator().authenticate(shown(bound(issuer), certificate))


async def test_a_token_bound_to_both_needs_both(issuer: TestIssuer, holder: Holder) -> None:
    token = bound(issuer, jkt=holder.thumbprint)

    def request(certificate: str | None) -> Shown:
        return Shown(authorization=(f"DPoP {token}",), proofs=(holder.proof(token),), certificate=certificate)

    with pytest.raises(Unauthenticated):
        await issuer.authenticator().authenticate(request(None))
    assert await issuer.authenticator().authenticate(request(RFC_9440))


@pytest.mark.parametrize(
    "header",
    [
        RFC_9440,
        quote(ssl.DER_cert_to_PEM_cert(DER)),
        DIGEST.hex(),
        DIGEST.hex(":").upper(),
        THUMBPRINT,
        f" {THUMBPRINT}= ",
    ],
)
def test_what_proxies_write_is_read(header: str) -> None:
    assert thumbprint_of(header) == THUMBPRINT


@pytest.mark.parametrize("header", ["", ":", ":***:", "-----BEGIN CERTIFICATE-----", "%", "x" * 43 + "=="])
def test_anything_else_is_refused(header: str) -> None:
    with pytest.raises(Unauthenticated):
        thumbprint_of(header)


async def _told(headers: list[tuple[str, str]], peer: str) -> dict[str, Any]:
    """What the application is told of a request from that address."""

    async def tell(request: Request) -> JSONResponse:
        return JSONResponse({"told": Shown.of(request).certificate, "left": request.headers.get("client-cert")})

    app = TrustedProxies(Starlette(routes=[Route("/", tell)]), ["10.0.0.0/8"], "Client-Cert")
    transport = httpx.ASGITransport(app, client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        said: dict[str, Any] = (await client.get("/", headers=headers)).json()
        return said


async def test_a_trusted_proxy_tells_of_the_certificate() -> None:
    assert await _told([("client-cert", RFC_9440)], "10.1.2.3") == {"told": RFC_9440, "left": None}


async def test_the_header_of_anybody_else_does_not_count() -> None:
    assert await _told([("client-cert", RFC_9440)], "192.0.2.7") == {"told": None, "left": None}


async def test_a_header_that_the_proxy_did_not_take_off_makes_both_void() -> None:
    twice = [("client-cert", RFC_9440), ("client-cert", RFC_9440)]
    assert await _told(twice, "10.1.2.3") == {"told": None, "left": None}
