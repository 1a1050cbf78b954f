"""The registry's word on somebody whom an insured person wants covered: domain.md 1.1, service 6 (S1).

Only who knows the birth date is told anything: of a code and a birth date that do not belong together the registry is
taken to know nobody, so that a code alone tells nothing about a stranger.
"""

from collections.abc import Iterable, Mapping

from gateway.domain.calendar import Day
from gateway.domain.citizen import Citizen, Gender, LifeStatus
from gateway.domain.dependent import Relation
from gateway.domain.identifiers import NationalId
from gateway.domain.request import Reason
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.facts import REGISTRY, citizen_of
from gateway.requests.rules.reason import broken

GENDERS: Mapping[Relation, Gender] = {
    Relation.WIFE: Gender.FEMALE,
    Relation.HUSBAND: Gender.MALE,
    Relation.SON: Gender.MALE,
    Relation.DAUGHTER: Gender.FEMALE,
    Relation.FATHER: Gender.MALE,
    Relation.MOTHER: Gender.FEMALE,
}


async def inquire(reader: Reader, person: NationalId | None, birth: Day | None) -> Citizen | Unread | None:
    """None: the registry knows nobody of this code and birth date. Nobody is asked before both are said."""
    if person is None or birth is None:
        return UNREAD
    return agreed(await citizen_of(reader, person), birth)


def agreed(citizen: Citizen | Unread | None, birth: Day) -> Citizen | Unread | None:
    """Compared as far as the registry knows the birth; where it knows none, nothing can be said."""
    if isinstance(citizen, Unread) or citizen is None:
        return citizen
    known = citizen.birth
    if known is None:
        return UNREAD
    said = Day(birth.year, birth.month if known.month else None, birth.day if known.day else None)
    return citizen if said == known else None


def of_the_registry(
    service: str, citizen: Citizen | Unread | None, relation: Relation | None
) -> Iterable[Reason | None]:
    """Known, alive, and of the gender that the relation says."""
    if citizen is None:
        yield broken(
            f"{service}.registry-knows-them",
            found="nobody of this code and birth date",
            needed="a person of the civil registry",
            source=REGISTRY,
            fa="ثبت احوال کسی را با این کد ملی و تاریخ تولد نمی‌شناسد.",
            en="The civil registry knows nobody of this national code and birth date.",
        )
    if isinstance(citizen, Unread) or citizen is None:
        return
    if citizen.life_status is LifeStatus.DECEASED:
        yield broken(
            f"{service}.is-alive",
            found=LifeStatus.DECEASED.value,
            needed=LifeStatus.ALIVE.value,
            source=REGISTRY,
            fa="بر پایه ثبت احوال، این فرد در قید حیات نیست.",
            en="By the civil registry this person is not alive.",
        )
    if relation and citizen.gender is not Gender.UNKNOWN and citizen.gender is not GENDERS[relation]:
        yield broken(
            f"{service}.relation-fits",
            found=citizen.gender.value,
            needed=f"{GENDERS[relation].value}, for {relation.value}",
            source=REGISTRY,
            fa="نسبت اعلام‌شده با جنسیت این فرد در ثبت احوال سازگار نیست.",
            en="The relation does not fit this person's gender in the civil registry.",
        )
