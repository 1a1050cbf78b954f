"""The built files of the page, at addresses that change with their content, so that a browser may keep them."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_FOLDER = Path(__file__).parent / "static"
_YEAR = 31_536_000  # seconds


@dataclass(frozen=True, slots=True)
class StaticFile:
    """`path` is where it is served, below the page's own prefix: /<hash of the content>/<name>."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    digest: str

    @property
    def path(self) -> str:
        return f"/{self.digest}/{self.name}"


def _read(name: str, media_type: str) -> StaticFile:
    content = (_FOLDER / name).read_bytes()
    return StaticFile(name, media_type, content, hashlib.sha256(content).hexdigest()[:20])


SCRIPT = _read("graphiql.js", "text/javascript")
STYLE = _read("graphiql.css", "text/css")
LICENCES = _read("LICENSES.txt", "text/plain")


def static_routes(prefix: str = "/graphiql") -> list[Route]:
    """GET and HEAD of each file, and of the licences also at the stable address `prefix`/LICENSES.txt."""
    routes = [_route(prefix + file.path, file, f"public, max-age={_YEAR}, immutable") for file in (SCRIPT, STYLE)]
    return [*routes, _route(f"{prefix}/{LICENCES.name}", LICENCES, "public, no-cache")]


def _route(path: str, file: StaticFile, cache_control: str) -> Route:
    etag = f'"{file.digest}"'
    headers = {"Cache-Control": cache_control, "ETag": etag, "X-Content-Type-Options": "nosniff"}

    async def serve(request: Request) -> Response:
        known = [tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")]
        if etag in known:
            return Response(status_code=304, headers=headers)
        return Response(file.content, media_type=file.media_type, headers=headers)

    return Route(path, serve, methods=["GET"])
