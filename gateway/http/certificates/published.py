"""What every verifier may have: the issuer's keys, the lists of states, and the page that verifies offline."""

import hashlib

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.certificates.desk import CertificateDesk
from gateway.certificates.offline_page import offline_page
from gateway.certificates.status_list import MEDIA_TYPE
from gateway.requests.database import StoreUnavailable


class Published:
    def __init__(self, desk: CertificateDesk) -> None:
        self._desk = desk

    async def keys(self, _: Request) -> Response:
        """A day: a new key is published as soon as it signs, and whoever does not know it asks again."""
        return JSONResponse(self._desk.issuer.published(), headers={"cache-control": "public, max-age=86400"})

    async def list(self, request: Request) -> Response:
        try:
            token = await self._desk.status_list(request.path_params["number"])
        except StoreUnavailable:
            return Response(status_code=503, headers={"retry-after": "5"})
        if token is None:
            return Response(status_code=404)
        headers = {
            "cache-control": f"public, max-age={self._desk.settings.status_ttl}",
            "etag": f'"{hashlib.sha256(token.encode()).hexdigest()[:20]}"',
            "access-control-allow-origin": "*",  # verifiers in browsers fetch it; it says nothing of anybody
        }
        return Response(token, media_type=MEDIA_TYPE, headers=headers)

    async def page(self, _: Request) -> Response:
        try:
            newest = await self._desk.store.newest_list()
            lists = [await self._desk.status_list(number) for number in range(1, newest + 1)]
        except StoreUnavailable:
            return Response(status_code=503, headers={"retry-after": "5"})
        page = offline_page(
            self._desk.settings.issuer, self._desk.issuer.published(), [token for token in lists if token]
        )
        headers = {
            "content-security-policy": f"{page.policy}; frame-ancestors 'none'",
            "cache-control": "no-cache",
        }
        return Response(page.html, media_type="text/html", headers=headers)
