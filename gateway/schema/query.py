"""Where every reading operation begins."""

import strawberry

from gateway.domain.failure import Code, Source
from gateway.resolvers.certificate import certificate_by_serial
from gateway.resolvers.node import node_by_id
from gateway.resolvers.payment_ticket import ticket_by_id
from gateway.resolvers.persons import (
    MOST_PERSONS,
    PersonRef,
    me,
    person_by_national_id,
    persons_by_national_ids,
)
from gateway.resolvers.premium_list import submission_by_id
from gateway.resolvers.request import request_by_id
from gateway.resolvers.workshop import workshop_by_codes
from gateway.schema.answer import answered_by
from gateway.schema.certificate import Certificate
from gateway.schema.directives import PERSONAL, as_many_as, asks
from gateway.schema.enumeration import describe
from gateway.schema.node import Node
from gateway.schema.payment_ticket import PaymentTicket
from gateway.schema.person import Person
from gateway.schema.premium_list import PremiumListSubmission
from gateway.schema.request import ServiceRequest
from gateway.schema.workshop import Workshop

describe(
    Code,
    "Why something is missing; in errors as `extensions.code`.",
    {
        "UNAUTHENTICATED": "An access token is needed.",
        "FORBIDDEN": "This caller may not see this.",
        "BAD_USER_INPUT": "An argument is wrong.",
        "COST_LIMIT": "The operation would cost too much.",
        "RATE_LIMITED": "Too many operations; see `retryAfter`.",
        "SOURCE_UNAVAILABLE": "The system cannot be reached, or answers nonsense.",
        "SOURCE_TIMEOUT": "The system did not answer in time.",
        "SOURCE_CLOSED": "The system is outside its opening hours.",
        "SOURCE_QUOTA": "The system's quota is used up.",
        "CIRCUIT_OPEN": "The system failed just now and was not asked again.",
        "DEADLINE_EXCEEDED": "The request's own time ran out.",
        "INTERNAL": "An error of this service.",
    },
)


@strawberry.type(description="One entry of `persons`.")
class PersonItem:
    national_id: PersonRef = strawberry.field(
        description="The national code, as it was written in the question.", directives=PERSONAL
    )
    person: Person | None = strawberry.field(description="The person; null if `code` says why not.")
    code: Code | None = strawberry.field(
        description="Why there is no person: BAD_USER_INPUT, FORBIDDEN, or SOURCE_UNAVAILABLE where the "
        "relation to them cannot be looked up; else null."
    )


@strawberry.type(description="Where every reading operation begins.")
class Query:
    me: Person | None = answered_by(me, description="The caller; null for a caller who is no person.")
    person: Person | None = answered_by(
        person_by_national_id, description="A person. Asks no system by itself; null only when refused."
    )
    persons: list[PersonItem] | None = answered_by(
        persons_by_national_ids,
        description="Many persons, one item each, in the order asked.",
        directives=as_many_as("nationalIds", MOST_PERSONS),
    )
    workshop: Workshop | None = answered_by(
        workshop_by_codes,
        description="A workshop (کارگاه); null if the branch knows none of this code.",
        directives=asks(Source.BRANCH_DATABASES),
    )
    request: ServiceRequest | None = answered_by(
        request_by_id, description="A request, by its id or tracking code; null only when refused."
    )
    certificate: Certificate | None = answered_by(
        certificate_by_serial, description="A certificate of the caller's, by its serial; null only when refused."
    )
    payment_ticket: PaymentTicket | None = answered_by(
        ticket_by_id, description="A payment that was started here; null only when refused."
    )
    premium_list_submission: PremiumListSubmission | None = answered_by(
        submission_by_id, description="A premium list that was handed in here; null only when refused."
    )
    node: Node | None = answered_by(
        node_by_id, description="The thing with this id.", directives=asks(Source.BRANCH_DATABASES)
    )
