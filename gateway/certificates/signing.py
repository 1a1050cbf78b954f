"""The issuer's keys: one signs, all verify. ES256 alone, since every browser's WebCrypto has it.

A retired key stays published, so what it signed verifies until it expires; a key is named by its thumbprint (RFC 7638).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from gateway.certificates.claims import from_base64url
from gateway.certificates.refusals import NotGood, Reason
from gateway.loading.keyring import Keyring

ALGORITHM = "ES256"
CURVE = "P-256"
MOST = 64_000  # characters of one token
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186-5)
_OURS = jws.JWSRegistry(algorithms=[ALGORITHM])
_OURS.max_payload_length = MOST


class IssuerKeys:
    """`keys` with their private parts; the first signs. Those behind it were retired, and only verify."""

    def __init__(self, keys: Sequence[ECKey]) -> None:
        if not keys or not keys[0].is_private:
            raise ValueError("the first signing key must have its private part")
        if any(key.curve_name != CURVE for key in keys):
            raise ValueError(f"signing keys must be EC keys on {CURVE}")
        self._keys = tuple(keys)

    @classmethod
    def of_jwks(cls, text: bytes) -> "IssuerKeys":
        """A JSON Web Key Set; retired keys may be public. Raises ValueError with a sentence."""
        try:
            keys = KeySet.import_key_set(orjson.loads(text)).keys
        except (JoseError, ValueError, TypeError, KeyError):
            raise ValueError("the signing keys must be a JSON Web Key Set (RFC 7517)") from None
        if not all(isinstance(key, ECKey) for key in keys):
            raise ValueError(f"signing keys must be EC keys on {CURVE}")
        return cls([key for key in keys if isinstance(key, ECKey)])

    @classmethod
    def derived(cls, keyring: Keyring, former: Sequence[Keyring] = ()) -> "IssuerKeys":
        """From the master keys: the same on all replicas, and rotated with them."""
        return cls([_derived(each) for each in (keyring, *former)])

    @property
    def current(self) -> ECKey:
        return self._keys[0]

    def sign(self, typ: str, payload: Mapping[str, Any]) -> str:
        """A compact JWS of that type."""
        header = {"alg": ALGORITHM, "typ": typ, "kid": self.current.thumbprint()}
        return jws.serialize_compact(header, orjson.dumps(payload), self.current, registry=_OURS)

    def published(self) -> dict[str, Any]:
        """The JWKS that verifiers keep: public parts alone."""
        return {
            "keys": [
                {
                    "kty": "EC",
                    "crv": CURVE,
                    "x": (public := key.as_dict(private=False))["x"],
                    "y": public["y"],
                    "kid": key.thumbprint(),
                    "use": "sig",
                    "alg": ALGORITHM,
                }
                for key in self._keys
            ]
        }

    def __repr__(self) -> str:
        return f"IssuerKeys({', '.join(key.thumbprint() for key in self._keys)})"


class TrustedKeys:
    """What a verifier knows of the issuer: public keys by their names."""

    def __init__(self, keys: Iterable[ECKey]) -> None:
        self._keys = {key.thumbprint(): key for key in keys}

    @classmethod
    def of_jwks(cls, said: Mapping[str, Any]) -> "TrustedKeys":
        """Raises ValueError with a sentence. Keys of other kinds in the set are passed over."""
        try:
            listed = [key for key in said["keys"] if key.get("kty") == "EC" and key.get("crv") == CURVE]
            return cls(ECKey.import_key({name: key[name] for name in ("kty", "crv", "x", "y")}) for key in listed)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            raise ValueError("this is not a JSON Web Key Set (RFC 7517)") from None

    def __len__(self) -> int:
        return len(self._keys)

    def by_point(self, point: bytes) -> str | None:
        """The name of the key with this uncompressed point; None for another's."""
        for name, key in self._keys.items():
            public = key.as_dict(private=False)
            if b"\x04" + from_base64url(str(public["x"])) + from_base64url(str(public["y"])) == point:
                return name
        return None

    def key(self, name: str) -> ECKey:
        """Raises NotGood."""
        if name not in self._keys:
            raise NotGood(Reason.UNKNOWN_KEY)
        return self._keys[name]

    def opened(self, token: str, typ: str) -> tuple[dict[str, Any], str]:
        """What a token of that type says and who signed it, once that is proven. Raises NotGood."""
        header = header_of(token)
        if header.get("alg") != ALGORITHM:
            raise NotGood(Reason.ALGORITHM)
        if header.get("typ") != typ or header.keys() != {"alg", "typ", "kid"}:
            raise NotGood(Reason.MALFORMED)
        name = str(header["kid"])
        return proven(token, self.key(name)), name


def header_of(token: str) -> dict[str, Any]:
    """Raises NotGood. Nothing in it is proven."""
    parts = token.split(".")
    if len(parts) != 3 or len(token) > MOST:
        raise NotGood(Reason.MALFORMED)
    return json_object(parts[0])


def proven(token: str, key: ECKey) -> dict[str, Any]:
    """The payload, if this key signed exactly these characters with ES256. Raises NotGood."""
    parts = token.split(".")
    payload = json_object(parts[1])
    from_base64url(parts[2])  # another spelling of the same signature is a changed token
    try:
        jws.deserialize_compact(token, key, registry=_OURS)
    except (JoseError, ValueError, TypeError):
        raise NotGood(Reason.SIGNATURE) from None
    return payload


def json_object(part: str) -> dict[str, Any]:
    """What a part of a token holds. Raises NotGood."""
    try:
        said = orjson.loads(from_base64url(part))
    except ValueError:
        raise NotGood(Reason.MALFORMED) from None
    if not isinstance(said, dict):
        raise NotGood(Reason.MALFORMED)
    return said


def new_key() -> ECKey:
    return ECKey.generate_key(CURVE)


def _derived(keyring: Keyring) -> ECKey:
    # 48 bytes, half as many again as the order, so that the remainder favours no key (FIPS 186-5, A.2.1).
    secret = int.from_bytes(keyring.derive("certificate.signing", 48)) % (_ORDER - 1) + 1
    return ECKey.import_key(ec.derive_private_key(secret, ec.SECP256R1()))
