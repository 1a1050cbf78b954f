"""Requests: handed in, found again, followed, and what their applicant does about them.

A request is seen by its applicant and whoever represents them; a supporter does not see a dependant's.
"""

import datetime
import enum
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import strawberry
from strawberry import ID, Info

from gateway.domain.access import Wording
from gateway.domain.calendar import Day
from gateway.domain.failure import Code, Source
from gateway.domain.identifiers import Identifier, NationalId, WorkshopKey
from gateway.domain.lookup import Fact
from gateway.domain.refusal import Refused
from gateway.domain.request import ActKind, Figure, Reason, RequestStep, ServiceRequest
from gateway.domain.service import Audience, Service
from gateway.domain.services import RequestKind
from gateway.domain.services.medical_commission import CommissionRequest
from gateway.domain.workshop import Workshop
from gateway.loading.context import RequestContext
from gateway.loading.keyring import Keyring
from gateway.requests.assessing import Assessed, details_from
from gateway.requests.clocks import ServiceLevel
from gateway.requests.database import StoreUnavailable
from gateway.requests.desk import ActAnswer, Answer, RequestDesk, Wish
from gateway.requests.kinds import Inquiry
from gateway.requests.services import RULES
from gateway.requests.store import RequestPosition, position_of
from gateway.requests.tracking_code import tracking_code_of
from gateway.requests.wording import words_of
from gateway.resolvers.key import PersonKey
from gateway.resolvers.paging import DEFAULT_FIRST, After, Cursors, First, KeptPage, kept_page, page_size
from gateway.resolvers.relation import forbidden, known, own_facts_of
from gateway.resolvers.sealing import seal_for

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Busy:
    """The store of requests does not answer: nothing is known, and the same key tells later. Seconds."""

    retry_after: float


@dataclass(frozen=True, slots=True)
class Eligibility:
    """`eligible` is None where nothing speaks against it, but a system that has to be asked did not answer."""

    service: Service
    assessed: Assessed

    @property
    def eligible(self) -> bool | None:
        if self.assessed.reasons:
            return False
        return None if self.assessed.unread else True

    @property
    def reasons(self) -> Sequence[Reason]:
        return self.assessed.reasons

    @property
    def figures(self) -> Sequence[Figure]:
        return self.assessed.figures

    @property
    def unread(self) -> list[Source]:
        return sorted({failure.source for failure in self.assessed.unread}, key=lambda source: source.value)


@dataclass(frozen=True, slots=True)
class StepInWords:
    step: RequestStep
    text: Wording


ASKED_FOR = strawberry.argument(description="What would be asked for.")
MOST_DOCUMENTS, LONGEST_TEXT = 10, 2_000


async def ask_for(
    info: Info[RequestContext, None],
    service: Service,
    *,
    key: str,
    applicant: NationalId | None,
    said: Mapping[str, Any],
    documents_as: str = "documents",
) -> Answer | Busy:
    """`applicant`: None for the caller. `said`: the further fields of the service's details. Raises Refused."""
    context = info.context
    person = _applicant(context, applicant, service.audience)
    if service.audience is Audience.WORKSHOP and not context.policy.covers_workshop(known(context), said["workshop"]):
        raise forbidden()
    details = details_from(service.details(applicant=person, **said))
    wish = Wish(kind=RequestKind(service.name), applicant=person, details=details, key=key, documents_as=documents_as)
    desk = context.desk(RequestDesk)
    return await _unless_busy(desk, desk.ask(wish, _inquiry(context)))


async def eligibility_of_person(
    root: PersonKey, info: Info[RequestContext, None], service: Annotated[RequestKind, ASKED_FOR]
) -> Eligibility:
    return await _eligibility(info.context, service, Audience.PERSON, applicant=own_facts_of(root))


