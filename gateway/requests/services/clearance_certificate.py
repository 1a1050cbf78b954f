"""Who may ask for a clearance certificate of Art. 38, and with what: domain.md 1.1 service 14, 2.6 and 2.8.

Contractors and awarding bodies ask, from 1 Dey 1399 on. The sources name the fields of a request and no condition
besides: rules here hold only what the fields mean. What a contract's premium is, and whether it was paid, the branch
finds; the shares that the awarding body holds back are common knowledge, not verified, and told nowhere here. The
agreement to electronic notice is not asked for: the sources do not name this service among those that need it.

`reasons` is pure. A fact that was not read, and a detail that was not said, break no rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.calendar import Day
from gateway.domain.request import Reason
from gateway.domain.services.clearance_certificate import SERVICE, ClearanceRequest
from gateway.domain.workshop import Workshop
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.contract import is_worth_something, row_is_of_three_digits
from gateway.requests.rules.facts import today_of
from gateway.requests.rules.reason import broken
from gateway.requests.rules.workshop import workshop_is_known, workshop_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceFacts:
    """`said` is the request."""

    said: ClearanceRequest
    today: Day
    workshop: Workshop | Unread | None = UNREAD


def reasons(facts: ClearanceFacts) -> Iterable[Reason | None]:
    said = facts.said
    return (
        workshop_is_known(facts.workshop),
        row_is_of_three_digits(said.contract_row),
        is_worth_something(said.amount),
        _work_ends_after_it_began(said.since, said.until),
        _letter_is_written(said.letter_date, facts.today),
    )


def _work_ends_after_it_began(since: Day | None, until: Day | None) -> Reason | None:
    """A day of work begins and ends on the same day."""
    if since is None or until is None or since <= until:
        return None
    return broken(
        "clearance.work-ends-after-it-began",
        found=until.jalali,
        needed=f"{since.jalali} or later",
        source=None,
        fa="پایان کار پیش از آغاز آن است.",
        en="The work ends before it began.",
    )


def _letter_is_written(written: Day | None, on: Day) -> Reason | None:
    if written is None or written <= on:
        return None
    return broken(
        "clearance.letter-is-written",
        found=written.jalali,
        needed=f"{on.jalali} or earlier",
        source=None,
        fa="تاریخ نامه واگذارنده هنوز نرسیده است.",
        en="The awarding body's letter is of a day to come.",
    )


async def read(reader: Reader, request: ClearanceRequest) -> ClearanceFacts:
    workshop = await workshop_of(reader, request.workshop)
    return ClearanceFacts(said=request, today=today_of(reader), workshop=workshop)


RULES = Rules(service=SERVICE, read=read, reasons=reasons)
