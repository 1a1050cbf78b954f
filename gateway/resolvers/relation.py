"""Who may see whom: the one place where resolvers ask for a right. Contracts and relations will stand behind it."""

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.failure import Code
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.refusal import Refused
from gateway.resolvers.key import PersonKey

_SANDBOX = frozenset({CallerKind.DEVELOPER, CallerKind.OPERATOR})  # the sandbox holds synthetic persons only
_ONESELF = frozenset({CallerKind.CITIZEN, CallerKind.EMPLOYER})


def known(caller: Caller | None) -> Caller:
    """Raises Refused for a request that nobody stands behind."""
    if caller is None:
        raise Refused(Code.UNAUTHENTICATED, "This needs an access token.")
    return caller


def may_see_person(caller: Caller, national_id: NationalId) -> bool:
    """Agencies see nobody until a contract says whom."""
    return caller.kind in _SANDBOX or (caller.kind in _ONESELF and caller.subject == national_id)


def may_see_workshop(caller: Caller, workshop: WorkshopKey) -> bool:
    return caller.kind in _SANDBOX or (caller.kind is CallerKind.EMPLOYER and workshop in caller.workshops)


def forbidden() -> Refused:
    return Refused(Code.FORBIDDEN, "This caller may not see this.")


def own_facts_of(person: PersonKey) -> NationalId:
    """The person to ask about. Raises Refused where the caller sees them only as somebody's dependant."""
    if person.seen_as_dependent:
        raise forbidden()
    return person.national_id
