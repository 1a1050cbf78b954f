"""Requests: what citizens ask for, and how far it has come."""

import datetime
from typing import Annotated, Any

import strawberry
from graphql import GraphQLResolveInfo

from gateway.domain import request as domain
from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId
from gateway.domain.request import Assessment, RequestState
from gateway.domain.services import SERVICES, RequestKind
from gateway.domain.services.medical_commission import CommissionGround
from gateway.requests import desk
from gateway.resolvers.request import (
    Busy,
    commission_of,
    details_of,
    request_id,
    service_level_of,
    steps_of,
    text_of,
    title_of,
    withdrawal_of,
)
from gateway.schema.access import Wording
from gateway.schema.answer import answered_by
from gateway.schema.connection import Edge, PageInfo
from gateway.schema.directives import PERSONAL, SPECIAL, list_of
from gateway.schema.enumeration import describe
from gateway.schema.node import Node

describe(
    RequestKind,
    "What is asked for: the services of the plan that take requests.",
    {service.name: f"{service.words.en} ({service.words.fa})." for service in SERVICES.values()},
)
describe(
    RequestState,
    "How far a request has come.",
    {
        "ACCEPTED": "It is recorded; a receipt proves it.",
        "QUEUED": "Its conditions are met; it waits to be delivered to the office that decides.",
        "DELIVERED": "The office has it.",
        "IN_REVIEW": "The office looks at it.",
        "NEEDS_INFORMATION": "The office asks for something: see `needs`, and `supplyInformation`.",
        "SCHEDULED": "There is an appointment.",
        "APPROVED": "It is granted.",
        "REJECTED": "It is refused, by the office or, where `assessment` is REFUSED, by the rules.",
        "WITHDRAWN": "The applicant took it back.",
        "EXPIRED": "What was asked for did not come in its time.",
    },
)
describe(
    Assessment,
    "Whether the conditions of the law are met.",
    {
        "PENDING": "Not known yet: a system that has to be asked did not answer. It is assessed when it does.",
        "PASSED": "They are met.",
        "REFUSED": "They are not: see `reasons`.",
    },
)
describe(
    CommissionGround,
    "What the physician certifies.",
    {
        "ILLNESS": "The insured has an illness that is incurable.",
        "WORK_ACCIDENT": "The insured has an incurable sequela of a work accident.",
        "CHILD_UNABLE_TO_WORK": "A child of the insured is unable to work.",
        "PARENT_UNABLE_TO_WORK": "A parent of the insured is unable to work.",
        "HUSBAND_INCURABLE": "The insured woman's husband is incurable, and she supports him.",
    },
)


@strawberry.type(description="A condition that is not met.")
class EligibilityReason:
    rule: str | None = strawberry.field(description="The rule's name, always the same.", directives=PERSONAL)
    found: str | None = strawberry.field(description="What was found.", directives=SPECIAL)
    needed: str | None = strawberry.field(description="What the rule needs.", directives=PERSONAL)
    source: Source | None = strawberry.field(
        description="Who said what was found; null: the request itself.", directives=PERSONAL
    )
    text: Wording | None = answered_by(
        lambda root: root.words, description="The same for the citizen.", directives=SPECIAL
    )


@strawberry.type(description="A value with its name: what an applicant said, what was computed, or what was decided.")
class Figure:
    name: str | None = strawberry.field(description="Its name, always the same.", directives=PERSONAL)
    value: str | None = strawberry.field(
        description="Numbers, and amounts in rial, as digits; days of the Jalali calendar as 1403-01-31.",
        directives=SPECIAL,
    )
    label: Wording | None = answered_by(lambda root: root.words, description="Its name in words.", directives=PERSONAL)


