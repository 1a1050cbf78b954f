"""The claims of a certificate in their canonical form, and the one digest over it that all faces carry.

Canonical is RFC 8785 (JSON Canonicalization Scheme), by the library rfc8785: any language can make the same bytes.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
import rfc8785

from gateway.certificates.refusals import NotGood, Reason
from gateway.domain.certificate import CertificateKind, CertifiedFact, Claims

VERSION = 1


def written(claims: Claims) -> dict[str, Any]:
    """The claims as the JSON that is digested. What is not set is absent."""
    said: dict[str, Any] = {
        "v": VERSION,
        "serial": claims.serial,
        "kind": claims.kind.value,
        "outcome": claims.outcome,
        "subject": dict(claims.subject),
        "facts": {fact.name: written_fact(fact) for fact in claims.facts},
        "issuedAt": claims.issued_at,
        "validUntil": claims.valid_until,
        "issuer": claims.issuer,
        "salt": claims.salt,
    }
    return said | {
        name: value for name, value in (("purpose", claims.purpose), ("redeemer", claims.redeemer)) if value is not None
    }


def written_fact(fact: CertifiedFact) -> dict[str, Any]:
    return {"value": fact.value, "source": fact.source, "saidAt": fact.said_at}


class _Fact(msgspec.Struct, forbid_unknown_fields=True):
    value: str | int | bool | None
    source: str
    said_at: int = msgspec.field(name="saidAt")


class _Written(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    v: int
    serial: str
    kind: CertificateKind
    outcome: str
    subject: dict[str, str]
    facts: dict[str, _Fact]
    issued_at: int
    valid_until: int
    issuer: str
    salt: str
    purpose: str | None = None
    redeemer: str | None = None


def read(said: Mapping[str, Any]) -> Claims:
    """The claims that were written so. Raises NotGood for what never was a whole certificate."""
    try:
        found = msgspec.convert(said, _Written)
    except msgspec.ValidationError:
        raise NotGood(Reason.MALFORMED) from None
    if found.v != VERSION:
        raise NotGood(Reason.MALFORMED)
    return Claims(
        serial=found.serial,
        kind=found.kind,
        outcome=found.outcome,
        subject=found.subject,
        facts=tuple(
            CertifiedFact(name=name, value=fact.value, source=fact.source, said_at=fact.said_at)
            for name, fact in found.facts.items()
        ),
        issued_at=found.issued_at,
        valid_until=found.valid_until,
        issuer=found.issuer,
        purpose=found.purpose,
        redeemer=found.redeemer,
        salt=found.salt,
    )


def canonical(said: Mapping[str, Any]) -> bytes:
    """Raises NotGood for what has no canonical form, such as an integer beyond 2^53."""
    try:
        return rfc8785.dumps(dict(said))
    except rfc8785.CanonicalizationError:
        raise NotGood(Reason.MALFORMED) from None


def digest_of(said: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical form, base64url without padding: 43 characters."""
    return base64url(hashlib.sha256(canonical(said)).digest())


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Only the one spelling that `base64url` writes: another of the same bytes is a changed text. Raises NotGood."""
    try:
        octets = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NotGood(Reason.MALFORMED) from None
    if base64url(octets) != text:
        raise NotGood(Reason.MALFORMED)
    return octets
