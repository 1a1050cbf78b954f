"""When a debt may be objected to: domain.md 1.1 service 11, 2.6 (the three types) and 2.8 (Arts. 42 to 44, Art. 16).

A notice may be objected to within 30 days of its service. The first-instance board's ruling may be appealed within 20
days, where the claim is above 1,500,000 rial; else it is final. A final debt may be put to the review committee of
Art. 16 of the boards' by-law; its term is not known, and none is kept here. Days are of the calendar; the day of the
service or ruling is not counted. The portal also looks at a status (03) whose meaning is not known: it is not judged.

`reasons` is pure. A fact that was not read, and a detail that was not said, break no rule.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.domain.access import Wording
from gateway.domain.calendar import Day
from gateway.domain.debt import Debt, DebtStage
from gateway.domain.money import Rial, rial
from gateway.domain.request import Figure, Reason
from gateway.domain.services.debt_objection import SERVICE, DebtObjection, ObjectionType
from gateway.domain.workshop import NoticeAgreement
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.debts import BRANCHES, debts_are_the_workshops, debts_of_workshop, named
from gateway.requests.rules.facts import today_of
from gateway.requests.rules.reason import broken
from gateway.requests.rules.term import is_in_time, last_day_of
from gateway.requests.rules.workshop import agreement_is_in_force, agreement_of
from gateway.requests.settings import Terms

OBJECTION_DAYS = 30
"""From the service of the notice (Art. 42; domain.md 2.8)."""

APPEAL_DAYS = 20
"""From the first-instance ruling (Art. 43; domain.md 2.8)."""

FINAL_UP_TO: Rial = rial(1_500_000)
"""A ruling on a claim that is not above this is final (Art. 43; domain.md 2.8)."""

LONGEST_TEXT = 2_000

STAGES: Mapping[ObjectionType, DebtStage] = {
    ObjectionType.ESTIMATED_DEBT: DebtStage.NOTICED,
    ObjectionType.FIRST_INSTANCE_RULING: DebtStage.WARNED,
    ObjectionType.FINAL_DEBT: DebtStage.FINAL,
}
"""The step of the debt that each type needs: 01, 02 (domain.md 2.6), and, for final debts, 03."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionFacts:
    """`debt_number`, `objection` and `text` are what was said; `debts` are all of the workshop's."""

    today: Day
    debt_number: str | None = None
    objection: ObjectionType | None = None
    text: str | None = None
    agreement: NoticeAgreement | Unread | None = UNREAD
    debts: tuple[Debt, ...] | Unread = UNREAD

    @property
    def debt(self) -> Debt | None:
        found = named([self.debt_number] if self.debt_number else [], self.debts)
        return found[0] if found else None


def reasons(facts: ObjectionFacts) -> Iterable[Reason | None]:
    yield agreement_is_in_force(facts.agreement)
    yield _text(facts)
    if facts.debt_number is None:
        yield _something_to_object_to(facts)
        return
    yield debts_are_the_workshops([facts.debt_number], facts.debts)
    if facts.debt is not None and facts.objection is not None:
        yield from against(facts.debt, facts.objection, facts.today)


def against(debt: Debt, objection: ObjectionType, on: Day) -> Iterable[Reason | None]:
    """What forbids this objection to this debt on that day."""
    yield _stage(debt, objection)
    match objection:
        case ObjectionType.ESTIMATED_DEBT:
            yield _in_time_after_service(debt, on)
        case ObjectionType.FIRST_INSTANCE_RULING:
            yield from (_has_been_ruled(debt), _in_time_after_ruling(debt, on), _is_not_final(debt))


def open_to(debt: Debt, on: Day) -> ObjectionType | None:
    """The objection that a debt is open to on that day; None: it is open to none."""
    fitting = (one for one in ObjectionType if not any(against(debt, one, on)))
    return next(fitting, None)


def last_day(debt: Debt) -> Day | None:
    """Of the objection that its stage is open to. None: no term runs, or it is not known."""
    match debt.stage:
        case DebtStage.NOTICED if debt.served is not None:
            return last_day_of(debt.served, OBJECTION_DAYS)
        case DebtStage.WARNED if debt.ruled is not None:
            return last_day_of(debt.ruled, APPEAL_DAYS)
    return None


