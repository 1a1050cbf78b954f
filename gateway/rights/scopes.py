"""Which scopes each field of the graph needs: the one table of it. Printed in the schema as `@requiresScopes`.

Read a line as: of the type on the left, these fields need that scope. `a | b`: one of them suffices; `a & b`: both are
needed. Scopes say what kind of fact a caller may see at all; a contract narrows that to single fields, and a relation
to persons. A field that is not here is closed to everybody.
"""

import functools
from collections.abc import Mapping
from types import MappingProxyType

from gateway.domain.caller import CallerKind
from gateway.domain.services import SERVICES

GRAPH = "graph"
_SERVICES = " ".join(service.mutation for service in SERVICES.values())

_TABLE: Mapping[str, Mapping[str, str]] = {
    "Query": {
        GRAPH: "me person persons workshop node",
        "requests:read": "request",
        "payments:read": "paymentTicket",
        "certificates:read": "certificate",
        "workshop:read": "premiumListSubmission",
    },
    "Mutation": {
        "requests:write": f"{_SERVICES} withdrawRequest supplyInformation appealRequest",
        "workshop:read & requests:write": "validatePremiumList submitPremiumList",
        "payments:write": "startPremiumPayment startDebtPayment startPartMonthPayment confirmPremiumPayment",
        "certificates:write": "issueCertificate createPasscode withdrawPasscode revokeCertificate",
        "certificates:redeem": "redeemCertificate",
    },
    "Subscription": {"requests:read": "requestUpdated"},
    "PersonItem": {GRAPH: "nationalId person code"},
    "Node": {GRAPH: "id"},
    "Person": {
        GRAPH: "id",
        "identity:read": "nationalId identity",
        "photo:read": "photo",
        "dependents:read": "dependents",
        "insurance:read": "insurance",
        "contributions:read": "contributionSummary contributionRecords",
        "pension:read": "pension",
        "unemployment:read": "unemployment",
        "payments:read": "payments paymentTickets treatment",
        "debts:read": "debts",
        "access-log:read": "accessLog",
        "requests:read": "requests eligibility",
        "certificates:read": "certificates",
    },
    "Identity": {
        GRAPH: "provenance",
        "identity:read": "nationalId firstName lastName fatherName gender birth lifeStatus death shenasname",
    },
    "Shenasname": {"identity:read": "number series serial issuePlace"},
    "Photo": {GRAPH: "provenance", "photo:read": "mediaType base64"},
    "Dependent": {
        GRAPH: "provenance",
        "dependents:read": "nationalId relation firstName lastName birth since coverage branch person",
    },
    "Coverage": {"dependents:read": "status until"},
    "Insurance": {GRAPH: "provenance", "insurance:read": "status current links"},
    "InsuranceLink": {"insurance:read": "insuranceNumber branch kind status workshop workshopName since"},
    "ContributionSummary": {
        GRAPH: "provenance",
        "contributions:read": "days months byKind firstMonth lastMonth gaps lastNinetyDays",
    },
    "KindSum": {"contributions:read": "kind days months"},
    "ContributionGap": {"contributions:read": "since until months"},
    "WageBase": {"contributions:read": "days wage"},
    "ContributionRecord": {
        "contributions:read": "month workshop workshopName branch kind days wage premium job listNumber standing",
    },
    "Pension": {
        GRAPH: "provenance",
        "pension:read": "number kind status baseDate endDate monthlyAmount lastPayment lastPaymentAmount branch",
    },
    "UnemploymentCase": {
        GRAPH: "provenance",
        "unemployment:read": "trackingCode stage approval registeredOn referredOn lostJobOn married dependants "
        "drawnMonths alsoRegisteredAs",
        "unemployment:read & contributions:read": "entitlement",
    },
    "Entitlement": {
        GRAPH: "provenance",
        "unemployment:read & contributions:read": "contributionMonths monthsEntitled monthsDrawn monthsLeft "
        "averageDailyWage dailyBenefit",
    },
    "PremiumPayment": {
        "payments:read": "identifier state amount due kind period paidAt confirmedAt rrn traceNumber findings",
    },
    "PaymentTicket": {
        GRAPH: "id",
        "payments:read": "purpose state text amount billIdentifier paymentIdentifier paymentPage openedAt expiresAt "
        "kind period debtNumber debtBranch paidAt rrn traceNumber confirmedAt findings",
    },
    "PaymentTicketConnection": {GRAPH: "edges nodes pageInfo"},
    "PaymentTicketEdge": {GRAPH: "cursor node"},
    "TreatmentEntitlement": {GRAPH: "provenance", "payments:read": "since kind period payment"},
    "PaymentStands": {"payments:write": "ticket payment"},
    "NoSuchPayment": {"payments:write": "problem"},
    "PremiumListSubmission": {
        GRAPH: "id",
        "workshop:read": "list state text trackingCode acceptedAt receipt branchNumber answeredAt refusal",
    },
    "PremiumListSummary": {
        "workshop:read": "workshop branch month number contractRow workers days dailyWages monthlyWages benefits "
        "insurable gross insuredShare employerShare unemployment",
    },
    "PremiumListChecked": {"workshop:read": "list faultless faultCount complete codePages faults"},
    "PremiumListCodePages": {"workshop:read": "header workers"},
    "PremiumListFault": {"workshop:read": "file row column rule found needed text"},
    "PremiumListFaultConnection": {GRAPH: "edges nodes pageInfo"},
    "PremiumListFaultEdge": {GRAPH: "cursor node"},
    "PremiumListStands": {"workshop:read": "submission"},
    "Workshop": {
        GRAPH: "id provenance",
        "workshop:read & requests:read": "eligibility",
        "workshop:read": "code branch name employerName employer address active debts claimOrders "
        "electronicNoticeAgreement instalmentQuote",
    },
    "InstalmentQuote": {"workshop:read": "reasons principal charge total instalments ifOneIsMissed"},
    "Instalment": {"workshop:read": "number principal charge amount"},
    "NoticeAgreement": {"workshop:read": "agreedAt"},
    "ClaimOrders": {GRAPH: "entries provenance"},
    "ClaimOrder": {"workshop:read": "number kind branch debtNumber issued served amount"},
    "Debt": {
        "debts:read | workshop:read": "number branch workshop debtor stage reason periodSince periodUntil issued "
        "served ruled amount remaining premium unemploymentPremium other ledger paidHere",
    },
    "Ledger": {GRAPH: "entries provenance"},
    "LedgerEntry": {"debts:read | workshop:read": "sequence date kind amount balance description"},
    "ContributionRecordConnection": {GRAPH: "edges nodes pageInfo complete gaps provenance"},
    "ContributionRecordEdge": {GRAPH: "cursor node"},
    "PremiumPaymentConnection": {
        GRAPH: "edges nodes pageInfo complete gaps provenance",
        "payments:read": "totalCount",
    },
    "PremiumPaymentEdge": {GRAPH: "cursor node"},
    "DebtConnection": {GRAPH: "edges nodes pageInfo complete gaps provenance"},
    "DebtEdge": {GRAPH: "cursor node"},
    "AccessLogConnection": {GRAPH: "edges nodes pageInfo"},
    "AccessLogEntryEdge": {GRAPH: "cursor node"},
    "AccessLogEntry": {"access-log:read": "at reader purpose legalBasis groups"},
    "ServiceRequest": {
        GRAPH: "id",
        "requests:read": "kind title trackingCode state text steps acceptedAt assessment reasons receipt serviceLevel "
        "details results officeNumber instance needs informationUntil appointment outcome appealUntil "
        "withdrawalAskedAt commission",
    },
    "RequestStep": {"requests:read": "state at text note"},
    "EligibilityReason": {"requests:read | payments:write": "rule found needed source text"},
    "Figure": {"requests:read": "name value label"},
    "Eligibility": {"requests:read": "service title eligible reasons figures unread"},
    "ServiceLevel": {"requests:read": "workingDays due late"},
    "Appointment": {"requests:read": "at place"},
    "CommissionDetails": {"requests:read": "subject ground"},
    "ServiceRequestConnection": {GRAPH: "edges nodes pageInfo"},
    "ServiceRequestEdge": {GRAPH: "cursor node"},
    "Certificate": {
        "certificates:read | certificates:redeem": "serial kind state outcome text subject facts issuedAt validUntil "
        "issuer purpose redeemer digest",
        "certificates:read": "supersededBy credential code download passcodes redemptions",
    },
    "CertifiedLine": {"certificates:read | certificates:redeem": "name value label text source saidAt ageSeconds"},
    "CertificatePasscode": {
        "certificates:read": "id state purpose redeemer uses usesLeft createdAt expiresAt",
    },
    "CertificateRedemption": {"certificates:read": "at reader purpose"},
    "CertificateConnection": {GRAPH: "edges nodes pageInfo"},
    "CertificateEdge": {GRAPH: "cursor node"},
    "NotCertifiable": {"certificates:write": "reasons"},
    "NotCertifiableReason": {"certificates:write": "reason source code retryAfter"},
    "CertificateNotInForce": {"certificates:write": "certificate"},
    "TooManyPasscodes": {"certificates:write": "most"},
    "MadePasscode": {"certificates:write": "passcode expiresAt certificate"},
    "PasscodeRefused": {GRAPH: "remedy"},
    "PasscodesClosed": {GRAPH: "retryAfter"},
    "InvalidInput": {"requests:write | payments:write | certificates:write": "field problem"},
    "NotEligible": {"requests:write | payments:write": "reasons"},
    "AlreadyRequested": {"requests:write": "request"},
    "NotInThisState": {"requests:write": "request"},
    "IdempotencyKeyReused": {"requests:write | payments:write | certificates:write": "problem"},
    "SystemBusy": {"requests:write | payments:write | certificates:write": "retryAfter"},
    "Wording": {GRAPH: "fa en"},
    "PageInfo": {GRAPH: "hasNextPage hasPreviousPage startCursor endCursor"},
    "Gap": {GRAPH: "branch code retryable retryAfter"},
    "Provenance": {GRAPH: "source fetchedAt freshness ageSeconds"},
    "Day": {GRAPH: "jalali gregorian precision"},
}

