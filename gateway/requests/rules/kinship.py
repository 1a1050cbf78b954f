"""What somebody is to an applicant by the registry's events: a parent, by the entry of the applicant's birth; a
spouse, by a marriage that is registered and has no divorce; a child, by the entry of the child's own birth.

An entry that is not there says nothing: then kinship is not known, and the papers have to show it.
"""

from collections.abc import Iterable, Mapping

from gateway.domain.dependent import Relation
from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId
from gateway.domain.registry_event import EventKind, PartyRole, RegistryEvent, marriages_of
from gateway.domain.request import Reason
from gateway.requests.reading import Reader, Unread
from gateway.requests.rules.reason import broken

PARENTS: Mapping[PartyRole, Relation] = {PartyRole.FATHER: Relation.FATHER, PartyRole.MOTHER: Relation.MOTHER}
CHILDREN = frozenset({Relation.SON, Relation.DAUGHTER})
SPOUSES: Mapping[PartyRole, Relation] = {PartyRole.HUSBAND: Relation.HUSBAND, PartyRole.WIFE: Relation.WIFE}

Events = tuple[RegistryEvent, ...]


async def events_of(reader: Reader, person: NationalId) -> Events | Unread:
    found = await reader.value(reader.loaders.events_by_person.load(person), Source.REGISTRY_EVENTS)
    return found or ()


def kinship(own: Events | Unread, applicant: NationalId, person: NationalId | None) -> Relation | None:
    """What the person is to the applicant, by the applicant's own events: a parent or the spouse; None: not known."""
    if isinstance(own, Unread) or person is None:
        return None
    for role, relation in PARENTS.items():
        if _named(own, applicant, role) == person:
            return relation
    if any(one.spouse == person and one.divorced_on is None for one in marriages_of(own, applicant)):
        return _spouse(own, person)
    return None


def is_kin(relation: Relation, applicant: NationalId, person: NationalId, events: Events | Unread) -> bool | None:
    """Whether they stand in this relation; None where the registry does not say. `events` are the applicant's own, of
    a child the child's."""
    if isinstance(events, Unread):
        return None
    if relation in CHILDREN:
        parents = [_named(events, person, role) for role in PARENTS]
        return True if applicant in parents else None if None in parents else False
    if relation in SPOUSES.values():
        known = [one for one in marriages_of(events, applicant) if one.spouse == person]
        return any(one.divorced_on is None for one in known) if known else None
    named = _named(events, applicant, PartyRole[relation.name])
    return None if named is None else named == person


def fits_the_registry(rule: str, relation: Relation | None, kin: bool | None) -> Iterable[Reason]:
    if relation is not None and kin is False:
        yield broken(
            rule,
            found=f"another {relation.value}, or a marriage that is over",
            needed=relation.value,
            source=Source.REGISTRY_EVENTS,
            fa="این نسبت با آنچه در ثبت احوال ثبت شده است سازگار نیست.",
            en="The civil registry has entered another kinship.",
        )


async def kin_of(
    reader: Reader, relation: Relation | None, applicant: NationalId, person: NationalId | None
) -> bool | None:
    """Asks for one person's events: the child's, or the applicant's own."""
    if relation is None or person is None:
        return None
    events = await events_of(reader, person if relation in CHILDREN else applicant)
    return is_kin(relation, applicant, person, events)


def _named(events: Events, child: NationalId, role: PartyRole) -> NationalId | None:
    """Whom the entry of a birth names as father or mother."""
    births = (event for event in events if event.kind is EventKind.BIRTH and child in event.own)
    return next((party.person for event in births for party in event.parties if party.role is role), None)


def _spouse(events: Events, person: NationalId) -> Relation | None:
    marriages = (event for event in events if event.kind is EventKind.MARRIAGE)
    roles = (party.role for event in marriages for party in event.parties if party.person == person)
    return next((SPOUSES[role] for role in roles if role in SPOUSES), None)
