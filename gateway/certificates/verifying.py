"""Verifies any face of a certificate offline, and says what is certified or why not. Asks nobody, needs no settings.

Whoever verifies knows the issuer: its name, its keys, and the newest lists of states that they keep.
"""

import datetime
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.certificates import claims as canonical_claims
from gateway.certificates import code, credential, signed_pdf
from gateway.certificates.refusals import NotGood, Reason
from gateway.certificates.sd_jwt import Presentation, bound
from gateway.certificates.signing import TrustedKeys
from gateway.certificates.status_list import Status, StatusList, StatusReference

SKEW = 60  # seconds that the clocks of issuer and verifier may differ


class Face(enum.Enum):
    PDF = "PDF"
    CREDENTIAL = "CREDENTIAL"
    CODE = "CODE"


@dataclass(frozen=True, slots=True)
class Trust:
    """`issuer` None takes whatever name the keys sign for."""

    keys: TrustedKeys
    issuer: str | None = None
    lists: Sequence[StatusList] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the verifier asks beside. `redeemer` is who verifies, where that is an agency with a contract.

    `needs` are facts without which the certificate is of no use, such as `facts.insuranceStatus` or
    `subject.nationalId`. `audience` and `nonce` are what the holder's proof has to be made for. Without `status`,
    whether it was revoked is left open.
    """

    redeemer: str | None = None
    needs: frozenset[str] = frozenset()
    audience: str | None = None
    nonce: str | None = None
    status: bool = True


@dataclass(slots=True, kw_only=True)
class Verdict:
    """`claims` are those that are shown, in their canonical names, and proven where `reason` is None.

    `hidden` counts what the holder did not show. `digest_held` says that all of it was shown and digested to what was
    signed. `status_as_of` is when the list was made that says it was not revoked, in seconds since 1970.
    """

    face: Face | None = None
    reason: Reason | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    digest: str | None = None
    digest_held: bool = False
    hidden: int = 0
    signer: str | None = None
    status_as_of: int | None = None

    @property
    def good(self) -> bool:
        return self.reason is None


def verified(document: bytes, trust: Trust, now: datetime.datetime, asked: Asked = Asked()) -> Verdict:
    """Never raises: what cannot be read is not good either."""
    verdict = Verdict()
    try:
        payload = _opened(document, trust, asked, verdict)
        _times(payload, now)
        _parties(verdict, trust, asked)
        _needs(verdict, asked)
        _state(payload, trust, now, asked, verdict)
    except NotGood as problem:
        verdict.reason = problem.reason
    return verdict


def _opened(document: bytes, trust: Trust, asked: Asked, verdict: Verdict) -> Mapping[str, Any]:
    """Proves the document by its kind; fills the verdict with what it says; the token's own claims."""
    if document.lstrip()[:5] == b"%PDF-":
        verdict.face = Face.PDF
        return _pdf(document, trust, verdict)
    try:
        text = document.decode("ascii").strip()
    except UnicodeDecodeError:
        raise NotGood(Reason.MALFORMED) from None
    if not text.isprintable() or " " in text:
        raise NotGood(Reason.MALFORMED)
    verdict.face = Face.CREDENTIAL if "~" in text else Face.CODE
    return _credential(text, trust, asked, verdict) if "~" in text else _code(text, trust, verdict)


def _pdf(document: bytes, trust: Trust, verdict: Verdict) -> Mapping[str, Any]:
    found = signed_pdf.opened(document, trust.keys)
    payload, said, _ = code.opened(found.code, trust.keys)
    whole = canonical_claims.written(canonical_claims.read(found.claims))
    verdict.claims, verdict.signer = whole, found.signer
    _digest(verdict, payload.get("dig"), whole)
    if not code.agrees(said, whole):
        raise NotGood(Reason.DIGEST)
    return payload


def _credential(text: str, trust: Trust, asked: Asked, verdict: Verdict) -> Mapping[str, Any]:
    presentation = Presentation.read(text)
    payload, shown, verdict.signer = credential.opened(presentation, trust.keys)
    verdict.claims, verdict.hidden = shown.claims, shown.hidden
    if shown.hidden:
        verdict.digest = str(payload.get("digest"))
    else:
        _digest(verdict, payload.get("digest"), shown.claims)
    holder = payload.get("cnf")
    if holder is not None:
        bound(presentation, _key_in(holder), audience=asked.audience, nonce=asked.nonce)
    elif presentation.binding is not None or asked.audience is not None or asked.nonce is not None:
        raise NotGood(Reason.HOLDER)
    return payload


def _key_in(holder: object) -> Mapping[str, Any]:
    key = holder.get("jwk") if isinstance(holder, dict) else None
    if not isinstance(key, dict):
        raise NotGood(Reason.MALFORMED)
    return key


def _code(text: str, trust: Trust, verdict: Verdict) -> Mapping[str, Any]:
    payload, verdict.claims, verdict.signer = code.opened(text, trust.keys)
    verdict.digest = str(payload.get("dig"))
    return payload


def _digest(verdict: Verdict, signed: object, whole: Mapping[str, Any]) -> None:
    verdict.digest = canonical_claims.digest_of(whole)
    if verdict.digest != signed:
        raise NotGood(Reason.DIGEST)
    verdict.digest_held = True


def _times(payload: Mapping[str, Any], now: datetime.datetime) -> None:
    moment = now.timestamp()
    issued, until = payload.get("iat"), payload.get("exp")
    if type(issued) is not int or type(until) is not int:
        raise NotGood(Reason.MALFORMED)
    if moment < issued - SKEW:
        raise NotGood(Reason.NOT_YET_VALID)
    if moment >= until:
        raise NotGood(Reason.EXPIRED)


def _parties(verdict: Verdict, trust: Trust, asked: Asked) -> None:
    if trust.issuer is not None and verdict.claims.get("issuer") != trust.issuer:
        raise NotGood(Reason.ISSUER)
    made_out_to = verdict.claims.get("redeemer")
    if made_out_to is not None and asked.redeemer is not None and made_out_to != asked.redeemer:
        raise NotGood(Reason.REDEEMER)


def _needs(verdict: Verdict, asked: Asked) -> None:
    shown = {f"{group}.{name}" for group in ("subject", "facts") for name in verdict.claims.get(group, {})}
    if not asked.needs <= shown | verdict.claims.keys():
        raise NotGood(Reason.DISCLOSURE_MISSING)


def _state(payload: Mapping[str, Any], trust: Trust, now: datetime.datetime, asked: Asked, verdict: Verdict) -> None:
    """The newest list that speaks of it decides, even one that is worth nothing any more: revoked stays revoked."""
    place = StatusReference.read(payload)
    of_it = sorted((one for one in trust.lists if one.uri == place.uri), key=lambda one: one.issued_at)
    status = of_it[-1].status_of(place.index) if of_it else None
    if status == Status.SUPERSEDED:
        raise NotGood(Reason.SUPERSEDED)
    if status not in (None, Status.VALID):
        raise NotGood(Reason.REVOKED)
    fresh = of_it and now.timestamp() < of_it[-1].expires_at
    if fresh:
        verdict.status_as_of = of_it[-1].issued_at
    elif asked.status:
        raise NotGood(Reason.STATUS_UNKNOWN)
