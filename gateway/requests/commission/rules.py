"""Who may be referred to the commission of Art. 91, and on what ground: domain.md, service 17 (S0).

The insured themselves, for an illness or the sequela of a work accident that is certified incurable; their child or
parent who is unable to work; the husband of an insured woman, who is incurable and whom she supports. Whether somebody
*is* incurable or unable to work is what the commission finds: it is no rule here.

`reasons` is pure. A fact that was not read breaks no rule.
"""

import asyncio
import enum
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final, TypeVar

from gateway.domain.access import Wording
from gateway.domain.caller import Caller, CallerKind
from gateway.domain.citizen import Citizen, LifeStatus
from gateway.domain.commission import CommissionGround, CommissionRequest
from gateway.domain.dependent import CoverageStatus, Dependent, Relation
from gateway.domain.failure import DeadlineExceeded, Source, SourceFailure, SourceWithheld
from gateway.domain.insurance import Insurance, InsuranceStatus
from gateway.domain.lookup import Fact
from gateway.domain.request import Reason
from gateway.requests.commission.translation import details_of
from gateway.requests.kinds import Assessed, Inquiry
from gateway.rights.rights import Rights

T = TypeVar("T")


class Unread(enum.Enum):
    """A fact that could not be read, or did not have to be."""

    UNREAD = "UNREAD"


UNREAD: Final = Unread.UNREAD

