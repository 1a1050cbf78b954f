"""Which fields of the graph a contract with an agency may name, read off the schema and two short lists."""

from collections.abc import Iterator, Mapping

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_interface_type,
    is_leaf_type,
)

from gateway.rights.grantable import Grantable, owner_of
from gateway.rights.scopes import STRUCTURAL
from gateway.schema.directives import SensitiveDirective, SensitivityLevel

# What tells of health or death is granted field by field here before a contract can name it; pictures never are.
SPECIAL_THAT_CONTRACTS_MAY_GRANT = frozenset(
    {
        "Identity.lifeStatus",
        "Identity.death",
        "Pension.kind",
        "CertifiedLine.value",  # whoever redeems a certificate was handed it by its holder
        "CertifiedLine.text",
    }
)

CLOSED: Mapping[str, str] = {
    "Query.me": "an agency is no person",
    "Query.workshop": "a relation holds persons, no workshops",
    "Person.photo": "pictures are given to no agency",
    "Person.requests": "what a person asks for is between them and the Organisation",
    "Person.eligibility": "what a person may ask for is between them and the Organisation",
    "Workshop.eligibility": "a relation holds persons, no workshops",
    "Person.paymentTickets": "what a person pays here is between them and the Organisation",
    "Person.treatment": "what a person pays here is between them and the Organisation",
    "Query.paymentTicket": "what a person pays here is between them and the Organisation",
    "Debt.paidHere": "what a person pays here is between them and the Organisation",
    "Query.premiumListSubmission": "a list is between a workshop and its branch",
    "Query.request": "what a person asks for is between them and the Organisation",
    "Person.certificates": "a person hands over what they choose to, by passcode",
    "Query.certificate": "a person hands over what they choose to, by passcode",
    **dict.fromkeys(
        (
            "Certificate.supersededBy",
            "Certificate.credential",
            "Certificate.code",
            "Certificate.download",
            "Certificate.passcodes",
            "Certificate.redemptions",
        ),
        "it is the holder's own",
    ),
    "Person.accessLog": "who read what about a person is for that person alone",
}
CLOSED_TYPES: Mapping[str, str] = {
    "Workshop": CLOSED["Query.workshop"],
    "Photo": CLOSED["Person.photo"],
    "AccessLogEntry": CLOSED["Person.accessLog"],
    **dict.fromkeys(
        ("PaymentTicket", "TreatmentEntitlement", "PaymentStands", "NoSuchPayment"),
        CLOSED["Person.paymentTickets"],
    ),
    **dict.fromkeys(
        (
            "PremiumListSubmission",
            "PremiumListSummary",
            "PremiumListChecked",
            "PremiumListCodePages",
            "PremiumListFault",
            "PremiumListStands",
        ),
        CLOSED["Query.premiumListSubmission"],
    ),
    **dict.fromkeys(
        (
            "CertificatePasscode",
            "CertificateRedemption",
            "NotCertifiable",
            "NotCertifiableReason",
            "CertificateNotInForce",
            "TooManyPasscodes",
            "MadePasscode",
        ),
        CLOSED["Certificate.passcodes"],
    ),
    **dict.fromkeys(
        (
            "Mutation",
            "Subscription",
            "ServiceRequest",
            "RequestStep",
            "EligibilityReason",
            "ServiceLevel",
            "Appointment",
            "CommissionDetails",
            "Figure",
            "Eligibility",
            "InvalidInput",
            "NotEligible",
            "AlreadyRequested",
            "NotInThisState",
            "IdempotencyKeyReused",
            "SystemBusy",
        ),
        CLOSED["Person.requests"],
    ),
}


# What agencies do themselves.
OPEN_TO_AGENCIES = frozenset({"Mutation.redeemCertificate"})
OWNERS_OPEN_TO_AGENCIES = frozenset(owner_of(coordinate) for coordinate in OPEN_TO_AGENCIES)


def grantable_of(graph: GraphQLSchema) -> Grantable:
    leaves: set[str] = set()
    groups: dict[str, frozenset[str]] = {}
    structural: set[str] = set()
    closed: dict[str, str] = {}
    for coordinate, field in fields_of(graph):
        kind = get_named_type(field.type)
        if coordinate in CLOSED:
            closed[coordinate] = CLOSED[coordinate]
        elif owner_of(coordinate) in CLOSED_TYPES and coordinate not in STRUCTURAL | OPEN_TO_AGENCIES:
            closed[coordinate] = CLOSED_TYPES[owner_of(coordinate)]
        elif is_special(field) and coordinate not in SPECIAL_THAT_CONTRACTS_MAY_GRANT:
            closed[coordinate] = "it is a special fact that agencies are not given"
        elif coordinate in STRUCTURAL:
            structural.add(coordinate)
        elif is_fact(kind):
            leaves.add(coordinate)
        else:
            groups[coordinate] = frozenset(_led_to(graph, kind))
    assert graph.query_type  # noqa: S101 - ours has one
    roots = frozenset(_led_to(graph, graph.query_type)) - CLOSED_TYPES.keys() | OWNERS_OPEN_TO_AGENCIES
    return Grantable(frozenset(leaves), groups, frozenset(structural), closed, roots)


def fields_of(graph: GraphQLSchema) -> Iterator[tuple[str, GraphQLField]]:
    """All fields by coordinate, without introspection's own."""
    for name, kind in graph.type_map.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__"):
            for field_name, field in kind.fields.items():
                yield f"{name}.{field_name}", field


def is_fact(kind: GraphQLNamedType) -> bool:
    """A value; a date counts as one, and so do words in two languages, though both are objects."""
    return is_leaf_type(kind) or kind.name in {"Day", "Wording"}


def is_special(field: GraphQLField) -> bool:
    said = field.extensions["strawberry-definition"].directives
    return any(isinstance(one, SensitiveDirective) and one.level is SensitivityLevel.SPECIAL for one in said)


def _led_to(graph: GraphQLSchema, kind: GraphQLNamedType) -> set[str]:
    """The types below a group whose fields contracts name: through pages, entries of `persons`, interfaces."""
    found: set[str] = set()
    waiting, seen = [kind], {kind.name}
    while waiting:
        one = waiting.pop()
        if isinstance(one, GraphQLUnionType):
            below: list[GraphQLNamedType] = list(one.types)
        elif is_interface_type(one):
            below = list(graph.get_implementations(one).objects)
        elif isinstance(one, GraphQLObjectType):
            led = {name: f"{one.name}.{name}" in STRUCTURAL - CLOSED.keys() for name in one.fields}
            if not all(led.values()):
                found.add(one.name)
            below = [get_named_type(field.type) for name, field in one.fields.items() if led[name]]
        else:
            below = []
        waiting += [further for further in below if further.name not in seen]
        seen.update(further.name for further in below)
    return found
