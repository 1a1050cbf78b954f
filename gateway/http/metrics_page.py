"""/metrics: what is counted here, to whoever stands near or is an operator; to anybody else there is no such page."""

import ipaddress
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from gateway.domain.caller import CallerKind
from gateway.http.authentication import Authenticator, Shown, Unauthenticated, Undecided
from gateway.http.trusted_proxies import PASSED_ON
from gateway.metrics import Metrics


class MetricsPage:
    """Answers the networks of the settings, if a request came straight from there, and tokens of operators."""

    def __init__(
        self, metrics: Metrics, authenticator: Authenticator, *, networks: Iterable[str], origin: str | None
    ) -> None:
        self._metrics = metrics
        self._authenticator = authenticator
        self._networks = [ipaddress.ip_network(network) for network in networks]
        self._origin = origin

    async def answer(self, request: Request) -> Response:
        if not (self._is_near(request) or await self._is_operator(request)):
            return Response(status_code=404)
        content, media_type = self._metrics.written(request.headers.get("accept", ""))
        return Response(content, headers={"content-type": media_type, "cache-control": "no-store"})

    def _is_near(self, request: Request) -> bool:
        """Whatever a proxy passes on comes from the proxy's address, and from anywhere."""
        if request.client is None or request.scope.get(PASSED_ON):
            return False
        try:
            address = ipaddress.ip_address(request.client.host)
        except ValueError:
            return False
        return any(address in network for network in self._networks)

    async def _is_operator(self, request: Request) -> bool:
        if "authorization" not in request.headers:
            return False
        try:
            caller = await self._authenticator.authenticate(Shown.of(request, self._origin))
        except (Unauthenticated, Undecided):
            return False
        return caller is not None and caller.kind is CallerKind.OPERATOR