RELATIONS: dict[CommissionGround, frozenset[Relation]] = {
    CommissionGround.ILLNESS: frozenset(),
    CommissionGround.WORK_ACCIDENT: frozenset(),
    CommissionGround.CHILD_UNABLE_TO_WORK: frozenset({Relation.SON, Relation.DAUGHTER}),
    CommissionGround.PARENT_UNABLE_TO_WORK: frozenset({Relation.FATHER, Relation.MOTHER}),
    CommissionGround.HUSBAND_INCURABLE: frozenset({Relation.HUSBAND}),
}
"""Who the subject must be to the insured; nobody: the insured themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionFacts:
    """`listed` is how the branches list the subject among those whom the insured supports; None: they do not."""

    ground: CommissionGround
    is_insured_themselves: bool
    insurance: InsuranceStatus | Unread = UNREAD
    listed: Dependent | Unread | None = UNREAD
    life: LifeStatus | Unread = UNREAD


def reasons(facts: CommissionFacts) -> tuple[Reason, ...]:
    """Every rule that does not hold, each with what was found."""
    found = (_link(facts), _subject(facts), _support(facts), _life(facts))
    return tuple(reason for reason in found if reason is not None)


def _link(facts: CommissionFacts) -> Reason | None:
    if facts.insurance is not InsuranceStatus.NO_LINK:
        return None
    return Reason(
        rule="commission.insured-is-linked",
        found=InsuranceStatus.NO_LINK.value,
        needed="a link to the Organisation",
        source=Source.BRANCH_DATABASES,
        words=Wording(
            fa="متقاضی ارتباط بیمه‌ای با سازمان ندارد.", en="The applicant has no insurance link to the Organisation."
        ),
    )


def _subject(facts: CommissionFacts) -> Reason | None:
    needed = RELATIONS[facts.ground]
    if facts.is_insured_themselves:
        return _wrong_subject("INSURED", needed, None) if needed else None
    if facts.listed is UNREAD:
        return None
    if facts.listed is None:
        return _wrong_subject("NOT_LISTED", needed, Source.BRANCH_DATABASES)
    if facts.listed.relation not in needed:
        return _wrong_subject(facts.listed.relation.value, needed, Source.BRANCH_DATABASES)
    return None


def _wrong_subject(found: str, needed: frozenset[Relation], source: Source | None) -> Reason:
    return Reason(
        rule="commission.subject-fits-ground",
        found=found,
        needed=" or ".join(sorted(relation.value for relation in needed)) or "INSURED",
        source=source,
        words=Wording(
            fa="نسبت فرد معرفی‌شده با بیمه‌شده با علت درخواست سازگار نیست.",
            en="For this ground the person examined has to stand in another relation to the insured.",
        ),
    )


def _support(facts: CommissionFacts) -> Reason | None:
    """An incurable husband is referred where the wife supports him: the branches cover him under her."""
    if facts.ground is not CommissionGround.HUSBAND_INCURABLE or not isinstance(facts.listed, Dependent):
        return None
    if facts.listed.relation is not Relation.HUSBAND or facts.listed.coverage.status is not CoverageStatus.ENDED:
        return None
    return Reason(
        rule="commission.husband-is-supported",
        found=CoverageStatus.ENDED.value,
        needed=CoverageStatus.COVERED.value,
        source=Source.BRANCH_DATABASES,
        words=Wording(fa="شوهر تحت کفالت بیمه‌شده نیست.", en="The insured does not support her husband."),
    )


def _life(facts: CommissionFacts) -> Reason | None:
    if facts.life is not LifeStatus.DECEASED:
        return None
    return Reason(
        rule="commission.subject-is-alive",
        found=LifeStatus.DECEASED.value,
        needed=LifeStatus.ALIVE.value,
        source=Source.CIVIL_REGISTRY,
        words=Wording(
            fa="بر پایه ثبت احوال، فرد معرفی‌شده در قید حیات نیست.",
            en="By the civil registry the person to be examined is not alive.",
        ),
    )


async def assess(inquiry: Inquiry, details: bytes, patience: float | None) -> Assessed:
    """Asks the branches and the registry at once, and judges by what came within `patience` seconds.

    Of somebody whom the branches do not list as the insured's, nothing is asked: that would tell of a stranger.
    """
    request = details_of(details)
    own = request.subject == request.insured
    unread: list[SourceFailure] = []
    # One end for all of it, though the registry is asked only after the branches have said who somebody is.
    until = None if patience is None else inquiry.clock.monotonic() + patience
    link, (listed, life) = await asyncio.gather(
        _link_of(inquiry, request, until, unread),
        _subject_of(inquiry, request, own, until, unread),
    )
    facts = CommissionFacts(
        ground=request.ground,
        is_insured_themselves=own,
        insurance=link if link is UNREAD else link.status if link else InsuranceStatus.NO_LINK,
        listed=listed,
        life=life,
    )
    return Assessed(reasons(facts), tuple(unread))


async def _link_of(
    inquiry: Inquiry, request: CommissionRequest, until: float | None, unread: list[SourceFailure]
) -> Insurance | Unread | None:
    asked = inquiry.loaders.insurances_by_person.load(request.insured)
    return await _read(inquiry, asked, Source.BRANCH_DATABASES, until, unread)


async def _subject_of(
    inquiry: Inquiry, request: CommissionRequest, own: bool, until: float | None, unread: list[SourceFailure]
) -> tuple[Dependent | Unread | None, LifeStatus | Unread]:
    listed: Dependent | Unread | None = UNREAD
    if not own:
        asked = inquiry.loaders.dependents_by_supporter.load(request.insured)
        dependants: tuple[Dependent, ...] | Unread | None = await _read(
            inquiry, asked, Source.BRANCH_DATABASES, until, unread
        )
        if dependants is UNREAD:
            return UNREAD, UNREAD
        listed = _listed(inquiry, request, dependants or ())
        if listed is None:
            return None, UNREAD
    asked_registry = inquiry.loaders.citizens_by_national_id.load(request.subject)
    citizen: Citizen | Unread | None = await _read(inquiry, asked_registry, Source.CIVIL_REGISTRY, until, unread)
    return listed, citizen.life_status if isinstance(citizen, Citizen) else UNREAD


def _listed(inquiry: Inquiry, request: CommissionRequest, dependants: tuple[Dependent, ...]) -> Dependent | None:
    """The subject, if they stand in the insured's list as the insured may see it: protected persons stand in none."""
    rights = Rights(Caller(kind=CallerKind.CITIZEN, subject=request.insured))
    same = [one for one in dependants if one.national_id == request.subject]
    if not same or not inquiry.policy.lists(rights, request.subject):
        return None
    wanted = [one for one in same if one.relation in RELATIONS[request.ground]]
    covered = [one for one in wanted if one.coverage.status is CoverageStatus.COVERED]
    return (covered or wanted or same)[0]


async def _read(
    inquiry: Inquiry,
    asked: Awaitable[Fact[T] | None],
    source: Source,
    until: float | None,
    unread: list[SourceFailure],
) -> T | Unread | None:
    """The fact; None where the system knows none. What could not be read is noted, save what a system withholds from
    everybody: to wait for that would be to wait for ever."""
    try:
        async with asyncio.timeout(None if until is None else max(0.0, until - inquiry.clock.monotonic())):
            fact = await asked
    except SourceWithheld:
        return UNREAD
    except SourceFailure as failure:
        unread.append(failure)
        return UNREAD
    except TimeoutError:
        unread.append(DeadlineExceeded(source, "not within the patience of an assessment"))
        return UNREAD
    return fact.value if fact else None
