"""Whose death somebody asks something for: shared by the funeral grant and the survivor pension.

The branches know the next of kin who were covered, the registry's events the applicant's parents and marriages. Where
either has the two of them as kin, the registry is asked for the death. Where neither has, the papers have to show the
kinship and the office decides: we tell nobody whether a stranger lives.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.domain.calendar import Day
from gateway.domain.citizen import Citizen, LifeStatus
from gateway.domain.dependent import Dependent, Relation
from gateway.domain.identifiers import NationalId
from gateway.domain.request import Reason
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.facts import REGISTRY, citizen_of
from gateway.requests.rules.kinship import events_of, kinship
from gateway.requests.rules.listing import SPOUSE, listed
from gateway.requests.rules.reason import broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Deceased:
    """`survivor`: how the branches list the applicant among those whom the deceased supported. `spouse`: how they list
    the deceased among the applicant's own, if as husband or wife. None: they do not. `kin`: what the deceased was to
    the applicant by the registry's events; None: not known. `record` is the registry's."""

    survivor: Dependent | Unread | None = UNREAD
    spouse: Dependent | Unread | None = UNREAD
    kin: Relation | None = None
    record: Citizen | Unread | None = UNREAD

    @property
    def died_on(self) -> Day | None:
        return self.record.death if isinstance(self.record, Citizen) else None


async def read_deceased(reader: Reader, applicant: NationalId, person: NationalId | None) -> Deceased:
    """Two questions to the branches and one for events, then one to the registry. Nobody is asked before it is said
    who died."""
    if person is None:
        return Deceased()
    survivor, spouse, events = await asyncio.gather(
        listed(reader, person, applicant), listed(reader, applicant, person, SPOUSE), events_of(reader, applicant)
    )
    kin = kinship(events, applicant, person)
    if isinstance(spouse, Dependent) and spouse.relation not in SPOUSE:
        spouse = None
    if not isinstance(survivor, Dependent) and not isinstance(spouse, Dependent) and kin is None:
        return Deceased(survivor=survivor, spouse=spouse)
    return Deceased(survivor=survivor, spouse=spouse, kin=kin, record=await citizen_of(reader, person))


def has_died(rule: str, deceased: Deceased) -> Reason | None:
    """By the registry. A life status that it does not know breaks nothing: the certificate is with the request."""
    record = deceased.record
    if not isinstance(record, Citizen) or record.life_status is not LifeStatus.ALIVE:
        return None
    return broken(
        rule,
        found=LifeStatus.ALIVE.value,
        needed=LifeStatus.DECEASED.value,
        source=REGISTRY,
        fa="فوت این فرد در ثبت احوال ثبت نشده است.",
        en="The civil registry has no record of this person's death.",
    )


def is_another(rule: str, applicant: NationalId, person: NationalId | None) -> Iterable[Reason]:
    if person == applicant:
        yield broken(
            rule,
            found="the applicant",
            needed="another person",
            source=None,
            fa="متقاضی و متوفی نمی‌توانند یک نفر باشند.",
            en="The applicant and the deceased cannot be the same person.",
        )
