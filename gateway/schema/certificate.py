"""Certificates that a person hands to whoever asks (گواهی), their passcodes, and who redeemed them."""

import datetime
from typing import Annotated, Any

import strawberry
from graphql import GraphQLResolveInfo

from gateway.certificates import desk, grounds
from gateway.certificates.passcode import Passcode
from gateway.domain import certificate as domain
from gateway.domain.certificate import CertificateKind, CertificateState, PasscodeState
from gateway.domain.failure import Source
from gateway.resolvers.certificate import (
    Closed,
    download_path,
    facts_of,
    issued_at,
    outcome_in_words,
    passcodes_of,
    remedy_of,
    state_of,
    subject_of,
    valid_until,
)
from gateway.schema.access import Wording
from gateway.schema.answer import answered_by
from gateway.schema.connection import Edge, PageInfo
from gateway.schema.directives import PERSONAL, SPECIAL, list_of
from gateway.schema.enumeration import describe
from gateway.schema.request import IdempotencyKeyReused, InvalidInput, SystemBusy

describe(
    CertificateKind,
    "What is certified.",
    {
        "INSURANCE_LINK": "The link with the Organisation (service 5-2); that there is none is certified too.",
        "PENSION_STATUS": "Whether a pension is drawn (service 5-1); that there is none is certified too.",
        "CLEARANCE": "That a workshop owes nothing (Article 38; services 4 and 14).",
        "BUILDING_PREMIUM": "That a building's premium, a debt of the person, is paid in full (service 26).",
    },
)
describe(
    CertificateState,
    "How a certificate stands.",
    {
        "ISSUED": "It is good, and nobody has read it by passcode.",
        "REDEEMED": "It is good, and somebody has read it by passcode: see `redemptions`.",
        "EXPIRED": "Its time is over.",
        "REVOKED": "Its holder took it back.",
        "SUPERSEDED": "A newer one replaces it: see `supersededBy`.",
    },
)
describe(
    PasscodeState,
    "How a passcode stands.",
    {
        "OPEN": "It can be used.",
        "USED_UP": "It was used as often as it may be.",
        "EXPIRED": "Its time is over.",
        "WITHDRAWN": "Its holder took it back, or it was guessed at too often.",
    },
)
describe(
    grounds.Refusal,
    "Why nothing is certified.",
    {
        "FACT_UNAVAILABLE": "A system did not say what is needed; `code` and `retryAfter` tell more.",
        "FACT_STALE": "What is known is too old to certify, and the system does not say it anew.",
        "FACT_INCOMPLETE": "A branch that has to be asked is missing.",
        "PERSON_UNKNOWN": "The registry knows no such person.",
        "WORKSHOP_UNKNOWN": "The branch knows no such workshop.",
        "DEBT_UNKNOWN": "The person has no such debt.",
        "DEBT_OUTSTANDING": "Something is still owed.",
    },
)


@strawberry.type(description="A line of a certificate.")
class CertifiedLine:
    name: str | None = strawberry.field(description="Its name, always the same.", directives=PERSONAL)
    value: str | None = strawberry.field(
        description="What is certified; null: the system has not recorded it.", directives=SPECIAL
    )
    label: Wording | None = strawberry.field(description="The name in words.", directives=PERSONAL)
    text: Wording | None = strawberry.field(description="The value in words.", directives=SPECIAL)
    source: str | None = strawberry.field(
        description="The system that said it, or APPLICANT; null for whom it is about.", directives=PERSONAL
    )
    said_at: datetime.datetime | None = strawberry.field(
        description="When the system said it; null for whom it is about.", directives=PERSONAL
    )
    age_seconds: int | None = strawberry.field(
        description="How old it was when the certificate was issued.", directives=PERSONAL
    )


@strawberry.type(description="Somebody who read the certificate by passcode.")
class CertificateRedemption:
    at: datetime.datetime | None = strawberry.field(description="When.", directives=PERSONAL)
    reader: Wording | None = strawberry.field(
        description="Who: the agency by its contract, or the public page.", directives=PERSONAL
    )
    purpose: str | None = strawberry.field(description="What the holder made the passcode for.", directives=PERSONAL)