async def eligibility_of_workshop(
    root: Fact[Workshop], info: Info[RequestContext, None], service: Annotated[RequestKind, ASKED_FOR]
) -> Eligibility:
    """For whoever asks on behalf of the workshop. Raises Refused for a caller that is no person."""
    person = _applicant(info.context, None, Audience.WORKSHOP)
    workshop = WorkshopKey(root.value.code, root.value.branch)
    return await _eligibility(info.context, service, Audience.WORKSHOP, applicant=person, workshop=workshop)


async def _eligibility(
    context: RequestContext, kind: RequestKind, audience: Audience, **said: NationalId | WorkshopKey
) -> Eligibility:
    rules = RULES[RequestKind(kind.value)]
    if rules.service.audience is not audience:
        whose = "persons" if rules.service.audience is Audience.PERSON else "workshops"
        raise Refused(Code.BAD_USER_INPUT, f"Argument 'service' names a service of {whose}.")
    assessed = await _inquiry(context).assess(rules, rules.service.details(**said), None)
    return Eligibility(rules.service, assessed)


def _inquiry(context: RequestContext) -> Inquiry:
    return Inquiry(context.loaders, context.policy, context.clock, context.decrees)


async def withdraw_request(info: Info[RequestContext, None], id_: str, key: str) -> ActAnswer | Busy:
    desk = info.context.desk(RequestDesk)
    request = await _own_request(info.context, id_)
    return await _unless_busy(desk, desk.withdraw(request, key))


async def supply_information(
    info: Info[RequestContext, None], id_: str, key: str, documents: list[str], text: str | None
) -> ActAnswer | Busy:
    if len(documents) > MOST_DOCUMENTS:
        raise Refused(Code.BAD_USER_INPUT, f"Argument 'input.documents' takes at most {MOST_DOCUMENTS} ids.")
    desk, said = info.context.desk(RequestDesk), _text(text)
    request = await _own_request(info.context, id_)
    return await _unless_busy(desk, desk.supply(request, key, documents, said))


async def appeal_request(info: Info[RequestContext, None], id_: str, key: str, text: str | None) -> ActAnswer | Busy:
    desk, said = info.context.desk(RequestDesk), _text(text)
    request = await _own_request(info.context, id_)
    return await _unless_busy(desk, desk.appeal(request, key, said))


async def request_by_id(
    info: Info[RequestContext, None],
    id: Annotated[ID, strawberry.argument(description="The request's `id`, or its tracking code.")],  # noqa: A002
) -> ServiceRequest:
    return await _own_request(info.context, id)


async def requests_of(
    root: PersonKey, info: Info[RequestContext, None], first: First = DEFAULT_FIRST, after: After = None
) -> KeptPage[ServiceRequest, RequestPosition]:
    person = own_facts_of(root)
    cursors = Cursors(info.context.keyring, RequestPosition, ("Person.requests", person.digits))
    position, size = cursors.read(after), page_size(first)
    found = await info.context.desk(RequestDesk).of_applicant(person, size, position)
    return kept_page(found[:size], position_of, cursors, after=position, has_next=len(found) > size)


async def request_updates(context: RequestContext, id_: str) -> AsyncIterator[ServiceRequest]:
    """The request at once, then each new version of it. Raises Refused where the caller may not see it."""
    request = await _own_request(context, id_)
    yield request
    async for version in context.desk(RequestDesk).updates(request.id, request.version):
        yield version


def as_seen(context: RequestContext, request: ServiceRequest) -> ServiceRequest | Refused:
    """What a push is made of, by the rights of its moment: the request, or that it may be seen no longer."""
    return request if context.policy.covers(known(context), request.applicant) else forbidden()


def request_id(root: ServiceRequest, info: Info[RequestContext, None]) -> ID:
    return sealed_request_id(info.context.keyring, root)


def sealed_request_id(keyring: Keyring, request: ServiceRequest) -> ID:
    return ID(seal_for(keyring, "node").seal(b"ServiceRequest:" + request.id.encode(), [b"node"]))


