"""What an answer is made of, noticed while it is made: which of its objects are whom, and where facts came from.

Both executors call `notice` for each object. The paths tell the record about whom each value of the answer is, and the
provenances how fresh it was, whether or not the client asked for either.
"""

from collections.abc import Callable, Sequence
from typing import Any

from gateway.certificates.desk import MadePasscode, NotInForce, NotIssued
from gateway.domain.certificate import Certificate
from gateway.domain.dependent import Dependent
from gateway.domain.failure import Code
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.lookup import Fact, Provenance
from gateway.domain.payment_ticket import PaymentTicket
from gateway.domain.premium_list import ListSubmission
from gateway.domain.request import ServiceRequest
from gateway.domain.workshop import Workshop
from gateway.loading.context import RequestContext
from gateway.requests.desk import AlreadyRequested, NotEligible, NotNow
from gateway.requests.payments.desk import Stands
from gateway.requests.payments.tickets import Treatment
from gateway.requests.premium_list.desk import CheckedList
from gateway.requests.premium_list.desk import Stands as ListStands
from gateway.resolvers.key import PersonKey
from gateway.resolvers.listing import Listing
from gateway.resolvers.paging import Connection
from gateway.resolvers.persons import PersonItem

# Besides these, the types that say where they come from.
NOTICED = frozenset(
    {
        "Person",
        "PersonItem",
        "Dependent",
        "Workshop",
        "ServiceRequest",
        "NotEligible",
        "AlreadyRequested",
        "NotInThisState",
        "Certificate",
        "NotCertifiable",
        "MadePasscode",
        "CertificateNotInForce",
        "PaymentTicket",
        "PaymentStands",
        "TreatmentEntitlement",
        "PremiumListSubmission",
        "PremiumListChecked",
        "PremiumListStands",
    }
)

Place = tuple[str | int, ...]

_LISTS = (list, tuple)
_WITH_ORIGIN = (Connection, Listing)  # most answers have some, as they have persons: looked for first


def notice(context: RequestContext, value: object, place_of: Callable[[], Place]) -> None:
    """`value` is a record, or a list of them that stands in one place."""
    if isinstance(value, _LISTS):
        place = place_of()
        if value and _notice_dependents(context, value, place):
            return
        for index, record in enumerate(value):
            if isinstance(record, Fact):  # most are, by far
                _notice_fact(context, record, lambda index=index: (*place, index))  # type: ignore[misc]
            else:
                _notice(context, record, lambda index=index: (*place, index))  # type: ignore[misc]
    elif isinstance(value, Fact):
        _notice_fact(context, value, place_of)
    else:
        _notice(context, value, place_of)


def _notice_dependents(context: RequestContext, records: Sequence[Any], place: Place) -> bool:
    """At once, where all are: they are most of whom large answers are made of."""
    persons: list[NationalId | None] = []
    for record in records:
        if record.__class__ is not Fact or record.faces is not None or record.value.__class__ is not Dependent:
            return False
        persons.append(record.value.national_id)
    context.persons_in[place] = persons
    for record in records:
        _note_origin(context, record.provenance)
    return True


def _notice(context: RequestContext, record: object, place_of: Callable[[], Place]) -> None:
    if isinstance(record, PersonKey):
        context.persons_at[place_of()] = record.national_id
    elif isinstance(record, _WITH_ORIGIN):
        _note_origin(context, record.provenance)
    elif isinstance(record, PersonItem):
        if record.code is Code.FORBIDDEN:
            context.persons_refused.append(NationalId.parse(record.national_id))
    elif isinstance(record, ServiceRequest | NotEligible):
        place = place_of()
        context.persons_at[place] = record.applicant
        context.types_at[place] = "ServiceRequest" if isinstance(record, ServiceRequest) else "NotEligible"
    elif isinstance(record, AlreadyRequested | NotNow):
        is_new = isinstance(record, AlreadyRequested)
        context.types_at[place_of()] = "AlreadyRequested" if is_new else "NotInThisState"
    elif isinstance(record, Certificate | NotIssued):
        place = place_of()
        context.persons_at[place] = record.person
        context.types_at[place] = "Certificate" if isinstance(record, Certificate) else "NotCertifiable"
    elif isinstance(record, MadePasscode):
        place = place_of()
        context.persons_at[place] = record.certificate.person
        context.types_at[place] = "MadePasscode"
    elif isinstance(record, NotInForce):
        context.types_at[place_of()] = "CertificateNotInForce"
    elif isinstance(record, PaymentTicket | Stands):
        place = place_of()
        context.persons_at[place] = record.payer
        context.types_at[place] = "PaymentTicket" if isinstance(record, PaymentTicket) else "PaymentStands"
    elif isinstance(record, ListSubmission):
        _at_workshop(context, place_of(), record.summary.workshop, "PremiumListSubmission")
    elif isinstance(record, CheckedList):
        _at_workshop(context, place_of(), record.workshop, "PremiumListChecked")
    elif isinstance(record, ListStands):
        _at_workshop(context, place_of(), record.submission.summary.workshop, "PremiumListStands")
    elif isinstance(record, Treatment):
        context.persons_at[place_of()] = record.ticket.payer


def _notice_fact(context: RequestContext, record: Any, place_of: Callable[[], Place]) -> None:
    _note_origin(context, record.provenance)
    if record.faces is not None:
        return  # of a group that names nobody: need not be read to know that
    value = record.value
    if isinstance(value, Dependent):
        context.persons_at[place_of()] = value.national_id
    elif isinstance(value, Workshop):
        place = place_of()
        context.workshops_at[place] = WorkshopKey(value.code, value.branch)
        if value.employer is not None:
            context.persons_at[place] = value.employer


def _note_origin(context: RequestContext, provenance: Provenance) -> None:
    noted = context.provenances
    if not noted or noted[-1] is not provenance:  # entries of one list have one
        noted.append(provenance)


def _at_workshop(context: RequestContext, place: Place, workshop: WorkshopKey, kind: str) -> None:
    context.workshops_at[place] = workshop
    context.types_at[place] = kind
