"""CORS: which other web sites may read answers. Most requests come from none."""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import Message, Receive, Scope, Send

ORIGIN, VARY = b"origin", b"vary"


class Origins(CORSMiddleware):
    """Starlette's. A request without an Origin needs nothing of it but that caches heed the header."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or any(name == ORIGIN for name, _ in scope["headers"]):
            await super().__call__(scope, receive, send)
            return

        async def send_with_vary(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = list(message.get("headers", ()))
                varies = [value for name, value in said if name == VARY]
                others = [header for header in said if header[0] != VARY] if varies else said
                message["headers"] = [*others, (VARY, b", ".join([*varies, b"Origin"]))]
            await send(message)

        await self.app(scope, receive, send_with_vary)
