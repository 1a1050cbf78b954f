"""Certificates that a person hands to whoever asks (domain.md 1.3), their passcodes, and who redeemed them."""

import datetime
import enum

import msgspec

from gateway.domain.access import Wording
from gateway.domain.identifiers import NationalId

Value = str | int | bool | None


class CertificateKind(enum.Enum):
    """Services 5-2, 5-1, 4 with 14, and 26."""

    INSURANCE_LINK = "INSURANCE_LINK"
    PENSION_STATUS = "PENSION_STATUS"
    CLEARANCE = "CLEARANCE"
    BUILDING_PREMIUM = "BUILDING_PREMIUM"


class CertificateState(enum.Enum):
    """REDEEMED as soon as somebody read it once; it can be read again. The last three end it."""

    ISSUED = "ISSUED"
    REDEEMED = "REDEEMED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    SUPERSEDED = "SUPERSEDED"


class CertifiedFact(msgspec.Struct, frozen=True, kw_only=True):
    """One fact as its source said it. `said_at` in whole seconds since 1970, so that its age can be told."""

    name: str
    value: Value
    source: str
    said_at: int


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """All that one certificate says. Times in whole seconds since 1970; `subject` says whom it is about.

    `outcome` is the answer in one word (ACTIVE, NO_LINK …). `redeemer` is the contract of the only agency it is made
    out to, None for anyone. `salt` is random: without it, who knows the digest could guess what a certificate hides.
    """

    serial: str
    kind: CertificateKind
    outcome: str
    subject: dict[str, str]
    facts: tuple[CertifiedFact, ...]
    issued_at: int
    valid_until: int
    issuer: str
    purpose: str | None = None
    redeemer: str | None = None
    salt: str


class Redemption(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody read the certificate by its passcode. `contract` is None for the public page."""

    at: datetime.datetime
    reader: Wording
    contract: str | None
    purpose: str | None


class PasscodeState(enum.Enum):
    """The passcode's own; the certificate has another."""

    OPEN = "OPEN"
    USED_UP = "USED_UP"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


class PasscodeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a passcode after it was shown once: everything but the passcode."""

    id: str
    purpose: str
    redeemer: str | None
    uses: int
    uses_left: int
    created_at: datetime.datetime
    expires_at: datetime.datetime
    withdrawn: bool = False

    def state(self, now: datetime.datetime) -> PasscodeState:
        if self.withdrawn:
            return PasscodeState.WITHDRAWN
        if self.uses_left <= 0:
            return PasscodeState.USED_UP
        return PasscodeState.EXPIRED if now >= self.expires_at else PasscodeState.OPEN


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """As the house keeps it. `credential` is the SD-JWT with all its disclosures, `code` the text of the QR."""

    person: NationalId
    claims: Claims
    digest: str
    credential: str
    code: str
    revoked_at: datetime.datetime | None = None
    superseded_by: str | None = None
    passcodes: tuple[PasscodeRecord, ...] = ()
    redemptions: tuple[Redemption, ...] = ()

    @property
    def serial(self) -> str:
        return self.claims.serial

    def state(self, now: datetime.datetime) -> CertificateState:
        if self.revoked_at is not None:
            return CertificateState.REVOKED
        if self.superseded_by is not None:
            return CertificateState.SUPERSEDED
        if now.timestamp() >= self.claims.valid_until:
            return CertificateState.EXPIRED
        return CertificateState.REDEEMED if self.redemptions else CertificateState.ISSUED
