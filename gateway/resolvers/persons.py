"""How a person is found: oneself, one by national code, or many."""

from dataclasses import dataclass
from typing import Annotated

import strawberry
from strawberry import Info

from gateway.domain.caller import Caller
from gateway.domain.failure import Code
from gateway.domain.identifiers import NationalId
from gateway.domain.refusal import Refused
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey
from gateway.resolvers.relation import forbidden, known, may_see_person

MOST_PERSONS = 1_000


class PersonRef(str):
    """A national code as a client wrote it, not checked yet. Printing it shows nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "PersonRef(***)"


@dataclass(frozen=True, slots=True)
class PersonItem:
    """`code` says why there is no person, by what is known before anything is asked."""

    national_id: PersonRef
    person: PersonKey | None = None
    code: Code | None = None


def me(info: Info[RequestContext, None]) -> PersonKey | None:
    subject = known(info.context.caller).subject
    return PersonKey(subject) if subject else None


def person_by_national_id(
    info: Info[RequestContext, None],
    national_id: Annotated[NationalId, strawberry.argument(description="The person's national code (کد ملی).")],
) -> PersonKey:
    """Asks nobody: a code that no system knows gives a person about whom every answer is null."""
    if not may_see_person(known(info.context.caller), national_id):
        raise forbidden()
    return PersonKey(national_id)


def persons_by_national_ids(
    info: Info[RequestContext, None],
    national_ids: Annotated[
        list[PersonRef], strawberry.argument(description="At most 1,000 national codes. Repetitions are allowed.")
    ],
) -> list[PersonItem]:
    caller = known(info.context.caller)
    if len(national_ids) > MOST_PERSONS:
        raise Refused(Code.BAD_USER_INPUT, f"Argument 'nationalIds' takes at most {MOST_PERSONS:,} national codes.")
    return [_item(caller, reference) for reference in national_ids]


def _item(caller: Caller, reference: PersonRef) -> PersonItem:
    try:
        national_id = NationalId.parse(reference)
    except ValueError:
        return PersonItem(reference, code=Code.BAD_USER_INPUT)
    if not may_see_person(caller, national_id):
        return PersonItem(reference, code=Code.FORBIDDEN)
    return PersonItem(reference, PersonKey(national_id))
