"""A person: a key. Each field asks its own system, all of them at once."""

from typing import Any

import strawberry
from graphql import GraphQLResolveInfo

from gateway.domain.failure import Source
from gateway.domain.identifiers import NationalId
from gateway.resolvers.access import access_log_of
from gateway.resolvers.certificate import certificates_of
from gateway.resolvers.contribution import records_of, summary_of
from gateway.resolvers.debt import debts_of_person
from gateway.resolvers.dependent import dependents_of
from gateway.resolvers.identity import identity_of, photo_of
from gateway.resolvers.insurance import insurance_of
from gateway.resolvers.key import PersonKey
from gateway.resolvers.node import person_id
from gateway.resolvers.payment import payments_of
from gateway.resolvers.payment_ticket import tickets_of, treatments_of
from gateway.resolvers.pension import pension_of
from gateway.resolvers.request import eligibility_of_person, requests_of
from gateway.resolvers.unemployment import unemployment_of
from gateway.schema.access import AccessLogConnection
from gateway.schema.answer import answered_by
from gateway.schema.certificate import CertificateConnection
from gateway.schema.contribution import ContributionRecordConnection, ContributionSummary
from gateway.schema.debt import DebtConnection
from gateway.schema.dependent import Dependent
from gateway.schema.directives import ASSESSING, PERSONAL, asks, connection_of, list_of
from gateway.schema.identity import Identity, Photo
from gateway.schema.insurance import Insurance
from gateway.schema.node import Node
from gateway.schema.payment import PremiumPaymentConnection
from gateway.schema.payment_ticket import PaymentTicketConnection, TreatmentEntitlement
from gateway.schema.pension import Pension
from gateway.schema.request import Eligibility, ServiceRequestConnection
from gateway.schema.unemployment import UnemploymentCase


@strawberry.type(
    description="A person. Being here says nothing of what the systems know: each field below asks its own system, and "
    "fails alone. Null without an error: asked, and there is none."
)
class Person(Node):
    id: strawberry.ID = answered_by(person_id, description="An opaque id, good for `node`.")
    national_id: NationalId | None = strawberry.field(description="The national code (کد ملی).", directives=PERSONAL)
    identity: Identity | None = answered_by(
        identity_of,
        description="Who the person is; null if the registry knows no such person.",
        directives=asks(Source.CIVIL_REGISTRY, weight=20),
    )
    photo: Photo | None = answered_by(
        photo_of,
        description="The registry's picture: a call of its own, so ask for it only to show it.",
        directives=asks(Source.CIVIL_REGISTRY, weight=20),
    )
    dependents: list[Dependent] | None = answered_by(
        dependents_of,
        description="Whom the person supports (افراد تبعی); empty if nobody.",
        directives=[*asks(Source.BRANCH_DATABASES), *list_of(10)],
    )
    insurance: Insurance | None = answered_by(
        insurance_of,
        description="The person's link to the Organisation (ارتباط بیمه‌ای).",
        directives=asks(Source.BRANCH_DATABASES),
    )
    contribution_summary: ContributionSummary | None = answered_by(
        summary_of,
        description="Sums of the contributions; null with an error if a branch that they need cannot be asked.",
        directives=asks(Source.BRANCH_DATABASES),
    )
    contribution_records: ContributionRecordConnection | None = answered_by(
        records_of,
        description="Contributions month by month (سوابق), the newest first.",
        directives=[*asks(Source.BRANCH_DATABASES), *connection_of()],
    )
    pension: Pension | None = answered_by(
        pension_of, description="The person's pension (مستمری).", directives=asks(Source.BRANCH_DATABASES)
    )
    unemployment: UnemploymentCase | None = answered_by(
        unemployment_of,
        description="The newest unemployment case (بیمه بیکاری).",
        directives=asks(Source.LABOUR_MINISTRY),
    )
    payments: PremiumPaymentConnection | None = answered_by(
        payments_of,
        description="Premiums that the person paid, the newest first; null if the bank knows of none.",
        directives=[*asks(Source.BANK_REFAH), *connection_of()],
    )
    payment_tickets: PaymentTicketConnection | None = answered_by(
        tickets_of,
        description="Payments that were started here, the newest first.",
        directives=connection_of(),
    )
    treatment: list[TreatmentEntitlement] | None = answered_by(
        treatments_of,
        description="What confirmed premiums have opened, the newest first, until the branches book it themselves; "
        "empty if nothing.",
        directives=list_of(12),
    )
    debts: DebtConnection | None = answered_by(
        debts_of_person,
        description="What the person owes, the newest first; null if no branch knows the person.",
        directives=[*asks(Source.BRANCH_DATABASES), *connection_of()],
    )
    requests: ServiceRequestConnection | None = answered_by(
        requests_of,
        description="What the person has asked the Organisation for, the newest first.",
        directives=connection_of(),
    )
    eligibility: Eligibility | None = answered_by(
        eligibility_of_person,
        description="Whether the person may have a service, and why not; nothing is asked for.",
        directives=ASSESSING,
    )
    certificates: CertificateConnection | None = answered_by(
        certificates_of,
        description="Certificates that were issued to the person (گواهی‌ها), the newest first.",
        directives=connection_of(),
    )
    access_log: AccessLogConnection | None = answered_by(
        access_log_of,
        description="Who read what about the person, when and why (گزارش دسترسی); shown to the person alone.",
        directives=connection_of(),
    )

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, PersonKey)