@strawberry.type(description="Whether somebody may have a service, by the same rules as a request for it.")
class Eligibility:
    service: RequestKind | None = answered_by(
        lambda root: RequestKind(root.service.name), description="The service.", directives=PERSONAL
    )
    title: Wording | None = answered_by(
        lambda root: root.service.words, description="The same in words.", directives=PERSONAL
    )
    eligible: bool | None = strawberry.field(
        description="Null where nothing speaks against it, but a system that has to be asked did not answer. What the "
        "input of a request says is assessed with the request.",
        directives=SPECIAL,
    )
    reasons: list[EligibilityReason] | None = strawberry.field(
        description="Each condition that is not met.", directives=list_of(5)
    )
    figures: list[Figure] | None = strawberry.field(
        description="What was computed: days, windows, amounts in rial.", directives=list_of(8)
    )
    unread: list[Source] | None = strawberry.field(
        description="Systems that did not answer; their facts were not judged.",
        directives=[*PERSONAL, *list_of(3)],
    )


@strawberry.type(name="RequestStep", description="A state that a request came to.")
class RequestStep:
    state: RequestState | None = answered_by(
        lambda root: root.step.state, description="The state.", directives=PERSONAL
    )
    at: datetime.datetime | None = answered_by(
        lambda root: root.step.at, description="Since when.", directives=PERSONAL
    )
    text: Wording | None = strawberry.field(description="The state in the citizen's words.", directives=PERSONAL)
    note: str | None = answered_by(
        lambda root: root.step.note, description="What the office wrote, in its own words.", directives=SPECIAL
    )


@strawberry.type(description="An appointment.")
class Appointment:
    at: datetime.datetime | None = strawberry.field(description="When.", directives=PERSONAL)
    place: str | None = strawberry.field(description="Where.", directives=PERSONAL)


@strawberry.type(description="What the Organisation promises, counted in working days of its calendar.")
class ServiceLevel:
    working_days: int | None = strawberry.field(description="Days to the end of the request.", directives=PERSONAL)
    due: datetime.datetime | None = strawberry.field(
        description="When the last of them ends (Tehran's midnight).", directives=PERSONAL
    )
    late: bool | None = strawberry.field(description="Whether it is over, or was at the end.", directives=PERSONAL)


@strawberry.type(description="What is asked of the medical commission.")
class CommissionDetails:
    subject: NationalId | None = strawberry.field(description="Whom it examines.", directives=PERSONAL)
    ground: CommissionGround | None = strawberry.field(description="On what ground.", directives=SPECIAL)


