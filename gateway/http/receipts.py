"""Where the public key of receipts stands: GET /receipts/jwks.json."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.requests.receipt import Receipts


def receipt_keys(receipts: Receipts) -> Route:
    async def answer(_: Request) -> Response:
        return JSONResponse(receipts.jwks, headers={"cache-control": "public, max-age=3600"})

    return Route("/receipts/jwks.json", answer, methods=["GET"])