def title_of(root: ServiceRequest, info: Info[RequestContext, None]) -> Wording:
    return info.context.desk(RequestDesk).kind(root.kind).words


def text_of(root: ServiceRequest) -> Wording:
    return words_of(root, root.state)


def steps_of(root: ServiceRequest) -> list[StepInWords]:
    return [StepInWords(step, words_of(root, step.state)) for step in root.steps]


def service_level_of(root: ServiceRequest, info: Info[RequestContext, None]) -> ServiceLevel | None:
    return info.context.desk(RequestDesk).service_level(root)


def commission_of(root: ServiceRequest) -> CommissionRequest | None:
    said = RULES[root.kind].details_of(root.details)
    return said if isinstance(said, CommissionRequest) else None


def details_of(root: ServiceRequest) -> list[Figure]:
    """What the applicant said, in the order of the service's labels; what they left out is left out."""
    rules = RULES[root.kind]
    said = rules.details_of(root.details)
    lines = ((name, words, getattr(said, name)) for name, words in rules.service.labels.items())
    return [
        Figure(name=_camel(name), value=_shown(value), words=words) for name, words, value in lines if value is not None
    ]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _shown(value: object) -> str:
    match value:
        case Identifier():
            return value.digits
        case WorkshopKey():
            return f"{value.code.digits}@{value.branch.digits}"
        case Day():
            return value.jalali
        case enum.Enum():
            return str(value.value)
        case Day():
            return value.jalali
        case tuple():
            return ", ".join(_shown(one) for one in value)
        case bool():
            return "true" if value else "false"
    return str(value)


def withdrawal_of(root: ServiceRequest) -> datetime.datetime | None:
    return next((act.at for act in root.acts if act.kind is ActKind.WITHDRAW), None)


async def request_of(context: RequestContext, id_: str) -> ServiceRequest:
    """The request, for a caller who may see it. Raises Refused: of somebody else's as of one that is not there."""
    desk = context.desk(RequestDesk)
    request = await _found(desk, context.keyring, id_)
    if request is None or not context.policy.covers(known(context), request.applicant):
        raise forbidden()
    return request


async def _own_request(context: RequestContext, id_: str) -> ServiceRequest:
    known(context)
    return await request_of(context, id_)


async def _found(desk: RequestDesk, keyring: Keyring, id_: str) -> ServiceRequest | None:
    code = tracking_code_of(id_)
    if code is not None:
        return await desk.by_tracking_code(code)
    try:
        kind, _, key = seal_for(keyring, "node").open(id_, [b"node"]).partition(b":")
    except ValueError:
        raise Refused(
            Code.BAD_USER_INPUT, "Argument 'id' is neither an id of this service nor a tracking code."
        ) from None
    return await desk.by_id(key.decode()) if kind == b"ServiceRequest" else None


def _applicant(context: RequestContext, named: NationalId | None, audience: Audience) -> NationalId:
    """Whose request it will be. Raises Refused."""
    rights = known(context)
    person = named or rights.caller.subject
    if person is None and audience is Audience.WORKSHOP:
        raise Refused(Code.BAD_USER_INPUT, "A person acts for a workshop, and this caller is none.")
    if person is None:
        raise Refused(Code.BAD_USER_INPUT, "Argument 'input.nationalId' is needed: this caller is no person.")
    if not context.policy.covers(rights, person):
        raise forbidden()
    return person


def _text(text: str | None) -> str | None:
    if text is not None and len(text) > LONGEST_TEXT:
        raise Refused(Code.BAD_USER_INPUT, f"Argument 'input.text' takes at most {LONGEST_TEXT:,} characters.")
    return (text or "").strip() or None


async def _unless_busy(desk: RequestDesk, asked: Awaitable[T]) -> T | Busy:
    try:
        return await asked
    except StoreUnavailable:
        return Busy(desk.busy_retry_seconds)