def figures(facts: ObjectionFacts) -> Iterable[Figure]:
    """Which debts are open to an objection, and how long the first of them is."""
    if facts.debts is UNREAD:
        return
    open_debts = [debt for debt in facts.debts if open_to(debt, facts.today)]
    yield Figure(
        name="openDebts",
        value=", ".join(debt.number for debt in open_debts),
        words=Wording(fa="بدهی‌های قابل اعتراض", en="Debts that may be objected to"),
    )
    if days := [day for debt in open_debts if (day := last_day(debt))]:
        words = Wording(fa="پایان نزدیک‌ترین مهلت", en="The term that ends first")
        yield Figure(name="firstTermEnds", value=min(days).jalali, words=words)


def _text(facts: ObjectionFacts) -> Reason | None:
    """An objection is in writing (Art. 42; domain.md 2.8)."""
    if facts.text is None or 0 < len(facts.text.strip()) <= LONGEST_TEXT:
        return None
    return broken(
        "objection.is-in-writing",
        found=f"{len(facts.text.strip())} characters",
        needed=f"1 to {LONGEST_TEXT} characters",
        source=None,
        fa="شرح اعتراض باید نوشته شود و از ۲۰۰۰ نویسه بیشتر نباشد.",
        en="An objection says why, in at most 2,000 characters.",
    )


def _something_to_object_to(facts: ObjectionFacts) -> Reason | None:
    if facts.debts is UNREAD or any(open_to(debt, facts.today) for debt in facts.debts):
        return None
    return broken(
        "objection.a-debt-is-open",
        found=f"0 of {len(facts.debts)}",
        needed="a debt that is open to an objection",
        source=BRANCHES,
        fa="این کارگاه بدهی‌ای ندارد که اکنون بتوان به آن اعتراض کرد.",
        en="The workshop has no debt that may be objected to today.",
    )


def _stage(debt: Debt, objection: ObjectionType) -> Reason | None:
    needed = STAGES[objection]
    if debt.stage is needed:
        return None
    return broken(
        "objection.fits-the-debts-stage",
        found=debt.stage.value,
        needed=needed.value,
        source=BRANCHES,
        fa="این نوع اعتراض با مرحله کنونی بدهی سازگار نیست.",
        en="A debt in this stage is not open to this kind of objection.",
    )


def _in_time_after_service(debt: Debt, on: Day) -> Reason | None:
    """A notice that was not served yet has set no term running."""
    return is_in_time(
        "objection.within-30-days-of-service",
        debt.served,
        on,
        OBJECTION_DAYS,
        fa="مهلت سی‌روزه اعتراض از تاریخ ابلاغ بدهی گذشته است.",
        en="The 30 days after the debt was served are over.",
    )


def _has_been_ruled(debt: Debt) -> Reason | None:
    if debt.ruled is not None:
        return None
    return broken(
        "objection.board-has-ruled",
        found="NO_RULING",
        needed="a ruling of the first-instance board",
        source=BRANCHES,
        fa="هیئت بدوی درباره این بدهی هنوز رأی نداده است.",
        en="The first-instance board has not ruled on this debt yet.",
    )


def _in_time_after_ruling(debt: Debt, on: Day) -> Reason | None:
    return is_in_time(
        "objection.within-20-days-of-ruling",
        debt.ruled,
        on,
        APPEAL_DAYS,
        fa="مهلت بیست‌روزه تجدیدنظرخواهی از رأی هیئت بدوی گذشته است.",
        en="The 20 days after the first-instance ruling are over.",
    )


def _is_not_final(debt: Debt) -> Reason | None:
    if debt.amount > FINAL_UP_TO:
        return None
    return broken(
        "objection.claim-can-be-appealed",
        found=str(debt.amount),
        needed=f"more than {FINAL_UP_TO}",
        source=BRANCHES,
        fa="رأی هیئت بدوی درباره بدهی تا ۱٬۵۰۰٬۰۰۰ ریال قطعی است.",
        en="On a claim of up to 1,500,000 rial the first-instance ruling is final.",
    )


async def read(reader: Reader, request: DebtObjection) -> ObjectionFacts:
    agreement, debts = await asyncio.gather(
        agreement_of(reader, request.workshop), debts_of_workshop(reader, request.workshop)
    )
    return ObjectionFacts(
        today=today_of(reader),
        debt_number=request.debt_number,
        objection=request.objection,
        text=request.text,
        agreement=agreement,
        debts=debts,
    )


RULES = Rules(service=SERVICE, read=read, reasons=reasons, figures=figures, terms=Terms(appeal_days=APPEAL_DAYS))