_OF_ONESELF = frozenset(
    {
        GRAPH,
        "identity:read",
        "photo:read",
        "dependents:read",
        "insurance:read",
        "contributions:read",
        "pension:read",
        "unemployment:read",
        "payments:read",
        "debts:read",
        "access-log:read",
        "requests:read",
        "requests:write",
        "certificates:read",
        "certificates:write",
        "payments:write",
    }
)

Required = tuple[tuple[str, ...], ...]
"""As in `@requiresScopes(scopes: [["a", "b"], ["c"]])`: a and b, or else c."""


def _required(line: str) -> Required:
    return tuple(tuple(scope.strip() for scope in both.split("&")) for both in line.split("|"))


REQUIRED: Mapping[str, Required] = MappingProxyType(
    {
        f"{owner}.{name}": _required(line)
        for owner, lines in _TABLE.items()
        for line, names in lines.items()
        for name in names.split()
    }
)

# They hold no fact either, and contracts name them: so a contract says whether it finds persons one by one or in bulk.
WAYS_IN = frozenset({"Query.person", "Query.persons", "Query.node", "Query.workshop"})

# Fields that hold no fact themselves and follow the field that leads to them: no contract names them.
STRUCTURAL = frozenset(coordinate for coordinate, required in REQUIRED.items() if required == ((GRAPH,),)) - WAYS_IN

ALL = frozenset(scope for required in REQUIRED.values() for both in required for scope in both)

# What a supporter sees of a dependant, besides the branch's own `Dependent`.
SEEN_OF_DEPENDANT = frozenset({"Person.id", "Person.nationalId", "Person.identity", "Person.insurance"})


def scopes_of_kind(kind: CallerKind, *, sandbox: bool) -> frozenset[str]:
    """What tokens of a kind stand for. An agency's scopes come from its contract alone."""
    match kind:
        case CallerKind.CITIZEN:
            return _OF_ONESELF
        case CallerKind.EMPLOYER:
            return _OF_ONESELF | {"workshop:read"}
        case CallerKind.DEVELOPER if sandbox:
            return ALL
        case CallerKind.DEVELOPER | CallerKind.OPERATOR:
            return frozenset({GRAPH})
        case CallerKind.AGENCY:
            return frozenset()


@functools.lru_cache(maxsize=1_024)
def scopes_of_fields(fields: frozenset[str]) -> frozenset[str]:
    """What a contract that names these fields stands for."""
    return frozenset({GRAPH}) | {s for field in fields for both in REQUIRED.get(field, ()) for s in both}
