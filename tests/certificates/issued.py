"""A certificate and its three faces, signed by an issuer of the test's own."""

import asyncio
import datetime
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from joserfc.jwk import ECKey

from gateway.certificates.claims import digest_of, written
from gateway.certificates.code import code_of
from gateway.certificates.credential import credential_of
from gateway.certificates.pades import PdfSigner
from gateway.certificates.pdf import pdf_of
from gateway.certificates.signing import IssuerKeys, TrustedKeys, new_key
from gateway.certificates.status_list import Status, StatusList, StatusReference, signed_list
from gateway.certificates.verifying import Asked, Trust, Verdict, verified
from gateway.domain.certificate import Certificate, CertificateKind, CertifiedFact, Claims
from gateway.domain.identifiers import NationalId

ISSUER = "https://gateway.example"
LIST = f"{ISSUER}/certificates/status/1"
PLACE = StatusReference(LIST, 4711)
ISSUED = 1_795_671_060  # 5 Azar 1405, 09:01 in Tehran
DAY = 86_400
_ALL = Asked()


def fact(name: str, value: str | int | bool | None, source: str = "BRANCH_DATABASES") -> CertifiedFact:
    return CertifiedFact(name=name, value=value, source=source, said_at=ISSUED - 60)


def claims_of(**changed: Any) -> Claims:
    said: dict[str, Any] = {
        "serial": "7KQ2M9XRW4TB3HZP",
        "kind": CertificateKind.INSURANCE_LINK,
        "outcome": "ACTIVE",
        "subject": {"nationalId": "0013542419", "firstName": "سارا", "lastName": "رضایی"},
        "facts": (
            fact("insuranceStatus", "ACTIVE"),
            fact("insuranceKind", "COMPULSORY"),
            fact("insuranceNumber", "00123456"),
            fact("branch", "0070"),
            fact("workshopName", "کارگاه نمونهٔ کاوه"),
            fact("since", "1392-04-01"),
            fact("branchFiles", 1),
        ),
        "issued_at": ISSUED,
        "valid_until": ISSUED + 90 * DAY,
        "issuer": ISSUER,
        "purpose": "ارائه به دادگاه خانواده",
        "redeemer": None,
        "salt": "c2FsdHNhbHRzYWx0c2FsdA",
    }
    return Claims(**said | changed)


@dataclass
class Issued:
    """All faces of one certificate. `statuses` are what the list says of others and of this one."""

    claims: Claims = field(default_factory=claims_of)
    keys: IssuerKeys = field(default_factory=lambda: IssuerKeys([new_key()]))
    holder: ECKey | None = None
    statuses: dict[int, Status] = field(default_factory=dict)

    @cached_property
    def certificate(self) -> Certificate:
        holder = self.holder.as_dict(private=False) if self.holder else None
        return Certificate(
            person=NationalId("0013542419"),
            claims=self.claims,
            digest=digest_of(written(self.claims)),
            credential=credential_of(self.claims, PLACE, self.keys, holder),
            code=code_of(self.claims, PLACE, self.keys),
        )

    @cached_property
    def page(self) -> bytes:
        return pdf_of(self.certificate, verify_at=f"{ISSUER}/verify")

    @cached_property
    def pdf(self) -> bytes:
        signer = PdfSigner(self.keys.current, "Organisation")
        with ThreadPoolExecutor(1) as thread:  # a test may have a loop of its own
            return thread.submit(lambda: asyncio.run(signer.signed(self.page))).result()

    @property
    def faces(self) -> dict[str, bytes]:
        return {
            "pdf": self.pdf,
            "credential": self.certificate.credential.encode(),
            "code": self.certificate.code.encode(),
        }

    def list_at(self, seconds: int = 0) -> str:
        """The list of states, made so long after the issue."""
        at = datetime.datetime.fromtimestamp(ISSUED + seconds, datetime.UTC)
        return signed_list(self.keys, LIST, self.statuses, at=at, ttl=3_600, lasts=7 * DAY)

    @property
    def trust(self) -> Trust:
        keys = TrustedKeys.of_jwks(self.keys.published())
        return Trust(keys, ISSUER, [StatusList.opened(self.list_at(), keys)])

    def verdict(self, document: bytes, *, after: int = 60, asked: Asked = _ALL, trust: Trust | None = None) -> Verdict:
        """`after` the issue, in seconds."""
        now = datetime.datetime.fromtimestamp(ISSUED + after, datetime.UTC)
        return verified(document, trust or self.trust, now, asked)
