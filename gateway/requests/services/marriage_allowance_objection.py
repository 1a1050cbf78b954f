"""Who may object that their marriage allowance was not paid: domain.md 1.1, service 1 (S0, S3). Whoever says why and
encloses the deed and the marriage page of the shenasname: the papers are there because a system may be wrong, so that
no fact of a system refuses an objection. What the rules of the allowance make of the facts goes along as figures: the
days, the window, the amount, and each condition that is not met.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.contribution import ContributionQuery, ContributionRecord
from gateway.domain.identifiers import NationalId
from gateway.domain.insurance import InsuranceKind
from gateway.domain.registry_event import Marriage, marriages_of
from gateway.domain.request import Figure, Reason
from gateway.domain.services.marriage_allowance_objection import SERVICE, MarriageAllowanceObjection
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.facts import BRANCHES, insurance_of, records_of
from gateway.requests.rules.kinship import events_of
from gateway.requests.rules.marriage import MarriageFacts, assess, first_month_needed
from gateway.requests.rules.reason import broken, figure
from gateway.requests.rules.reckoning import month_of

LONGEST_TEXT = 2_000  # characters
ROWS_A_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionFacts:
    text: str | None = None
    allowance: MarriageFacts = MarriageFacts()  # noqa: RUF009 (frozen)


def reasons(facts: ObjectionFacts) -> Iterable[Reason | None]:
    return (_text(facts),)


def _text(facts: ObjectionFacts) -> Reason | None:
    if facts.text is None or 0 < len(facts.text.strip()) <= LONGEST_TEXT:
        return None
    return broken(
        "marriage-objection.says-why",
        found=f"{len(facts.text.strip())} characters",
        needed=f"1 to {LONGEST_TEXT} characters",
        source=None,
        fa=f"متن اعتراض باید نوشته شود و از {LONGEST_TEXT} نویسه بیشتر نباشد.",
        en=f"The objection has to be written, in at most {LONGEST_TEXT} characters.",
    )


def figures(facts: ObjectionFacts) -> Iterable[Figure]:
    said = assess(facts.allowance)
    if said.window is not None:
        yield figure("windowFrom", said.window.since.jalali, "آغاز پنج سال", "First day of the five years")
        yield figure("windowTo", said.window.until.jalali, "ثبت ازدواج", "Registration of the marriage")
    if said.days is not None:
        yield figure("contributionDays", said.days, "روزهای پرداخت حق بیمه در این مدت", "Days of premiums in them")
    if said.amount is not None:
        yield figure("amount", said.amount, "مبلغ کمک‌هزینه (ریال)", "Amount of the allowance (rial)")
    for reason in said.reasons:
        yield Figure(name="refusedBy", value=reason.rule, words=reason.words)


async def read(reader: Reader, request: MarriageAllowanceObjection) -> ObjectionFacts:
    insurance, (marriage, records) = await asyncio.gather(
        insurance_of(reader, request.applicant), _marriage_of(reader, request.applicant)
    )
    return ObjectionFacts(
        text=request.text, allowance=MarriageFacts(marriage=marriage, records=records, insurance=insurance)
    )


async def _marriage_of(
    reader: Reader, person: NationalId
) -> tuple[Marriage | Unread | None, tuple[ContributionRecord, ...] | Unread]:
    """The first permanent marriage; without one the newest, of which the rules say what it lacks. Of its records those
    of the window, and the newest: a later list than the marriage's says that the lists of its month have come."""
    events = await events_of(reader, person)
    if isinstance(events, Unread):
        return UNREAD, UNREAD
    marriages = marriages_of(events, person)
    of_them = next((one for one in marriages if one.first and one.permanent), marriages[-1] if marriages else None)
    if of_them is None:
        return None, UNREAD
    month = month_of(of_them.registered_on)
    window = ContributionQuery(
        person=person, first=ROWS_A_PAGE, since=first_month_needed(of_them.registered_on), until=month
    )
    newest = ContributionQuery(person=person, first=1, since=month, kind=InsuranceKind.COMPULSORY)
    reading_newest = reader.value(reader.loaders.contribution_pages.load(newest), BRANCHES)
    records, later = await asyncio.gather(records_of(reader, window), reading_newest)
    if isinstance(records, Unread) or isinstance(later, Unread):
        return of_them, UNREAD
    return of_them, (*records, *(later.items if later else ()))


RULES = Rules(service=SERVICE, read=read, reasons=reasons, figures=figures)
