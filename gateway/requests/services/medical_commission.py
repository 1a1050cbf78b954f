"""Who may be referred to the commission of Art. 91, and on what ground: domain.md, service 17 (S0).

The insured themselves, for an illness or the sequela of a work accident that is certified incurable; their child or
parent who is unable to work; the husband of an insured woman, who is incurable and whom she supports. Whether somebody
*is* incurable or unable to work is what the commission finds: it is no rule here.

`reasons` is pure. A fact that was not read breaks no rule.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.citizen import Citizen, LifeStatus
from gateway.domain.dependent import CoverageStatus, Dependent, Relation
from gateway.domain.failure import Source
from gateway.domain.insurance import InsuranceStatus
from gateway.domain.request import Reason
from gateway.domain.services.medical_commission import SERVICE, CommissionGround, CommissionRequest
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.listing import ANY, listed
from gateway.requests.rules.reason import broken
from gateway.requests.settings import Terms

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

    ground: CommissionGround | None
    is_insured_themselves: bool
    insurance: InsuranceStatus | Unread = UNREAD
    listed: Dependent | Unread | None = UNREAD
    life: LifeStatus | Unread = UNREAD


def reasons(facts: CommissionFacts) -> Iterable[Reason | None]:
    return _link(facts), _subject(facts), _support(facts), _life(facts)


def _link(facts: CommissionFacts) -> Reason | None:
    if facts.insurance is not InsuranceStatus.NO_LINK:
        return None
    return broken(
        "commission.insured-is-linked",
        found=InsuranceStatus.NO_LINK.value,
        needed="a link to the Organisation",
        source=Source.BRANCH_DATABASES,
        fa="متقاضی ارتباط بیمه‌ای با سازمان ندارد.",
        en="The applicant has no insurance link to the Organisation.",
    )


def _subject(facts: CommissionFacts) -> Reason | None:
    if facts.ground is None:  # not said yet
        return None
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
    return broken(
        "commission.subject-fits-ground",
        found=found,
        needed=" or ".join(sorted(relation.value for relation in needed)) or "INSURED",
        source=source,
        fa="نسبت فرد معرفی‌شده با بیمه‌شده با علت درخواست سازگار نیست.",
        en="For this ground the person examined has to stand in another relation to the insured.",
    )


def _support(facts: CommissionFacts) -> Reason | None:
    """An incurable husband is referred where the wife supports him: the branches cover him under her."""
    if facts.ground is not CommissionGround.HUSBAND_INCURABLE or not isinstance(facts.listed, Dependent):
        return None
    if facts.listed.relation is not Relation.HUSBAND or facts.listed.coverage.status is not CoverageStatus.ENDED:
        return None
    return broken(
        "commission.husband-is-supported",
        found=CoverageStatus.ENDED.value,
        needed=CoverageStatus.COVERED.value,
        source=Source.BRANCH_DATABASES,
        fa="شوهر تحت کفالت بیمه‌شده نیست.",
        en="The insured does not support her husband.",
    )


def _life(facts: CommissionFacts) -> Reason | None:
    if facts.life is not LifeStatus.DECEASED:
        return None
    return broken(
        "commission.subject-is-alive",
        found=LifeStatus.DECEASED.value,
        needed=LifeStatus.ALIVE.value,
        source=Source.CIVIL_REGISTRY,
        fa="بر پایه ثبت احوال، فرد معرفی‌شده در قید حیات نیست.",
        en="By the civil registry the person to be examined is not alive.",
    )


async def read(reader: Reader, request: CommissionRequest) -> CommissionFacts:
    """Asks the branches and the registry at once.

    Of somebody whom the branches do not list as the insured's, nothing is asked: that would tell of a stranger.
    """
    own = request.about == request.applicant.digits
    asked = reader.loaders.insurances_by_person.load(request.applicant)
    reading_link = reader.value(asked, Source.BRANCH_DATABASES)
    link, (listed, life) = await asyncio.gather(reading_link, _subject_of(reader, request, own))
    return CommissionFacts(
        ground=request.ground,
        is_insured_themselves=own,
        insurance=link if isinstance(link, Unread) else link.status if link else InsuranceStatus.NO_LINK,
        listed=listed,
        life=life,
    )


async def _subject_of(
    reader: Reader, request: CommissionRequest, own: bool
) -> tuple[Dependent | Unread | None, LifeStatus | Unread]:
    subject = request.subject or request.applicant
    entry: Dependent | Unread | None = UNREAD
    if not own:
        fitting = RELATIONS[request.ground] if request.ground else ANY
        entry = await listed(reader, request.applicant, subject, fitting)
        if not isinstance(entry, Dependent):
            return entry, UNREAD
    citizen = await reader.value(reader.loaders.citizens_by_national_id.load(subject), Source.CIVIL_REGISTRY)
    return entry, citizen.life_status if isinstance(citizen, Citizen) else UNREAD


RULES = Rules(service=SERVICE, read=read, reasons=reasons, terms=Terms(service_days=7))