@strawberry.type(description="A request of a citizen, from the moment it is recorded.")
class ServiceRequest(Node):
    id: strawberry.ID = answered_by(request_id, description="An opaque id, good for `node` and `request`.")
    kind: RequestKind | None = strawberry.field(description="What is asked for.", directives=PERSONAL)
    title: Wording | None = answered_by(title_of, description="The same in words.", directives=PERSONAL)
    tracking_code: str | None = strawberry.field(
        description="The tracking code (کد رهگیری): twelve digits, the last a check digit.", directives=PERSONAL
    )
    state: RequestState | None = strawberry.field(description="How far it has come.", directives=PERSONAL)
    text: Wording | None = answered_by(text_of, description="The state in the citizen's words.", directives=PERSONAL)
    steps: list[RequestStep] | None = answered_by(
        steps_of, description="Each state it came to, the oldest first.", directives=list_of(10)
    )
    accepted_at: datetime.datetime | None = strawberry.field(description="When it was recorded.", directives=PERSONAL)
    assessment: Assessment | None = strawberry.field(
        description="Whether the conditions of the law are met.", directives=PERSONAL
    )
    reasons: list[EligibilityReason] | None = strawberry.field(
        description="Conditions that were found not to be met; empty unless `assessment` is REFUSED.",
        directives=list_of(5),
    )
    details: list[Figure] | None = answered_by(
        details_of, description="What the applicant said.", directives=list_of(5)
    )
    results: list[Figure] | None = strawberry.field(
        description="What the office decided, value by value: numbers, amounts, dates; empty before.",
        directives=list_of(5),
    )
    receipt: str | None = strawberry.field(
        description="A signed receipt (JWS) of the moment it was recorded; `/receipts/jwks.json` has the key.",
        directives=PERSONAL,
    )
    service_level: ServiceLevel | None = answered_by(
        service_level_of, description="What the Organisation promises; null where the term is not known."
    )
    office_number: str | None = strawberry.field(
        description="The deciding office's own number; null before it has the request.", directives=PERSONAL
    )
    instance: int | None = strawberry.field(
        description="1: before the first board; 2: before the board of appeal.", directives=PERSONAL
    )
    needs: str | None = strawberry.field(
        description="What the office asks for, in its own words; null unless it does.", directives=SPECIAL
    )
    information_until: datetime.datetime | None = strawberry.field(
        description="Until when it waits for that; null where the term is not known.", directives=PERSONAL
    )
    appointment: Appointment | None = strawberry.field(description="The appointment, where there is one.")
    outcome: str | None = strawberry.field(
        description="What was found, in the office's own words; null before.", directives=SPECIAL
    )
    appeal_until: datetime.datetime | None = strawberry.field(
        description="Until when an appeal can be filed; null where there is none, or the term is not known.",
        directives=PERSONAL,
    )
    withdrawal_asked_at: datetime.datetime | None = answered_by(
        withdrawal_of, description="When the applicant asked to withdraw it.", directives=PERSONAL
    )
    commission: CommissionDetails | None = answered_by(
        commission_of, description="What is asked of the medical commission; null for other kinds."
    )

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, domain.ServiceRequest)


@strawberry.type(description="A page of requests, the newest first.")
class ServiceRequestConnection:
    edges: list[Edge[ServiceRequest]] = strawberry.field(description="The entries of this page with their cursors.")
    nodes: list[ServiceRequest] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")


@strawberry.type(description="A field of the input cannot be taken as it is. Nothing was recorded.")
class InvalidInput:
    field: str | None = strawberry.field(description="The field, as the input names it.")
    problem: str | None = strawberry.field(description="What is wrong with it: a sentence for developers.")

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, desk.Invalid)


@strawberry.type(description="The conditions of the law are not met, by facts that were read just now.")
class NotEligible:
    reasons: list[EligibilityReason] | None = strawberry.field(
        description="Each condition that is not met.", directives=list_of(5)
    )

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, desk.NotEligible)


@strawberry.type(description="There is an open request for the same: nothing new was recorded.")
class AlreadyRequested:
    request: ServiceRequest | None = strawberry.field(description="The request that stands.")

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, desk.AlreadyRequested)


def key_problem() -> str:
    return "Choose a new key for a new input."


@strawberry.type(description="The idempotency key was used before, with another input. Nothing was recorded.")
class IdempotencyKeyReused:
    problem: str | None = answered_by(key_problem, description="A sentence for developers.")

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, desk.Reused)


@strawberry.type(description="The request's state does not allow it. Nothing was recorded.")
class NotInThisState:
    request: ServiceRequest | None = strawberry.field(description="The request as it stands.")

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, desk.NotNow)


@strawberry.type(
    description="It cannot be recorded just now, or it is not known whether it was. Nothing is lost: ask "
    "again with the same idempotency key."
)
class SystemBusy:
    retry_after: float | None = strawberry.field(description="Seconds to wait before.")

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, Busy)


RequestResult = Annotated[
    ServiceRequest | InvalidInput | NotEligible | AlreadyRequested | IdempotencyKeyReused | SystemBusy,
    strawberry.union("RequestResult", description="The request as it was recorded, or why it was not."),
]
RequestActResult = Annotated[
    ServiceRequest | InvalidInput | NotInThisState | IdempotencyKeyReused | SystemBusy,
    strawberry.union("RequestActResult", description="The request with what was recorded, or why nothing was."),
]
