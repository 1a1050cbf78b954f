import datetime
import email.utils

import httpx
import pytest

from adapters.outbound.http import Reply
from adapters.outbound.status import LONGEST_WAIT, failure_of_status, retry_after
from gateway.domain.failure import (
    Source,
    SourceClosed,
    SourceFailure,
    SourceIncoherent,
    SourceQuota,
    SourceRefusedUs,
    SourceUnavailable,
)
from tests.adapters.outbound.stand_in import SetClock


def reply(status: int, wait: str | None = None) -> Reply:
    return Reply(status, httpx.Headers({} if wait is None else {"retry-after": wait}), b"secret")


@pytest.mark.parametrize(
    ("answer", "failure", "wait"),
    [
        (reply(400), SourceRefusedUs, None),
        (reply(401), SourceRefusedUs, None),
        (reply(403), SourceRefusedUs, None),
        (reply(404), SourceRefusedUs, None),
        (reply(408), SourceUnavailable, None),
        (reply(429), SourceQuota, None),
        (reply(429, "7"), SourceQuota, 7.0),
        (reply(503), SourceUnavailable, None),
        (reply(503, "60"), SourceClosed, 60.0),
        (reply(503, "soon"), SourceUnavailable, None),
        (reply(500), SourceUnavailable, None),
        (reply(302), SourceIncoherent, None),
        (reply(204), SourceIncoherent, None),
    ],
)
def test_each_status_blames_the_right_party(answer: Reply, failure: type[SourceFailure], wait: float | None) -> None:
    found = failure_of_status(Source.BANK_REFAH, answer, SetClock())
    assert type(found) is failure
    assert found.retry_after == wait


def test_only_200_is_no_failure() -> None:
    assert failure_of_status(Source.BANK_REFAH, reply(200), SetClock()) is None


def test_retry_after_may_be_a_date_is_never_negative_and_at_most_a_day() -> None:
    clock = SetClock()
    later = email.utils.format_datetime(clock.now() + datetime.timedelta(seconds=90), usegmt=True)
    earlier = email.utils.format_datetime(clock.now() - datetime.timedelta(hours=1), usegmt=True)
    assert retry_after(reply(503, later), clock) == 90
    assert retry_after(reply(503, earlier), clock) == 0
    assert retry_after(reply(503, "9" * 30), clock) == LONGEST_WAIT
    assert retry_after(reply(503, "-5"), clock) is None


def test_a_reply_prints_nothing_of_its_body() -> None:
    assert "secret" not in repr(reply(500))
