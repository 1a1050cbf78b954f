"""Which media type the answer has, by Accept (RFC 9110, section 12.5.1)."""

from gateway.http.errors import GRAPHQL_JSON, JSON, Rejected
from gateway.http.head import once_a_text

# In the order preferred where the client weighs them alike: a client that says */* gets what every client can read.
OFFERED = (JSON, GRAPHQL_JSON)
MAX_RANGES = 50


@once_a_text
def media_type_of(accept: str | None) -> str:
    """The type to answer in. Raises Rejected(406) where the client takes neither."""
    ranges = [_range(item) for item in (accept or "").split(",")[:MAX_RANGES] if item.strip()]
    if not ranges:
        return JSON
    weights = {offered: _weight(offered, ranges) for offered in OFFERED}
    best = max(OFFERED, key=lambda offered: weights[offered])  # the first of equals
    named = [name for name, _ in ranges]
    if weights[JSON] == weights[GRAPHQL_JSON] > 0 and {JSON, GRAPHQL_JSON} <= set(named):
        return min(OFFERED, key=named.index)
    if weights[best] <= 0:
        raise Rejected(406, f"Answers are {GRAPHQL_JSON} or {JSON}.")
    return best


def wants_page(accept: str | None) -> bool:
    """Whether it is a browser that opens a page, and no client of the graph."""
    ranges = dict(_range(item) for item in (accept or "").split(",")[:MAX_RANGES])
    return ranges.get("text/html", 0.0) > 0 and JSON not in ranges and GRAPHQL_JSON not in ranges


def _range(item: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in item.split(";"))
    weight = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "charset" and value.strip(' "') not in {"utf-8", "utf8"}:
            weight = 0.0
        if key.strip() == "q":
            try:
                weight = min(weight, max(0.0, float(value)))
            except ValueError:
                weight = 0.0
    return name, weight


def _weight(offered: str, ranges: list[tuple[str, float]]) -> float:
    """By the most specific range that covers it."""
    for covering in (offered, "application/*", "*/*"):
        weights = [weight for name, weight in ranges if name == covering]
        if weights:
            return max(weights)
    return 0.0
