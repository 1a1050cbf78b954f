"""Headers that every answer carries, unless it says otherwise itself (GraphiQL has its own policy)."""

from typing import TypeAlias

Header: TypeAlias = tuple[bytes, bytes]

HEADERS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
OVER_TLS = (*HEADERS, (b"strict-transport-security", b"max-age=31536000"))
NAMES = frozenset(name for name, _ in OVER_TLS)


def guarded(said: list[Header], *, is_over_tls: bool) -> list[Header]:
    names = {name for name, _ in said}
    return said + [header for header in (OVER_TLS if is_over_tls else HEADERS) if header[0] not in names]
