"""How the branches list somebody among those whom an insured person supports."""

from collections.abc import Set

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.dependent import CoverageStatus, Dependent, Relation
from gateway.domain.identifiers import NationalId
from gateway.requests.reading import UNREAD, Reader, Unread
from gateway.requests.rules.facts import BRANCHES
from gateway.rights.rights import Rights

ANY = frozenset(Relation)
SPOUSE = frozenset({Relation.WIFE, Relation.HUSBAND})


async def listed(
    reader: Reader, supporter: NationalId, person: NationalId, fitting: Set[Relation] = ANY
) -> Dependent | Unread | None:
    """As the supporter may see it: None where the person does not stand in the list. A fitting entry is preferred to
    another one, and one that is covered to one that has ended."""
    found = await reader.value(reader.loaders.dependents_by_supporter.load(supporter), BRANCHES)
    if isinstance(found, Unread):
        return UNREAD
    rights = Rights(Caller(kind=CallerKind.CITIZEN, subject=supporter))
    same = [one for one in found or () if one.national_id == person]
    if not same or not reader.policy.lists(rights, person):
        return None
    wanted = [one for one in same if one.relation in fitting]
    covered = [one for one in wanted if one.coverage.status is CoverageStatus.COVERED]
    return (covered or wanted or same)[0]
