"""Reads an HTTP status as a failure, and blames the right party."""

import datetime
import email.utils

from adapters.outbound.http import Reply
from gateway.domain.clock import Clock
from gateway.domain.failure import (
    Source,
    SourceClosed,
    SourceFailure,
    SourceIncoherent,
    SourceQuota,
    SourceRefusedUs,
    SourceUnavailable,
)

LONGEST_WAIT = datetime.timedelta(days=1).total_seconds()  # what a system promises beyond it, we do not pass on


def failure_of_status(source: Source, reply: Reply, clock: Clock) -> SourceFailure | None:
    """None for 200. Their 4xx is our fault (SourceRefusedUs), save 408 and 429; 503 with Retry-After is closed."""
    status = reply.status
    if status == 200:
        return None
    wait = retry_after(reply, clock)
    if status == 429:
        return SourceQuota(source, "HTTP 429", retry_after=wait)
    if status == 503 and wait is not None:
        return SourceClosed(source, "HTTP 503", retry_after=wait)
    if status == 408 or status >= 500:
        return SourceUnavailable(source, f"HTTP {status}", retry_after=wait)
    if 400 <= status < 500:
        return SourceRefusedUs(source, f"HTTP {status}")
    return SourceIncoherent(source, f"HTTP {status}, where only 200 is agreed")


def retry_after(reply: Reply, clock: Clock) -> float | None:
    """Seconds from a Retry-After header (a number or an HTTP date), at most a day; None where there is no sense."""
    written = reply.headers.get("retry-after", "").strip()
    if written.isascii() and written.isdigit():
        return min(float(written), LONGEST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(written)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return min(max((moment - clock.now()).total_seconds(), 0.0), LONGEST_WAIT)