@strawberry.type(description="A passcode, without the passcode: it is shown once and kept nowhere.")
class CertificatePasscode:
    id: strawberry.ID | None = answered_by(
        lambda root: root.record.id, description="To withdraw it by.", directives=PERSONAL
    )
    state: PasscodeState | None = strawberry.field(description="How it stands.", directives=PERSONAL)
    purpose: str | None = answered_by(
        lambda root: root.record.purpose, description="What it was made for.", directives=PERSONAL
    )
    redeemer: str | None = answered_by(
        lambda root: root.record.redeemer,
        description="The name of the only agency that may use it; null: anyone.",
        directives=PERSONAL,
    )
    uses: int | None = answered_by(
        lambda root: root.record.uses, description="How often it may be used.", directives=PERSONAL
    )
    uses_left: int | None = answered_by(
        lambda root: root.record.uses_left, description="How often it may still be used.", directives=PERSONAL
    )
    created_at: datetime.datetime | None = answered_by(
        lambda root: root.record.created_at, description="When it was made.", directives=PERSONAL
    )
    expires_at: datetime.datetime | None = answered_by(
        lambda root: root.record.expires_at, description="Until when it may be used.", directives=PERSONAL
    )


@strawberry.type(
    description="A certificate: facts that systems said at one moment, signed. It has three faces (PDF, SD-JWT, QR), "
    "all with one digest; anyone can verify them offline."
)
class Certificate:
    serial: strawberry.ID | None = strawberry.field(description="Its serial (شناسه).", directives=PERSONAL)
    kind: CertificateKind | None = answered_by(
        lambda root: root.claims.kind, description="What is certified.", directives=PERSONAL
    )
    state: CertificateState | None = answered_by(state_of, description="How it stands.", directives=PERSONAL)
    outcome: str | None = answered_by(
        lambda root: root.claims.outcome,
        description="The answer in one word: ACTIVE, NO_LINK, NO_PENSION, CLEAR, PAID …",
        directives=PERSONAL,
    )
    text: Wording | None = answered_by(outcome_in_words, description="The answer in words.", directives=PERSONAL)
    subject: list[CertifiedLine] | None = answered_by(
        subject_of, description="Whom it is about.", directives=list_of(5)
    )
    facts: list[CertifiedLine] | None = answered_by(
        facts_of, description="The facts, with their sources and ages.", directives=list_of(10)
    )
    issued_at: datetime.datetime | None = answered_by(issued_at, description="When it was issued.", directives=PERSONAL)
    valid_until: datetime.datetime | None = answered_by(
        valid_until, description="Until when it is good.", directives=PERSONAL
    )
    issuer: str | None = answered_by(lambda root: root.claims.issuer, description="Who issued it.")
    purpose: str | None = answered_by(
        lambda root: root.claims.purpose, description="What for; null: for anything.", directives=PERSONAL
    )
    redeemer: str | None = answered_by(
        lambda root: root.claims.redeemer,
        description="The name of the only agency that it is made out to; null: anyone.",
        directives=PERSONAL,
    )
    digest: str | None = strawberry.field(
        description="SHA-256 over its canonical claims (RFC 8785), base64url: the same on all faces.",
        directives=PERSONAL,
    )
    superseded_by: str | None = strawberry.field(
        description="The serial of the one that replaces it.", directives=PERSONAL
    )
    credential: str | None = strawberry.field(
        description="The SD-JWT VC with all its disclosures: the holder's, to show facts from one by one.",
        directives=SPECIAL,
    )
    code: str | None = strawberry.field(description="The text of the QR code.", directives=SPECIAL)
    download: str | None = answered_by(
        download_path,
        description="Where the PDF is, on this host; with `/sd-jwt` or `/qr` for `/pdf`, the other faces. The token "
        "goes along in the same way.",
        directives=PERSONAL,
    )
    passcodes: list[CertificatePasscode] | None = answered_by(
        passcodes_of, description="Its passcodes, the newest first.", directives=list_of(5)
    )
    redemptions: list[CertificateRedemption] | None = strawberry.field(
        description="Who read it by passcode, the newest first.", directives=list_of(10)
    )

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, domain.Certificate)


