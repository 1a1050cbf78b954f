"""Who may apply for a survivor pension: domain.md 1.1, service 23 (S0). The source says no more than that survivors who
are eligible apply on-line; who is eligible and which share is theirs (Arts. 80 to 83) is general knowledge only
(domain.md 2.8), so that the branch decides. What can be checked is checked: the death, and the relation.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.domain.citizen import Citizen, Gender
from gateway.domain.dependent import Dependent, Relation
from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId
from gateway.domain.request import Reason
from gateway.domain.services.survivor_pension import SERVICE, SurvivorPensionRequest
from gateway.requests.assessing import Rules
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.deceased import Deceased, has_died, is_another, read_deceased
from gateway.requests.rules.facts import BRANCHES, REGISTRY, citizen_of
from gateway.requests.rules.inquiry import GENDERS
from gateway.requests.rules.reason import broken

COUNTERPARTS: Mapping[Relation, frozenset[Relation]] = {
    Relation.FATHER: frozenset({Relation.SON, Relation.DAUGHTER}),
    Relation.MOTHER: frozenset({Relation.SON, Relation.DAUGHTER}),
    Relation.HUSBAND: frozenset({Relation.WIFE}),
    Relation.WIFE: frozenset({Relation.HUSBAND}),
}
"""What the applicant can have been to somebody who was this to the applicant, by the registry's events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivorFacts:
    applicant: NationalId
    person: NationalId | None = None
    relation: Relation | None = None
    deceased: Deceased = Deceased()  # noqa: RUF009 (frozen)
    gender: Gender | Unread = UNREAD


def reasons(facts: SurvivorFacts) -> Iterable[Reason | None]:
    yield from is_another("survivor.is-another", facts.applicant, facts.person)
    yield has_died("survivor.has-died", facts.deceased)
    yield _listed_so(facts)
    yield _gender(facts)


def _listed_so(facts: SurvivorFacts) -> Reason | None:
    """What the applicant says is what the branches list, or else what the registry's events say."""
    survivor, kin = facts.deceased.survivor, facts.deceased.kin
    listed = isinstance(survivor, Dependent)
    known = frozenset({survivor.relation}) if isinstance(survivor, Dependent) else COUNTERPARTS[kin] if kin else None
    if facts.relation is None or known is None or facts.relation in known:
        return None
    return broken(
        "survivor.relation-fits",
        found=" or ".join(sorted(one.value for one in known)),
        needed=facts.relation.value,
        source=BRANCHES if listed else Source.REGISTRY_EVENTS,
        fa="نسبت اعلام‌شده با نسبت ثبت‌شده یکی نیست.",
        en="The applicant is recorded in another relation to the deceased.",
    )


def _gender(facts: SurvivorFacts) -> Reason | None:
    known = (Gender.FEMALE, Gender.MALE)
    if facts.relation is None or facts.gender not in known or facts.gender is GENDERS[facts.relation]:
        return None
    return broken(
        "survivor.relation-is-possible",
        found=str(facts.gender.value),
        needed=f"{GENDERS[facts.relation].value}, for {facts.relation.value}",
        source=REGISTRY,
        fa="نسبت اعلام‌شده با جنسیت متقاضی در ثبت احوال سازگار نیست.",
        en="The relation does not fit the applicant's gender in the civil registry.",
    )


async def read(reader: Reader, request: SurvivorPensionRequest) -> SurvivorFacts:
    applicant, deceased = await asyncio.gather(
        citizen_of(reader, request.applicant), read_deceased(reader, request.applicant, request.deceased)
    )
    return SurvivorFacts(
        applicant=request.applicant,
        person=request.deceased,
        relation=request.relation,
        deceased=deceased,
        gender=applicant.gender if isinstance(applicant, Citizen) else UNREAD,
    )


RULES = Rules(service=SERVICE, read=read, reasons=reasons)
