"""The QR face: a compact signed claim set, small enough to print, that verifies without asking anybody.

It carries the digest and what a reader must compare with the paper: what, about whom, the answer, the times. The facts
themselves stand on the paper and in the credential.
"""

import io
from collections.abc import Mapping
from typing import Any

import segno

from gateway.certificates.claims import digest_of, written
from gateway.certificates.signing import IssuerKeys, TrustedKeys
from gateway.certificates.status_list import StatusReference
from gateway.domain.certificate import Claims

TYPE = "tamin-code+jwt"
_NAMES = {
    "iss": "issuer",
    "jti": "serial",
    "iat": "issuedAt",
    "exp": "validUntil",
    "knd": "kind",
    "out": "outcome",
    "rdm": "redeemer",
}


def code_of(claims: Claims, status: StatusReference, keys: IssuerKeys) -> str:
    said = written(claims)
    payload = {short: said[name] for short, name in _NAMES.items() if name in said}
    payload |= {"sub": said["subject"], "dig": digest_of(said), "status": status.written()}
    return keys.sign(TYPE, payload)


def opened(code: str, keys: TrustedKeys) -> tuple[dict[str, Any], dict[str, Any], str]:
    """The token's own claims, what it says of the certificate, and who signed. Raises NotGood."""
    payload, signer = keys.opened(code, TYPE)
    said = {name: payload[short] for short, name in _NAMES.items() if short in payload}
    said["subject"] = payload.get("sub", {})
    return payload, said, signer


def agrees(said: Mapping[str, Any], whole: Mapping[str, Any]) -> bool:
    """Whether the code is about this certificate."""
    return all(whole.get(name) == value for name, value in said.items())


def picture_of(code: str, kind: str = "svg") -> bytes:
    """The QR code, `svg` or `png`; error correction M, 4 modules of quiet zone. White paper is part of it."""
    drawn = io.BytesIO()
    qr = segno.make_qr(code, error="m")
    if kind == "svg":
        qr.save(drawn, kind="svg", scale=4, light="#fff", xmldecl=False, nl=False)
    else:
        qr.save(drawn, kind="png", scale=6, light="#fff")
    return drawn.getvalue()
