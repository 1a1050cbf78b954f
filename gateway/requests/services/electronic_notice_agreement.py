"""Which workshop may agree to electronic notice: domain.md 1.1, service 9 (S0, S3, S4: "accept and complete").

The text of the agreement is the Organisation's. What ends an agreement is not known: none is ended here.

`reasons` is pure. A fact that was not read, and a detail that was not said, break no rule.
"""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.access import Wording
from gateway.domain.calendar import Day
from gateway.domain.clock import TEHRAN
from gateway.domain.request import Figure, Reason
from gateway.domain.services.electronic_notice_agreement import SERVICE, NoticeAgreementRequest
from gateway.domain.workshop import NoticeAgreement, Workshop
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.reason import broken
from gateway.requests.rules.workshop import agreement_of, workshop_is_known, workshop_of

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
LONGEST_EMAIL = 254


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAgreementFacts:
    """`accepted` and `email` are what was said, None for what was not; `agreement` is the one that stands."""

    accepted: bool | None = None
    email: str | None = None
    workshop: Workshop | Unread | None = UNREAD
    agreement: NoticeAgreement | Unread | None = UNREAD


def reasons(facts: NoticeAgreementFacts) -> Iterable[Reason | None]:
    return workshop_is_known(facts.workshop), _is_new(facts), _is_accepted(facts), _email(facts)


def figures(facts: NoticeAgreementFacts) -> Iterable[Figure]:
    if isinstance(facts.agreement, NoticeAgreement):
        words = Wording(fa="تاریخ پذیرش توافق‌نامه", en="Agreed on")
        yield Figure(name="agreedOn", value=_day(facts.agreement).jalali, words=words)


def _is_new(facts: NoticeAgreementFacts) -> Reason | None:
    if not isinstance(facts.agreement, NoticeAgreement):
        return None
    return broken(
        "agreement.is-new",
        found=_day(facts.agreement).jalali,
        needed="no agreement yet",
        source=SERVICE.office,
        fa="این کارگاه توافق‌نامه ابلاغ الکترونیکی را پیش‌تر پذیرفته است.",
        en="This workshop has agreed to electronic notice already.",
    )


def _is_accepted(facts: NoticeAgreementFacts) -> Reason | None:
    if facts.accepted is not False:
        return None
    return broken(
        "agreement.is-accepted",
        found="false",
        needed="true",
        source=None,
        fa="توافق‌نامه پذیرفته نشده است؛ بدون پذیرش آن ابلاغ الکترونیکی آغاز نمی‌شود.",
        en="The agreement was not accepted; without that nothing is served electronically.",
    )


def _email(facts: NoticeAgreementFacts) -> Reason | None:
    email = facts.email
    if email is None or (len(email) <= LONGEST_EMAIL and EMAIL.fullmatch(email)):
        return None
    return broken(
        "agreement.email-is-an-address",
        found="no address",
        needed="name@host, or none",
        source=None,
        fa="نشانی رایانامه درست نیست.",
        en="The e-mail address is none.",
    )


def _day(agreement: NoticeAgreement) -> Day:
    return Day.from_gregorian(agreement.agreed_at.astimezone(TEHRAN).date())


async def read(reader: Reader, request: NoticeAgreementRequest) -> NoticeAgreementFacts:
    workshop, agreement = await asyncio.gather(
        workshop_of(reader, request.workshop), agreement_of(reader, request.workshop)
    )
    return NoticeAgreementFacts(accepted=request.accepted, email=request.email, workshop=workshop, agreement=agreement)


RULES = Rules(service=SERVICE, read=read, reasons=reasons, figures=figures)
