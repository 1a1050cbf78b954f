"""How a person is found: oneself, one by national code, or many."""

from dataclasses import dataclass
from typing import Annotated

import strawberry
from strawberry import Info

from gateway.domain.failure import Code, SourceFailure
from gateway.domain.identifiers import NationalId
from gateway.domain.refusal import Refused
from gateway.loading.context import RequestContext
from gateway.resolvers.key import PersonKey
from gateway.resolvers.relation import known, seen, views

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
    subject = known(info.context).caller.subject
    return PersonKey(subject) if subject else None


async def person_by_national_id(
    info: Info[RequestContext, None],
    national_id: Annotated[NationalId, strawberry.argument(description="The person's national code (کد ملی).")],
) -> PersonKey:
    """Asks nobody of the person: a code that no system knows gives one about whom every answer is null."""
    return await seen(info, national_id)


async def persons_by_national_ids(
    info: Info[RequestContext, None],
    national_ids: Annotated[
        list[PersonRef], strawberry.argument(description="At most 1,000 national codes. Repetitions are allowed.")
    ],
) -> list[PersonItem]:
    known(info.context)
    if len(national_ids) > MOST_PERSONS:
        raise Refused(Code.BAD_USER_INPUT, f"Argument 'nationalIds' takes at most {MOST_PERSONS:,} national codes.")
    persons = [person_of_reference(reference) for reference in national_ids]
    named = [person for person in persons if person]
    views_by_person = dict(zip(named, await views(info.context, named), strict=True))
    return [
        _item(reference, views_by_person[person] if person else None)
        for reference, person in zip(national_ids, persons, strict=True)
    ]


def person_of_reference(reference: PersonRef) -> NationalId | None:
    """None for what is no national code."""
    try:
        return NationalId.parse(reference)
    except ValueError:
        return None


def _item(reference: PersonRef, view: PersonKey | Refused | SourceFailure | None) -> PersonItem:
    if view is None:
        return PersonItem(reference, code=Code.BAD_USER_INPUT)
    if isinstance(view, PersonKey):
        return PersonItem(reference, view)
    return PersonItem(reference, code=view.code)
