"""Signed receipts: a JWS that proves, without asking us, that a request was accepted, when, and under which code.

No name and no national code stands in it. `digest` is a keyed hash over what was asked, which only the Organisation
can compare: so a receipt found in the street tells of nobody, and a citizen can still prove what was handed in.
"""

import datetime
import hashlib
import hmac
from typing import Any

import msgspec
import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey

from gateway.loading.keyring import Keyring

TYPE = "tamin-receipt+jwt"
ALGORITHM = "Ed25519"
_REGISTRY = jws.JWSRegistry(algorithms=[ALGORITHM])
MAX_LENGTH = 16_384


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What a receipt says. `subject` is what it is a receipt for: a kind of request. `details` are in its own words."""

    issuer: str
    id: str
    subject: str
    tracking_code: str
    accepted_at: datetime.datetime
    digest: str
    details: dict[str, Any] = {}


class NotAReceipt(Exception):
    """It was not signed by any of these keys, or is no receipt at all."""


class Receipts:
    """Signs with one key, whose public half `jwks` shows."""

    def __init__(self, key: Ed25519PrivateKey, issuer: str, digest_key: bytes) -> None:
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._key = OKPKey.import_key(pem)
        self._kid = self._key.thumbprint()
        self._issuer, self._digest_key = issuer, digest_key

    @classmethod
    def of(cls, keyring: Keyring, issuer: str, key: bytes | None = None) -> "Receipts":
        """`key` is that of the settings; without it one is derived: the same on all replicas."""
        secret = key if key is not None else keyring.derive("requests.receipt")
        return cls(Ed25519PrivateKey.from_private_bytes(secret), issuer, keyring.derive("requests.receipt.digest"))

    def digest(self, content: bytes) -> str:
        return hmac.digest(self._digest_key, content, hashlib.sha256).hex()

    def sign(
        self,
        *,
        id: str,  # noqa: A002 - of the receipt's subject, as in JOSE's jti
        subject: str,
        tracking_code: str,
        accepted_at: datetime.datetime,
        content: bytes,
        details: dict[str, Any] | None = None,
    ) -> str:
        """A compact JWS. `content` is what was asked; only its keyed hash goes in."""
        claims = {
            "iss": self._issuer,
            "jti": id,
            "sub": subject,
            "iat": int(accepted_at.timestamp()),
            "tracking_code": tracking_code,
            "digest": self.digest(content),
            "details": details or {},
        }
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": self._kid}
        return jws.serialize_compact(header, orjson.dumps(claims), self._key, registry=_REGISTRY)

    @property
    def jwks(self) -> dict[str, Any]:
        """RFC 7517: the public key under which receipts verify."""
        public = self._key.as_dict(private=False)
        return {"keys": [public | {"kid": self._kid, "alg": ALGORITHM, "use": "sig"}]}


def verified(text: str, jwks: dict[str, Any]) -> Receipt:
    """What the receipt says, once its signature holds. Asks nobody. Raises NotAReceipt with a sentence."""
    if len(text) > MAX_LENGTH:
        raise NotAReceipt("it is longer than any receipt")
    try:
        keys = KeySet.import_key_set(jwks)  # type: ignore[arg-type]
        signed = jws.deserialize_compact(text.strip(), keys, registry=_REGISTRY)
        if signed.headers().get("typ") != TYPE:
            raise NotAReceipt("it is signed, and is no receipt")
        claims = orjson.loads(signed.payload)
        return Receipt(
            issuer=claims["iss"],
            id=claims["jti"],
            subject=claims["sub"],
            tracking_code=claims["tracking_code"],
            accepted_at=datetime.datetime.fromtimestamp(claims["iat"], datetime.UTC),
            digest=claims["digest"],
            details=claims["details"],
        )
    except (JoseError, ValueError, KeyError, TypeError) as problem:
        raise NotAReceipt(f"it was not signed by any of these keys ({type(problem).__name__})") from None
