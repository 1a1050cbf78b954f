"""How a caller stands with its limits: RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers).

Both are lists of structured fields (RFC 9651): "operations";q=60;w=60 and "operations";r=59;t=12.
"""

from collections.abc import Sequence

from gateway.operation.windows import Standing


def rate_headers(standings: Sequence[Standing], retry_after: int | None = None) -> dict[str, str]:
    """Of no standings, none. `retry_after` in seconds, where the request was refused."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    if standings:
        policy, state = [], []
        for (name, _, limit, stretch, _), remaining, resets_in, _ in standings:
            policy.append(f'"{name}";q={limit};w={stretch:d}')
            state.append(f'"{name}";r={remaining};t={resets_in}')
        headers["ratelimit-policy"], headers["ratelimit"] = ", ".join(policy), ", ".join(state)
    return headers
