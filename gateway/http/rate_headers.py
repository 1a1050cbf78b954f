"""How a caller stands with its limits: RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers).

Both are lists of structured fields (RFC 9651): "operations";q=60;w=60 and "operations";r=59;t=12.
"""

from collections.abc import Sequence

from gateway.operation.windows import Standing


def rate_headers(standings: Sequence[Standing], retry_after: int | None = None) -> dict[str, str]:
    """Of no standings, none. `retry_after` in seconds, where the request was refused."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    if standings:
        said = [(standing.demand, standing) for standing in standings]
        headers["ratelimit-policy"] = ", ".join(f'"{d.name}";q={d.limit};w={d.stretch.value}' for d, _ in said)
        headers["ratelimit"] = ", ".join(f'"{d.name}";r={s.remaining};t={s.resets_in}' for d, s in said)
    return headers
