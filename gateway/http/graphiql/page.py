"""The page itself: a few lines of HTML, its settings as a block of JSON, and a policy for our own files only."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from gateway.http.graphiql.examples import EXAMPLES, Example
from gateway.http.graphiql.files import SCRIPT, STYLE


class NamedPerson(NamedTuple):
    """A person of the sandbox: the national code, and what is told of them."""

    code: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphiqlSettings:
    """What the page is told. `persons` by name and `callers` are the sandbox's; leave them empty elsewhere.

    `endpoint`, `files` and `tokens` are paths on this host as a browser sees them, so they include any prefix of a
    proxy. At `tokens` the page asks for a token of one of `callers`; for an agency's with a proof (RFC 9449) made for
    `issuer`.
    """

    endpoint: str = "/graphql"
    files: str = "/graphiql"
    persons: Mapping[str, NamedPerson] = field(default_factory=dict, repr=False)
    callers: Sequence[str] = ()
    tokens: str = "/sandbox/token"
    issuer: str = ""
    examples: Sequence[Example] = field(default=EXAMPLES, repr=False)


class GraphiqlPage:
    """An ASGI application that answers with the page."""

    def __init__(self, settings: GraphiqlSettings) -> None:
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await page(self._settings)(scope, receive, send)


def page(settings: GraphiqlSettings) -> Response:
    """The page as HTML, with a nonce of its own, so nobody may keep it; its script and style sheet they may."""
    nonce = secrets.token_urlsafe(18)
    html = _HTML.format(
        nonce=nonce,
        script=settings.files + SCRIPT.path,
        style=settings.files + STYLE.path,
        settings=_inside_script(msgspec.json.encode(_told(settings))),
    )
    return HTMLResponse(html, headers=_headers(nonce))


_HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>tamin-gateway · GraphiQL</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{style}">
<script type="application/json" id="settings" nonce="{nonce}">{settings}</script>
<script src="{script}" defer></script>
</head>
<body>
<noscript>GraphiQL needs JavaScript. The gateway itself answers POST requests without it.</noscript>
<div id="page"></div>
</body>
</html>
"""


def _told(settings: GraphiqlSettings) -> dict[str, object]:
    return {
        "endpoint": settings.endpoint,
        "persons": [
            {"name": name, "code": person.code, "about": person.about} for name, person in settings.persons.items()
        ],
        "callers": list(settings.callers),
        "tokens": settings.tokens,
        "issuer": settings.issuer,
        "examples": [
            {
                "name": example.name,
                "title": example.title,
                "titleFa": example.title_fa,
                "query": example.query,
                "variables": example.variables,
            }
            for example in settings.examples
        ],
    }


def _inside_script(json: bytes) -> str:
    """JSON that can end no script element and open no comment, whatever it holds."""
    return json.decode().replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def _headers(nonce: str) -> dict[str, str]:
    policy = {
        "default-src": "'self'",
        "script-src": "'self'",
        # The nonce is for the one <style> element that an open dialog adds; scripts have no such door.
        "style-src": f"'self' 'nonce-{nonce}'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "font-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cache-Control": "no-store",
        "Vary": "Accept",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
