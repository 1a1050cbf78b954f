"""Tokens for the GraphiQL page of `dev`, which may speak to its own host alone: the question goes on to the issuer."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.outbound.authority import Authority
from gateway.sandbox.issuer import GRANT

PATH = "/sandbox/token"


def token_route(token_url: str, authority: Authority) -> Route:
    """POST {"whom": "citizen:sara"}, with a DPoP header made for the issuer for a token bound to its key."""

    async def answer(request: Request) -> Response:
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return _refused(415, "send application/json")
        try:
            said = await request.json()
        except ValueError:
            said = None
        whom = said.get("whom") if isinstance(said, dict) else None
        if not isinstance(whom, str):
            return _refused(400, "say whom the token is for")
        proof = request.headers.get("dpop")
        headers = {"dpop": proof} if proof else {}
        try:
            reply = await authority.form(token_url, {"grant_type": GRANT, "whom": whom}, headers)
        except OSError:
            return _refused(503, "the sandbox's issuer does not answer")
        return Response(reply.body, reply.status, {"cache-control": "no-store"}, "application/json")

    return Route(PATH, answer, methods=["POST"])


def _refused(status: int, sentence: str) -> Response:
    return JSONResponse(
        {"error": "invalid_request", "error_description": sentence}, status, {"cache-control": "no-store"}
    )
