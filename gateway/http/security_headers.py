"""Headers that every answer carries, unless it says otherwise itself (GraphiQL has its own policy)."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
OVER_TLS = (*HEADERS, (b"strict-transport-security", b"max-age=31536000"))


class SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = list(message.get("headers", ()))
                names = {name for name, _ in said}
                ours = OVER_TLS if scope.get("scheme") == "https" else HEADERS
                message["headers"] = said + [header for header in ours if header[0] not in names]
            await send(message)

        await self._app(scope, receive, send_guarded)
