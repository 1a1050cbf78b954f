"""CORS: which other web sites may read answers. Most requests come from none, and need nothing of it but that caches
heed the header; the others pass Starlette's."""

from gateway.http.security_headers import Header

ORIGIN, VARY = b"origin", b"vary"
VARIES: Header = (VARY, b"Origin")


def varied(said: list[Header]) -> list[Header]:
    """As Starlette's writes it: one header with what was said before."""
    varies = [value for name, value in said if name == VARY]
    return [*(header for header in said if header[0] != VARY), (VARY, b", ".join([*varies, b"Origin"]))]
