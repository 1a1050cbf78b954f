"""The mutation of a service: from its input type to the details that its rules read."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any

import strawberry
from strawberry import ID, Info
from strawberry.types.field import StrawberryField

from gateway.domain.calendar import Day
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from gateway.domain.service import Service
from gateway.loading.context import RequestContext
from gateway.resolvers.request import ask_for
from gateway.schema.answer import answered_by
from gateway.schema.directives import CostDirective
from gateway.schema.request import RequestResult
from gateway.schema.scalars import JalaliDate

DEAR = [CostDirective(weight="50")]


@strawberry.input
class Asking:
    """What the input of every service begins with."""

    idempotency_key: str = strawberry.field(
        description="Chosen by the client, 1 to 200 characters. Sent again with the same input, it gives the same "
        "answer."
    )
    national_id: NationalId | None = strawberry.field(
        default=None,
        description="The person whose request it is; left out, the caller. Others only where the caller represents "
        "them.",
    )


@strawberry.input
class AskingForWorkshop:
    """What the input of every service for employers begins with. The request is the caller's, for the workshop."""

    idempotency_key: str = strawberry.field(
        description="Chosen by the client, 1 to 200 characters. Sent again with the same input, it gives the same "
        "answer."
    )
    workshop: WorkshopCode = strawberry.field(description="The workshop's code (کد کارگاه).")
    branch: BranchCode = strawberry.field(description="The code of its branch (کد شعبه).")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The mutation of one service. Fields of `input` are the details' of the same name; those in `documents` hold
    ids of uploads, one or a list, and come together, in this order, as the details' documents."""

    service: Service
    input: type[Any]
    description: str
    documents: tuple[str, ...] = ()

    def field(self) -> StrawberryField:
        service, input_type, documents = self.service, self.input, self.documents

        async def ask(
            info: Info[RequestContext, None],
            input: Annotated[input_type, strawberry.argument(description="What is asked.")],  # type: ignore[valid-type]  # noqa: A002
        ) -> Any:
            said = {one.name: getattr(input, one.name) for one in fields(input_type)}
            return await ask_for(
                info,
                service,
                key=said.pop("idempotency_key"),
                applicant=said.pop("national_id", None),
                said=_details(said, documents),
                documents_as=_camel(documents[0]) if documents else "documents",
            )

        made: StrawberryField = answered_by(ask, description=self.description, directives=DEAR)
        return made


def _details(said: dict[str, Any], documents: tuple[str, ...]) -> Mapping[str, Any]:
    if "workshop" in said:
        said["workshop"] = WorkshopKey(said["workshop"], said.pop("branch"))
    if documents:
        said["documents"] = tuple(id_ for name in documents for id_ in _ids(said.pop(name)))
    return {name: _of_the_domain(value) for name, value in said.items()}


def _of_the_domain(value: Any) -> Any:
    match value:
        case list():
            return tuple(_of_the_domain(one) for one in value)
        case JalaliDate():
            return Day.parse(value)
    return value


def _ids(said: ID | list[ID] | None) -> list[str]:
    return [str(one) for one in (said if isinstance(said, list) else [said] if said else [])]


def with_services(mutation: type[Any], asked: Mapping[str, Asked]) -> type[Any]:
    """`mutation` with a field for each service, in the order of their files."""
    for one in asked.values():
        name = _snake(one.service.mutation)
        mutation.__annotations__[name] = RequestResult | None
        setattr(mutation, name, one.field())
    return mutation


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
