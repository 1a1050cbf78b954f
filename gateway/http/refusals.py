"""What a client wants done about refused fields, and when an answer to an agency may leave."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.domain.clock import PatientClock
from gateway.domain.failure import Code
from gateway.domain.refusal import Refused
from gateway.http.errors import JSON, Answer, Rejected, answer
from gateway.operation.answers import refusal_error

HEADER = b"x-refusals"
ALL_OR_NOTHING = "all-or-nothing"
PARTIAL = "partial"


def wants_all_or_nothing(header: str | None, extensions: Mapping[str, Any]) -> bool:
    """By the header X-Refusals or `extensions.refusals`. Raises Rejected(400) for what neither can say."""
    said = [word for word in (header, extensions.get("refusals")) if word is not None]
    if not all(word in (ALL_OR_NOTHING, PARTIAL) for word in said):
        raise Rejected(400, f"X-Refusals, or extensions.refusals, is {ALL_OR_NOTHING} or {PARTIAL}.")
    return ALL_OR_NOTHING in said


def refused_whole(paths: Iterable[Sequence[str | int]], *, language: str, media_type: str) -> Answer:
    """One error for each place that is refused; those of fields are without the places in lists."""
    face = refusal_error(Refused(Code.FORBIDDEN, "This caller may not see this."), language)
    errors = [{"message": face["message"], "path": path, "extensions": face["extensions"]} for path in paths]
    return answer({"errors": errors}, status=200 if media_type == JSON else 403, media_type=media_type)


async def hold_back(clock: PatientClock, since: float, quantum: float) -> None:
    """Waits until a whole number of quanta, at least one, has passed since the request was there. All in seconds.

    Whether a person is unknown, protected or outside the relation is decided by equal work, but not to the microsecond.
    Every answer to an agency is held, so that being held tells nothing either.
    """
    if quantum <= 0:
        return
    passed = clock.monotonic() - since
    await clock.sleep_until(since + quantum * max(1, math.ceil(passed / quantum)))