@strawberry.type(description="A page of certificates, the newest first.")
class CertificateConnection:
    edges: list[Edge[Certificate]] = strawberry.field(description="The entries of this page with their cursors.")
    nodes: list[Certificate] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")


@strawberry.type(description="Why a fact is not certified.")
class NotCertifiableReason:
    reason: grounds.Refusal | None = answered_by(lambda root: root.refusal, description="Why.", directives=PERSONAL)
    source: Source | None = strawberry.field(description="The system that it is about.", directives=PERSONAL)
    code: str | None = strawberry.field(
        description="As in an error's `extensions.code`, where a system failed.", directives=PERSONAL
    )
    retry_after: float | None = strawberry.field(
        description="Seconds to wait before asking again, where it is known.", directives=PERSONAL
    )


@strawberry.type(
    description="Nothing was issued: a fact is missing, too old, or against it. Ask again with the same key."
)
class NotCertifiable:
    reasons: list[NotCertifiableReason] | None = strawberry.field(
        description="Each reason that was found.", directives=list_of(3)
    )

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, desk.NotIssued)


@strawberry.type(description="The certificate has come to its end; nothing was done.")
class CertificateNotInForce:
    certificate: Certificate | None = strawberry.field(description="As it stands.")

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, desk.NotInForce)


@strawberry.type(description="The certificate has as many passcodes that can be used as it may have.")
class TooManyPasscodes:
    most: int | None = strawberry.field(description="So many. Withdraw one first.")

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, desk.TooManyPasscodes)


@strawberry.type(description="A new passcode: shown now, and never again but to the same idempotency key.")
class MadePasscode:
    passcode: Passcode | None = strawberry.field(
        description="To be handed to whoever asks, with the certificate's serial.", directives=SPECIAL
    )
    expires_at: datetime.datetime | None = answered_by(
        lambda root: root.record.expires_at, description="Until when it may be used.", directives=PERSONAL
    )
    certificate: Certificate | None = strawberry.field(description="The certificate that it opens.")

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, desk.MadePasscode)


@strawberry.type(
    description="There is no such certificate, no such passcode, or it is used up, ended, or made for another: which "
    "of them is not said."
)
class PasscodeRefused:
    remedy: Wording = answered_by(remedy_of, description="What to do.")

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, desk.PasscodeRefused)


@strawberry.type(description="Passcodes are closed for a while: too many wrong ones, or they cannot be counted.")
class PasscodesClosed:
    retry_after: float = strawberry.field(description="Seconds to wait before.")

    @classmethod
    def is_type_of(cls, record: Any, _info: GraphQLResolveInfo[Any]) -> bool:
        return isinstance(record, Closed)


IssueCertificateResult = Annotated[
    Certificate | NotCertifiable | CertificateNotInForce | InvalidInput | IdempotencyKeyReused | SystemBusy,
    strawberry.union("IssueCertificateResult", description="The certificate as it was issued, or why there is none."),
]
CreatePasscodeResult = Annotated[
    MadePasscode | CertificateNotInForce | TooManyPasscodes | InvalidInput | IdempotencyKeyReused | SystemBusy,
    strawberry.union("CreatePasscodeResult", description="The passcode, or why there is none."),
]
CertificateActResult = Annotated[
    Certificate | InvalidInput | IdempotencyKeyReused | SystemBusy,
    strawberry.union("CertificateActResult", description="The certificate as it stands then, or why nothing was done."),
]
RedeemCertificateResult = Annotated[
    Certificate | PasscodeRefused | PasscodesClosed,
    strawberry.union("RedeemCertificateResult", description="The certificate, or why it is not shown."),
]
