"""What an answer is made of, noticed while it is made: which of its objects are whom, and where facts came from.

`Executor` calls `notice` for each object. The paths tell the record about whom each value of the answer is, and the
provenances how fresh it was, whether or not the client asked for either.
"""

from graphql.pyutils import Path

from gateway.certificates.desk import MadePasscode, NotInForce, NotIssued
from gateway.domain.certificate import Certificate
from gateway.domain.dependent import Dependent
from gateway.domain.failure import Code
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.lookup import Fact
from gateway.domain.request import ServiceRequest
from gateway.domain.workshop import Workshop
from gateway.loading.context import RequestContext
from gateway.requests.desk import AlreadyRequested, NotEligible, NotNow
from gateway.resolvers.key import PersonKey
from gateway.resolvers.listing import Listing
from gateway.resolvers.paging import Connection
from gateway.resolvers.persons import PersonItem


def notice(context: RequestContext, path: Path, record: object) -> None:
    if isinstance(record, PersonKey):
        context.persons_at[tuple(path.as_list())] = record.national_id
    elif isinstance(record, ServiceRequest):
        context.persons_at[tuple(path.as_list())] = record.applicant
        context.types_at[tuple(path.as_list())] = "ServiceRequest"
    elif isinstance(record, NotEligible):
        context.persons_at[tuple(path.as_list())] = record.applicant
        context.types_at[tuple(path.as_list())] = "NotEligible"
    elif isinstance(record, AlreadyRequested | NotNow):
        is_new = isinstance(record, AlreadyRequested)
        context.types_at[tuple(path.as_list())] = "AlreadyRequested" if is_new else "NotInThisState"
    elif isinstance(record, Certificate | NotIssued):
        context.persons_at[tuple(path.as_list())] = record.person
        context.types_at[tuple(path.as_list())] = "Certificate" if isinstance(record, Certificate) else "NotCertifiable"
    elif isinstance(record, MadePasscode):
        context.persons_at[tuple(path.as_list())] = record.certificate.person
        context.types_at[tuple(path.as_list())] = "MadePasscode"
    elif isinstance(record, NotInForce):
        context.types_at[tuple(path.as_list())] = "CertificateNotInForce"
    elif isinstance(record, Fact):
        context.provenances.add(record.provenance)
        if isinstance(record.value, Dependent):
            context.persons_at[tuple(path.as_list())] = record.value.national_id
        elif isinstance(record.value, Workshop):
            place, workshop = tuple(path.as_list()), record.value
            context.workshops_at[place] = WorkshopKey(workshop.code, workshop.branch)
            if workshop.employer is not None:
                context.persons_at[place] = workshop.employer
    elif isinstance(record, Connection | Listing):
        context.provenances.add(record.provenance)
    elif isinstance(record, PersonItem) and record.code is Code.FORBIDDEN:
        context.persons_refused.append(NationalId.parse(record.national_id))
