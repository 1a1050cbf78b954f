"""What a client must know to get a token for us, at the place where RFC 9728 has it looked for."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.http.authentication.challenges import METADATA_PATH
from gateway.http.authentication.jose import ALGORITHMS
from gateway.http.authentication.shown import seen_origin

MAX_AGE = 300  # seconds


def metadata_routes(
    issuers: Sequence[str], *, resource: str = "/graphql", origin: str | None = None, certificates: bool = False
) -> list[Route]:
    """For the host as a whole, and for the endpoint at `resource`. `certificates`: whether clients can prove by TLS."""

    async def of_host(request: Request) -> Response:
        return _metadata(seen_origin(request, origin))

    async def of_endpoint(request: Request) -> Response:
        return _metadata(seen_origin(request, origin) + resource)

    def _metadata(name: str) -> Response:
        said = {
            "resource": name,
            "resource_name": "tamin-gateway",
            "authorization_servers": list(issuers),
            "bearer_methods_supported": ["header"],
            "dpop_signing_alg_values_supported": list(ALGORITHMS),
            "dpop_bound_access_tokens_required": False,  # of agencies only: docs/guide/callers.md
            "tls_client_certificate_bound_access_tokens": certificates,
        }
        return JSONResponse(said, headers={"cache-control": f"public, max-age={MAX_AGE}", "vary": "host"})

    return [
        Route(METADATA_PATH, of_host, methods=["GET"]),
        Route(METADATA_PATH + resource, of_endpoint, methods=["GET"]),
    ]
